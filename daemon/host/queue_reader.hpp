// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads queues in bulk: existence and drivers from directory listings, attributes only where they mean
// something.
#pragma once

#include "core/host_state.hpp"
#include "host/kept_files.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace ap::host {

/// Cards and queues on the bus, from one listing of /sys/bus/ap/devices.
struct Devices {
    AdapterSet cards;
    QueueSet queues;
};
[[nodiscard]] Result<Devices> list_devices(const Directory& root);
/// Queues of one card, from its own directory; empty when the card is gone.
[[nodiscard]] Result<DomainSet> list_queues(const Directory& root, Apid adapter);
/// Fills `host` and `guest`, restricted to `present`, from the listings of the two drivers' directories. Not
/// the `driver` links: one system call a queue, and they flicker while a probe is being refused (kernel-abi
/// section 1).
[[nodiscard]] Result<void> read_drivers(const Directory& root, HostState& host);
/// Brings `offline` up to date for `which` (queues of the host pool). One that has vanished or changed its
/// driver since counts as online.
[[nodiscard]] Result<void> read_online(const Directory& root, const QueueSet& which, QueueSet& offline);
/// Brings the overrides of `host` up to date for `which`.
[[nodiscard]] Result<void> read_overrides(const Directory& root, const QueueSet& which, HostState& host);
/// Do queues have `driver_override`? (kernel-abi 0.3; asked of any one of them.) nullopt: there is none to ask.
[[nodiscard]] std::optional<bool> have_override(const Directory& root, const QueueSet& present);

/// ApBus::requests().
[[nodiscard]] Result<std::map<Apqn, std::uint64_t>> read_requests(const Directory& root, KeptFiles& files, const QueueSet& which);
/// ApBus::in_reset().
[[nodiscard]] Result<QueueSet> read_resets(const Directory& root, KeptFiles& files, const QueueSet& with_host,
                                           const QueueSet& with_vfio_ap);

} // namespace ap::host
