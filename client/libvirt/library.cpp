// SPDX-License-Identifier: LGPL-2.1-or-later
// One look-up for each function.
#include "libvirt/library.hpp"

#include <dlfcn.h>

namespace ap::cli {
namespace {

class Symbols {
  public:
    explicit Symbols(void* handle) : handle_(handle) {}
    template <class Function>
    void find(const char* name, Function& into) {
        into = reinterpret_cast<Function>(::dlsym(handle_, name));
        complete_ = complete_ && into != nullptr;
    }
    [[nodiscard]] bool complete() const { return complete_; }

  private:
    void* handle_;
    bool complete_ = true;
};

bool find_all(void* handle, LibvirtLibrary& l) {
    Symbols symbols(handle);
    symbols.find("virSetErrorFunc", l.virSetErrorFunc);
    symbols.find("virGetLastError", l.virGetLastError);
    symbols.find("virConnectOpen", l.virConnectOpen);
    symbols.find("virConnectOpenReadOnly", l.virConnectOpenReadOnly);
    symbols.find("virConnectClose", l.virConnectClose);
    symbols.find("virDomainLookupByName", l.virDomainLookupByName);
    symbols.find("virDomainLookupByUUIDString", l.virDomainLookupByUUIDString);
    symbols.find("virDomainFree", l.virDomainFree);
    symbols.find("virDomainGetName", l.virDomainGetName);
    symbols.find("virDomainGetUUIDString", l.virDomainGetUUIDString);
    symbols.find("virDomainIsActive", l.virDomainIsActive);
    symbols.find("virDomainIsPersistent", l.virDomainIsPersistent);
    symbols.find("virDomainGetXMLDesc", l.virDomainGetXMLDesc);
    symbols.find("virDomainAttachDeviceFlags", l.virDomainAttachDeviceFlags);
    symbols.find("virDomainDetachDeviceFlags", l.virDomainDetachDeviceFlags);
    symbols.find("virConnectDomainEventRegisterAny", l.virConnectDomainEventRegisterAny);
    symbols.find("virConnectDomainEventDeregisterAny", l.virConnectDomainEventDeregisterAny);
    symbols.find("virEventRegisterDefaultImpl", l.virEventRegisterDefaultImpl);
    symbols.find("virEventRunDefaultImpl", l.virEventRunDefaultImpl);
    symbols.find("virEventAddTimeout", l.virEventAddTimeout);
    symbols.find("virEventRemoveTimeout", l.virEventRemoveTimeout);
    return symbols.complete();
}

} // namespace

const LibvirtLibrary* LibvirtLibrary::load() {
    static LibvirtLibrary library{};
    static const bool loaded = [] {
        void* handle = ::dlopen("libvirt.so.0", RTLD_NOW | RTLD_LOCAL);
        return handle != nullptr && find_all(handle, library);
    }();
    return loaded ? &library : nullptr;
}

} // namespace ap::cli
