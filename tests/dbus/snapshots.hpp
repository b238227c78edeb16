// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots for tests of the bus room.
#pragma once

#include "engine/snapshot.hpp"

namespace ap::tests {

inline constexpr Uuid web{{0x11, 0x11}};
inline constexpr Uuid db{{0x22, 0x22}};

/// Adapters x domains as CEX8 in CCA mode, everything with the host.
inline engine::Snapshot host_of(const AdapterSet& adapters, const DomainSet& domains) {
    engine::Snapshot s;
    s.generation = 1;
    s.settled = true;
    auto& host = s.host;
    host.bus_present = host.vfio_ap_present = host.has_ap_config = true;
    host.host_adapters = adapters;
    host.host_domains = host.host_control = domains;
    for (Apid id : adapters) host.adapters[id] = {.hwtype = 14, .raw_hwtype = 14, .mode = Mode::cca, .online = true, .serial = "93AADFK719460083"};
    host.present = host.host = QueueSet::rectangle(adapters, domains);
    return s;
}

/// Adapters 3 and 4, domains 4 and 0x2f; domain 0x2f freed; matrix web (03, 04 x 2f) active and in use by vm1.
inline engine::Snapshot host_with_web() {
    auto s = host_of({Apid{3}, Apid{4}}, {Apqi{4}, Apqi{0x2f}});
    const Matrix matrix{.adapters = {Apid{3}, Apid{4}}, .domains = {Apqi{0x2f}}, .control = {Apqi{0x2f}}};
    s.host.aqmask.erase(Apqi{0x2f});
    s.host.guest = matrix.queues();
    s.host.host -= s.host.guest;
    s.host.matrices[web] = {.assigned = matrix, .effective = matrix, .in_use = true, .holder = "vm1"};
    s.wanted.definitions[web] = {.name = "web", .matrix = matrix, .autostart = true, .active = true};
    return s;
}

} // namespace ap::tests
