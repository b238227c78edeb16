// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads what belongs to the bus as a whole: /sys/bus/ap (kernel-abi 3.1) and whether vfio_ap is there.
#pragma once

#include "core/host_state.hpp"
#include "host/sysfs.hpp"

namespace ap::host {

/// Masks, the host's configuration, maxima, default domain, vfio_ap_present. False, and nothing filled in,
/// when there is no AP bus.
[[nodiscard]] Result<bool> read_bus(const Directory& root, HostState& host);

} // namespace ap::host
