// SPDX-License-Identifier: LGPL-2.1-or-later
// A few calls of libvirt, and its errors as ours.
#include "libvirt/real_libvirt.hpp"

#include "core/guest_xml.hpp"
#include "loaded/libvirt_library.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <unistd.h>

namespace ap::cli {
namespace {

using loaded::LibvirtLibrary;

constexpr auto system_uri = "qemu:///system";

/// Where libvirtd, or virtqemud, listens for qemu:///system.
constexpr const char* sockets[] = {"/run/libvirt/virtqemud-sock-ro", "/run/libvirt/libvirt-sock-ro"};

std::string usual_uri() {
    const char* uri = std::getenv("LIBVIRT_DEFAULT_URI"); // NOLINT(concurrency-mt-unsafe): one thread
    return uri != nullptr && *uri != '\0' ? uri : system_uri;
}

Fault fault_of(int code) {
    switch (code) {
    case VIR_ERR_OPERATION_DENIED:
    case VIR_ERR_AUTH_FAILED:
    case VIR_ERR_AUTH_CANCELLED:
    case VIR_ERR_AUTH_UNAVAILABLE:
    case VIR_ERR_ACCESS_DENIED: return Fault::denied;
    default: return Fault::conflict;
    }
}

unsigned flags_of(Places places) {
    return (places.live ? unsigned{VIR_DOMAIN_AFFECT_LIVE} : 0U) | (places.config ? unsigned{VIR_DOMAIN_AFFECT_CONFIG} : 0U);
}

using Connection = std::unique_ptr<virConnect, int (*)(virConnectPtr)>;
using Domain = LibvirtLibrary::Domain;

/// Waits, in libvirt's own loop of events, until a running guest has let go of a device.
class Release {
  public:
    /// Before anything is asked of the guest, or the answer might be missed.
    Release(const LibvirtLibrary& library, virConnectPtr connection, virDomainPtr domain) : library_(library), connection_(connection) {
        // Callbacks of all kinds are registered as one type (libvirt's VIR_DOMAIN_EVENT_CALLBACK).
        ids_[0] = library_.virConnectDomainEventRegisterAny(connection, domain, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK(&Release::hear), &heard_, nullptr);
        ids_[1] = library_.virConnectDomainEventRegisterAny(connection, domain, VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED, VIR_DOMAIN_EVENT_CALLBACK(&Release::hear), &heard_, nullptr);
    }
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;
    ~Release() {
        for (const int id : ids_)
            if (id >= 0) library_.virConnectDomainEventDeregisterAny(connection_, id);
    }
    /// Until something is heard about a device of the guest: true; or the time is up: false.
    bool wait(Patience until) {
        bool late = false;
        const auto left = until ? std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now()).count() : -1;
        if (until && left <= 0) return false;
        const int timer = library_.virEventAddTimeout(static_cast<int>(left), [](int, void* flag) { *static_cast<bool*>(flag) = true; }, &late, nullptr);
        heard_ = false;
        while (!heard_ && !late)
            if (library_.virEventRunDefaultImpl() < 0) break;
        library_.virEventRemoveTimeout(timer);
        return heard_;
    }

  private:
    static void hear(virConnectPtr, virDomainPtr, const char*, void* heard) { *static_cast<bool*>(heard) = true; }

    const LibvirtLibrary& library_;
    virConnectPtr connection_;
    bool heard_ = false;
    int ids_[2] = {-1, -1};
};

} // namespace

class RealLibvirt::Impl {
  public:
    std::string uri = usual_uri();
    const LibvirtLibrary* library = nullptr;

    bool load() {
        if (library == nullptr) library = LibvirtLibrary::load().value_or(nullptr);
        return library != nullptr;
    }
    [[nodiscard]] std::unexpected<Failure> refused(const std::string& what, std::optional<Fault> fault = {}) const {
        const auto* error = library->virGetLastError();
        return fail(fault.value_or(fault_of(error != nullptr ? error->code : 0)), fmt::format("{}: {}", what, library->last_words()));
    }
    Answer<virConnectPtr> looking() { return connect(looking_, library->virConnectOpenReadOnly); }
    Answer<virConnectPtr> changing() { return connect(changing_, library->virConnectOpen); }
    Answer<Domain> domain(virConnectPtr connection, const Uuid& uuid) {
        auto found = library->owned(library->virDomainLookupByUUID(connection, uuid.bytes.data()));
        if (!found) return refused("libvirt has not got the guest any more");
        return found;
    }
    [[nodiscard]] Answer<std::string> xml(virDomainPtr domain, unsigned flags) const {
        auto text = library->xml_of(domain, flags);
        if (!text) return refused("libvirt does not tell the guest's XML");
        return *std::move(text);
    }

