// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads what belongs to the bus as a whole: /sys/bus/ap (kernel-abi 3.1) and whether vfio_ap is there.
#pragma once

#include "core/host_state.hpp"
#include "host/kept_files.hpp"

namespace ap::host {

/// Masks and vfio_ap_present. False, and nothing filled in, when there is no AP bus.
[[nodiscard]] Result<bool> read_masks(const Directory& root, KeptFiles& files, HostState& host);
/// The host's configuration, maxima, default domain.
[[nodiscard]] Result<void> read_configuration(KeptFiles& files, HostState& host);

} // namespace ap::host
