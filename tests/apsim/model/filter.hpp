// SPDX-License-Identifier: LGPL-2.1-or-later
// How guest_matrix follows from the assigned matrix, the bound queues and the host's configuration
// (kernel-abi 8).
#pragma once

#include "model/machine.hpp"

namespace apsim {

/// The only place where adapters and domains enter the shadow: what is assigned and the host has, minus every
/// adapter with a queue that is not bound to vfio_ap.
void filter_matrix(const Machine&, Mdev&);

/// Control domains of the shadow: assigned and in the host's configuration.
void filter_control(const Machine&, Mdev&);

/// A queue was bound to vfio_ap: re-filter the mdev that has it (later, when a scan is in the middle of
/// additions).
void queue_joined_vfio(Machine&, unsigned adapter, unsigned domain);

/// A queue left vfio_ap: a guest that had it loses the whole adapter; nothing is re-filtered.
void queue_left_vfio(Machine&, unsigned adapter, unsigned domain);

/// A scan found another configuration: ids that went leave the shadows, ids that came are remembered.
void configuration_changed(Machine&, const Configuration& now);

/// The scan is over: filter the mdevs with remembered additions.
void scan_complete(Machine&);

} // namespace apsim
