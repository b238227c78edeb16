// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt's library, loaded when somebody has a question for it: it brings dozens of others along, for which every start of a program that is linked with it
// pays, and hosts without libvirt have none of them.
#pragma once

#include "core/error.hpp"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <memory>
#include <optional>
#include <string>

namespace ap::loaded {

/// The functions that are used of it, under their own names, and what all who ask it have in common. Never unloaded, as the library starts threads.
struct LibvirtLibrary {
    decltype(&::virInitialize) virInitialize;
    decltype(&::virSetErrorFunc) virSetErrorFunc;
    decltype(&::virGetLastError) virGetLastError;
    decltype(&::virConnectOpen) virConnectOpen;
    decltype(&::virConnectOpenReadOnly) virConnectOpenReadOnly;
    decltype(&::virConnectClose) virConnectClose;
    decltype(&::virConnectRegisterCloseCallback) virConnectRegisterCloseCallback;
    decltype(&::virConnectUnregisterCloseCallback) virConnectUnregisterCloseCallback;
    decltype(&::virConnectSetKeepAlive) virConnectSetKeepAlive;
    decltype(&::virConnectListAllDomains) virConnectListAllDomains;
    decltype(&::virConnectDomainEventRegisterAny) virConnectDomainEventRegisterAny;
    decltype(&::virConnectDomainEventDeregisterAny) virConnectDomainEventDeregisterAny;
    decltype(&::virDomainLookupByName) virDomainLookupByName;
    decltype(&::virDomainLookupByUUID) virDomainLookupByUUID;
    decltype(&::virDomainFree) virDomainFree;
    decltype(&::virDomainGetName) virDomainGetName;
    decltype(&::virDomainGetUUID) virDomainGetUUID;
    decltype(&::virDomainGetState) virDomainGetState;
    decltype(&::virDomainGetAutostart) virDomainGetAutostart;
    decltype(&::virDomainIsActive) virDomainIsActive;
    decltype(&::virDomainIsPersistent) virDomainIsPersistent;
    decltype(&::virDomainGetXMLDesc) virDomainGetXMLDesc;
    decltype(&::virDomainAttachDeviceFlags) virDomainAttachDeviceFlags;
    decltype(&::virDomainDetachDeviceFlags) virDomainDetachDeviceFlags;
    decltype(&::virEventRegisterDefaultImpl) virEventRegisterDefaultImpl;
    decltype(&::virEventRunDefaultImpl) virEventRunDefaultImpl;
    decltype(&::virEventAddTimeout) virEventAddTimeout;
    decltype(&::virEventUpdateTimeout) virEventUpdateTimeout;
    decltype(&::virEventRemoveTimeout) virEventRemoveTimeout;

    using Domain = std::unique_ptr<virDomain, int (*)(virDomainPtr)>;
    [[nodiscard]] Domain owned(virDomainPtr domain) const { return {domain, virDomainFree}; }
    /// What it said last on this thread, for people.
    [[nodiscard]] std::string last_words() const;
    /// In its own words: "running", "paused", "shut off", …; these and the next: nullopt when the guest is no more, see last_words().
    [[nodiscard]] std::optional<std::string> state_of(virDomainPtr domain) const;
    [[nodiscard]] std::optional<std::string> xml_of(virDomainPtr domain, unsigned flags) const;

    /// Loads it and makes it ready, once in a process; it prints nothing by itself. Any thread. Fault::host_io when it is not installed, or is too old; it may be
    /// there when asked again.
    static Result<const LibvirtLibrary*> load();
};

} // namespace ap::loaded
