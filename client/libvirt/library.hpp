// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt's library, loaded when it is needed: linking it would triple the time that every call of the command takes.
#pragma once

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

namespace ap::cli {

/// The functions that are used of it, under their own names. Never unloaded, as the library starts threads.
struct LibvirtLibrary {
    decltype(&::virSetErrorFunc) virSetErrorFunc;
    decltype(&::virGetLastError) virGetLastError;
    decltype(&::virConnectOpen) virConnectOpen;
    decltype(&::virConnectOpenReadOnly) virConnectOpenReadOnly;
    decltype(&::virConnectClose) virConnectClose;
    decltype(&::virDomainLookupByName) virDomainLookupByName;
    decltype(&::virDomainLookupByUUIDString) virDomainLookupByUUIDString;
    decltype(&::virDomainFree) virDomainFree;
    decltype(&::virDomainGetName) virDomainGetName;
    decltype(&::virDomainGetUUIDString) virDomainGetUUIDString;
    decltype(&::virDomainIsActive) virDomainIsActive;
    decltype(&::virDomainIsPersistent) virDomainIsPersistent;
    decltype(&::virDomainGetXMLDesc) virDomainGetXMLDesc;
    decltype(&::virDomainAttachDeviceFlags) virDomainAttachDeviceFlags;
    decltype(&::virDomainDetachDeviceFlags) virDomainDetachDeviceFlags;
    decltype(&::virConnectDomainEventRegisterAny) virConnectDomainEventRegisterAny;
    decltype(&::virConnectDomainEventDeregisterAny) virConnectDomainEventDeregisterAny;
    decltype(&::virEventRegisterDefaultImpl) virEventRegisterDefaultImpl;
    decltype(&::virEventRunDefaultImpl) virEventRunDefaultImpl;
    decltype(&::virEventAddTimeout) virEventAddTimeout;
    decltype(&::virEventRemoveTimeout) virEventRemoveTimeout;

    /// nullptr: it is not installed, or too old to have one of them.
    static const LibvirtLibrary* load();
};

} // namespace ap::cli
