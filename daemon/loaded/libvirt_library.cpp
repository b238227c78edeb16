// SPDX-License-Identifier: LGPL-2.1-or-later
// One look-up for each function.
#include "loaded/libvirt_library.hpp"

#include <cstdlib>
#include <mutex>

#include <dlfcn.h>

namespace ap::loaded {
namespace {

constexpr auto file = "libvirt.so.0";

class Symbols {
  public:
    explicit Symbols(void* handle) : handle_(handle) {}
    template <class Function>
    void find(const char* name, Function& into) {
        into = reinterpret_cast<Function>(::dlsym(handle_, name));
        if (into == nullptr) missing_ = name;
    }
    [[nodiscard]] const char* missing() const { return missing_; }

  private:
    void* handle_;
    const char* missing_ = nullptr;
};

/// The name of one that it has not got; nullptr: it has all of them.
const char* find_all(void* handle, LibvirtLibrary& l) {
    Symbols symbols(handle);
    symbols.find("virInitialize", l.virInitialize);
    symbols.find("virSetErrorFunc", l.virSetErrorFunc);
    symbols.find("virGetLastError", l.virGetLastError);
    symbols.find("virConnectOpen", l.virConnectOpen);
    symbols.find("virConnectOpenReadOnly", l.virConnectOpenReadOnly);
    symbols.find("virConnectClose", l.virConnectClose);
    symbols.find("virConnectRegisterCloseCallback", l.virConnectRegisterCloseCallback);
    symbols.find("virConnectUnregisterCloseCallback", l.virConnectUnregisterCloseCallback);
    symbols.find("virConnectSetKeepAlive", l.virConnectSetKeepAlive);
    symbols.find("virConnectListAllDomains", l.virConnectListAllDomains);
    symbols.find("virConnectDomainEventRegisterAny", l.virConnectDomainEventRegisterAny);
    symbols.find("virConnectDomainEventDeregisterAny", l.virConnectDomainEventDeregisterAny);
    symbols.find("virDomainLookupByName", l.virDomainLookupByName);
    symbols.find("virDomainLookupByUUID", l.virDomainLookupByUUID);
    symbols.find("virDomainFree", l.virDomainFree);
    symbols.find("virDomainGetName", l.virDomainGetName);
    symbols.find("virDomainGetUUID", l.virDomainGetUUID);
    symbols.find("virDomainGetState", l.virDomainGetState);
    symbols.find("virDomainGetAutostart", l.virDomainGetAutostart);
    symbols.find("virDomainIsActive", l.virDomainIsActive);
    symbols.find("virDomainIsPersistent", l.virDomainIsPersistent);
    symbols.find("virDomainGetXMLDesc", l.virDomainGetXMLDesc);
    symbols.find("virDomainAttachDeviceFlags", l.virDomainAttachDeviceFlags);
    symbols.find("virDomainDetachDeviceFlags", l.virDomainDetachDeviceFlags);
    symbols.find("virEventRegisterDefaultImpl", l.virEventRegisterDefaultImpl);
    symbols.find("virEventRunDefaultImpl", l.virEventRunDefaultImpl);
    symbols.find("virEventAddTimeout", l.virEventAddTimeout);
    symbols.find("virEventUpdateTimeout", l.virEventUpdateTimeout);
    symbols.find("virEventRemoveTimeout", l.virEventRemoveTimeout);
    return symbols.missing();
}

std::unexpected<Error> unusable(std::string why) { return std::unexpected(Error{Fault::host_io, "libvirt's library", std::move(why), "", 0}); }

const char* words_for(int state) {
    switch (state) {
    case VIR_DOMAIN_RUNNING: return "running";
    case VIR_DOMAIN_BLOCKED: return "blocked";
    case VIR_DOMAIN_PAUSED: return "paused";
    case VIR_DOMAIN_SHUTDOWN: return "in shutdown";
    case VIR_DOMAIN_SHUTOFF: return "shut off";
    case VIR_DOMAIN_CRASHED: return "crashed";
    case VIR_DOMAIN_PMSUSPENDED: return "pmsuspended";
    default: return "unknown";
    }
}

} // namespace

std::string LibvirtLibrary::last_words() const {
    const auto* error = virGetLastError();
    return error != nullptr && error->message != nullptr ? error->message : "libvirt does not say why";
}

std::optional<std::string> LibvirtLibrary::state_of(virDomainPtr domain) const {
    int state = VIR_DOMAIN_NOSTATE;
    if (virDomainGetState(domain, &state, nullptr, 0) < 0) return std::nullopt;
    return words_for(state);
}

std::optional<std::string> LibvirtLibrary::xml_of(virDomainPtr domain, unsigned flags) const {
    char* text = virDomainGetXMLDesc(domain, flags);
    if (text == nullptr) return std::nullopt;
    std::string out(text);
    std::free(text); // NOLINT(cppcoreguidelines-no-malloc): libvirt's texts come from malloc
    return out;
}

Result<const LibvirtLibrary*> LibvirtLibrary::load() {
    static std::mutex mutex;
    static std::optional<LibvirtLibrary> library;
    const std::lock_guard lock(mutex);
    if (library) return &*library;
    void* handle = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return unusable(std::string("cannot be loaded: ") + ::dlerror()); // NOLINT(concurrency-mt-unsafe): it is a thread's own
    LibvirtLibrary fresh{};
    if (const auto* missing = find_all(handle, fresh)) return unusable(std::string("is too old: it has no ") + missing);
    fresh.virSetErrorFunc(nullptr, [](void*, virErrorPtr) {}); // the default writes to standard error
    if (fresh.virInitialize() < 0) return unusable("cannot be used: " + fresh.last_words());
    library = fresh;
    return &*library;
}

} // namespace ap::loaded
