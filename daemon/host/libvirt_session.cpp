// SPDX-License-Identifier: LGPL-2.1-or-later
// Callbacks only note which guest it was; it is read when they have returned, outside of libvirt's loop.
#include "host/libvirt_session.hpp"

#include "core/guest_xml.hpp"

#include <algorithm>
#include <cstdlib>
#include <span>
#include <utility>

namespace ap::host {
namespace {

using loaded::LibvirtLibrary;

std::optional<Uuid> uuid_of(const LibvirtLibrary& library, virDomainPtr domain) {
    Uuid uuid;
    static_assert(std::tuple_size_v<decltype(uuid.bytes)> == VIR_UUID_BUFLEN);
    return library.virDomainGetUUID(domain, uuid.bytes.data()) == 0 ? std::optional(uuid) : std::nullopt;
}

std::optional<Uuid> matrix_of(const LibvirtLibrary& library, virDomainPtr domain, unsigned flags) {
    const auto xml = library.xml_of(domain, flags);
    const auto read = xml ? read_guest_xml(*xml) : std::unexpected(Error{});
    return read && !read->matrices.empty() ? std::optional(read->matrices.front()) : std::nullopt;
}

/// nullopt when it went away meanwhile, or names no matrix.
std::optional<Guest> read_guest(const LibvirtLibrary& library, virDomainPtr domain) {
    const auto* name = library.virDomainGetName(domain);
    const auto uuid = uuid_of(library, domain);
    const auto state = library.state_of(domain);
    if (name == nullptr || !uuid || !state) return std::nullopt;
    Guest guest{.name = name, .uuid = *uuid, .state = *state, .running = library.virDomainIsActive(domain) == 1};
    const bool persistent = library.virDomainIsPersistent(domain) == 1;
    int autostart = 0;
    if (guest.running) guest.matrix = matrix_of(library, domain, 0);
    if (persistent) guest.next_matrix = matrix_of(library, domain, VIR_DOMAIN_XML_INACTIVE);
    if (persistent && library.virDomainGetAutostart(domain, &autostart) == 0) guest.autostart = autostart != 0;
    return guest.matrix || guest.next_matrix ? std::optional(guest) : std::nullopt;
}

} // namespace

LibvirtSession::LibvirtSession(const LibvirtLibrary& library, virConnectPtr connection) : library_(library), connection_(connection) { listen(); }

LibvirtSession::~LibvirtSession() {
    for (const int id : callbacks_) library_.virConnectDomainEventDeregisterAny(connection_, id);
    library_.virConnectUnregisterCloseCallback(connection_, on_close);
    library_.virConnectClose(connection_);
}

/// Before anything is read, so that nothing is missed between the two.
void LibvirtSession::listen() {
    // A daemon that answers nothing for this long is gone; drivers without a daemon, as that of tests, know neither of the two.
    constexpr int seconds = 5;
    constexpr unsigned times = 3;
    library_.virConnectRegisterCloseCallback(connection_, on_close, this, nullptr);
    library_.virConnectSetKeepAlive(connection_, seconds, times);
    listen_to(VIR_DOMAIN_EVENT_ID_LIFECYCLE, VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle));
    listen_to(VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, VIR_DOMAIN_EVENT_CALLBACK(on_device));
    listen_to(VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, VIR_DOMAIN_EVENT_CALLBACK(on_device));
}

void LibvirtSession::listen_to(int event, virConnectDomainEventGenericCallback callback) {
    const int id = library_.virConnectDomainEventRegisterAny(connection_, nullptr, event, callback, this, nullptr);
    if (id >= 0) callbacks_.insert(id);
    else give_up();
}

int LibvirtSession::on_lifecycle(virConnectPtr, virDomainPtr domain, int, int, void* self) {
    static_cast<LibvirtSession*>(self)->changed(domain);
    return 0;
}
void LibvirtSession::on_device(virConnectPtr, virDomainPtr domain, const char*, void* self) { static_cast<LibvirtSession*>(self)->changed(domain); }

void LibvirtSession::on_close(virConnectPtr, int reason, void* self) {
    static_cast<LibvirtSession*>(self)->reason_ = reason == VIR_CONNECT_CLOSE_REASON_KEEPALIVE ? "libvirt has stopped answering" : "libvirt has closed the connection";
}

void LibvirtSession::changed(virDomainPtr domain) {
    if (const auto uuid = uuid_of(library_, domain)) changed_.insert(*uuid);
    else all_ = true;
}

bool LibvirtSession::read_news() {
    if (lost()) return false;
    if (all_) return read_all();
    const auto news = std::exchange(changed_, {});
    for (const auto& uuid : news) read_one(uuid);
    return !news.empty();
}

bool LibvirtSession::read_all() {
    virDomainPtr* domains = nullptr;
    const int count = library_.virConnectListAllDomains(connection_, &domains, 0);
    if (count < 0) {
        give_up();
        return false;
    }
    all_ = false;
    changed_.clear();
    guests_.clear();
    for (auto* raw : std::span(domains, static_cast<std::size_t>(count))) keep(library_.owned(raw).get());
    std::free(domains); // NOLINT: as libvirt wants it
    return true;
}

void LibvirtSession::read_one(const Uuid& uuid) {
    guests_.erase(uuid);
    // One that is not found was undefined, and its event is what made us look.
    if (const auto domain = library_.owned(library_.virDomainLookupByUUID(connection_, uuid.bytes.data())); domain) keep(domain.get());
}

void LibvirtSession::keep(virDomainPtr domain) {
    if (auto guest = read_guest(library_, domain)) guests_[guest->uuid] = std::move(*guest);
}

void LibvirtSession::give_up() { reason_ = library_.last_words(); }

std::vector<Guest> LibvirtSession::guests() const {
    std::vector<Guest> out;
    for (const auto& [uuid, guest] : guests_) out.push_back(guest);
    std::ranges::sort(out, {}, &Guest::name);
    return out;
}

} // namespace ap::host
