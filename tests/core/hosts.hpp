// SPDX-License-Identifier: LGPL-2.1-or-later
// Small hosts and definitions for tests, in as few words as possible.
#pragma once

#include "core/wanted.hpp"

#include <initializer_list>
#include <utility>

namespace ap::fixtures {

constexpr Apqn queue(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }

inline AdapterSet adapters(std::initializer_list<unsigned> ids) {
    AdapterSet out;
    for (auto i : ids) out.insert(static_cast<Apid>(i));
    return out;
}
inline DomainSet domains(std::initializer_list<unsigned> ids) {
    DomainSet out;
    for (auto i : ids) out.insert(static_cast<Apqi>(i));
    return out;
}
inline QueueSet queues(std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) {
    return QueueSet::rectangle(adapters(a), domains(d));
}
inline Matrix matrix(std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) { return {adapters(a), domains(d), domains(d)}; }

/// A UUID that begins with `digits`.
inline Uuid uuid(std::string_view digits) {
    std::string text = "00000000-0000-4000-8000-000000000000";
    text.replace(0, digits.size(), digits);
    return parse_uuid(text).value();
}

/// Adapters 3, 4, 5 with domains 1, 2, 3; everything with the host.
inline HostState small_host() {
    HostState host;
    host.bus_present = host.vfio_ap_present = host.has_ap_config = true;
    host.host_adapters = adapters({3, 4, 5});
    host.host_domains = host.host_control = domains({1, 2, 3});
    for (Apid a : host.host_adapters) host.adapters[a] = {.hwtype = 14, .raw_hwtype = 14, .mode = Mode::ep11, .online = true};
    host.present = host.host = QueueSet::rectangle(host.host_adapters, host.host_domains);
    return host;
}
inline AdapterSet few_adapters() { return adapters({0, 1, 2, 3, 4, 5}); }
inline DomainSet few_domains() { return domains({0, 1, 2, 3, 4, 5}); }

/// What the kernel does when a bit of apmask is cleared.
inline void free_adapter(HostState& host, Apid id) {
    host.apmask.erase(id);
    host.guest.insert({id}, host.host.row(id));
    host.host.set_row(id, {});
}

inline Definition defined(std::string name, std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) {
    return {std::move(name), matrix(a, d), true, false};
}
inline Definition running(std::string name, std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) {
    return {std::move(name), matrix(a, d), true, true};
}
inline ActiveMatrix active(std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) {
    return {matrix(a, d), matrix(a, d), false, ""};
}
inline Wanted with_definitions(std::initializer_list<std::pair<const Uuid, Definition>> definitions) { return {definitions, {}, {}}; }

} // namespace ap::fixtures