  private:
    Answer<virConnectPtr> connect(Connection& kept, decltype(&::virConnectOpen) open) {
        if (kept) return kept.get();
        auto* fresh = open(uri.c_str());
        if (fresh == nullptr) {
            const auto* error = library->virGetLastError();
            const bool denied = error != nullptr && fault_of(error->code) == Fault::denied;
            return refused(fmt::format("libvirt ({}) cannot be asked", uri), denied ? Fault::denied : Fault::unreachable);
        }
        kept = {fresh, library->virConnectClose};
        return fresh;
    }
    Connection looking_{nullptr, nullptr}, changing_{nullptr, nullptr};
};

RealLibvirt::RealLibvirt() : impl_(std::make_unique<Impl>()) {}
RealLibvirt::~RealLibvirt() = default;

void RealLibvirt::use(const std::string& uri) { impl_->uri = uri; }

bool RealLibvirt::there() {
    // Loading the library and being refused takes a hundred times longer than this look.
    if (impl_->uri == system_uri && ::access(sockets[0], F_OK) != 0 && ::access(sockets[1], F_OK) != 0) return false;
    return impl_->load();
}

Answer<std::optional<GuestXml>> RealLibvirt::guest(const std::string& name) {
    const auto connection = impl_->looking();
    if (!connection) return std::unexpected(connection.error());
    const auto& l = *impl_->library;
    auto domain = l.owned(l.virDomainLookupByName(*connection, name.c_str()));
    if (const auto uuid = parse_uuid(name); !domain && uuid) domain = l.owned(l.virDomainLookupByUUID(*connection, uuid->bytes.data()));
    if (!domain) {
        const auto* error = l.virGetLastError();
        if (error != nullptr && error->code == VIR_ERR_NO_DOMAIN) return std::nullopt;
        return impl_->refused("libvirt does not find a guest");
    }
    GuestXml out{.name = l.virDomainGetName(domain.get()), .live = {}, .config = {}};
    static_assert(std::tuple_size_v<decltype(out.uuid.bytes)> == VIR_UUID_BUFLEN);
    if (l.virDomainGetUUID(domain.get(), out.uuid.bytes.data()) != 0) return impl_->refused("libvirt does not tell the guest's uuid");
    auto state = l.state_of(domain.get());
    if (!state) return impl_->refused("libvirt does not tell the guest's state");
    out.state = *std::move(state);
    const auto read = [&](bool there, unsigned flags, std::optional<std::string>& into) -> Answer<void> {
        if (!there) return {};
        auto text = impl_->xml(domain.get(), flags);
        if (!text) return std::unexpected(text.error());
        into = *std::move(text);
        return {};
    };
    if (auto done = read(l.virDomainIsActive(domain.get()) == 1, 0, out.live); !done) return std::unexpected(done.error());
    if (auto done = read(l.virDomainIsPersistent(domain.get()) == 1, VIR_DOMAIN_XML_INACTIVE, out.config); !done) return std::unexpected(done.error());
    return out;
}

Answer<void> RealLibvirt::attach(const Uuid& guest, const std::string& hostdev, Places places) {
    const auto connection = impl_->changing();
    if (!connection) return std::unexpected(connection.error());
    const auto domain = impl_->domain(*connection, guest);
    if (!domain) return std::unexpected(domain.error());
    if (impl_->library->virDomainAttachDeviceFlags(domain->get(), hostdev.c_str(), flags_of(places)) != 0) return impl_->refused("libvirt does not attach the matrix");
    return {};
}

Answer<bool> RealLibvirt::detach(const Uuid& guest, const std::string& hostdev, Places places, Patience until) {
    const auto& l = *impl_->library;
    if (places.live) l.virEventRegisterDefaultImpl(); // before the connection is opened, or it has no events
    const auto connection = impl_->changing();
    if (!connection) return std::unexpected(connection.error());
    const auto domain = impl_->domain(*connection, guest);
    if (!domain) return std::unexpected(domain.error());
    std::optional<Release> release;
    if (places.live) release.emplace(l, *connection, domain->get());
    if (l.virDomainDetachDeviceFlags(domain->get(), hostdev.c_str(), flags_of(places)) != 0) return impl_->refused("libvirt does not detach the matrix");
    if (!places.live) return true;
    // libvirt itself waits some seconds, and its answer is yes then, too: only the guest's XML tells.
    for (;;) {
        if (l.virDomainIsActive(domain->get()) == 0) return true;
        const auto text = impl_->xml(domain->get(), 0);
        if (!text) return std::unexpected(text.error());
        const auto has = read_guest_xml(*text);
        if (!has) return fail(has.error());
        if (has->matrices.empty()) return true;
        if (!release->wait(until)) return false;
    }
}

} // namespace ap::cli
