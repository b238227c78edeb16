// SPDX-License-Identifier: LGPL-2.1-or-later
// How guest_matrix follows from the assigned matrix, the bound queues and the host's configuration
// (kernel-abi 8).
#pragma once

#include "model/machine.hpp"

namespace apsim {

/// The only place where adapters and domains enter the shadow: what is assigned and the host has, minus every
/// adapter with a queue that is not bound to vfio_ap or not clean.  The result is the adapters that were in
/// the shadow and are not any more: their queues are to be reset.
[[nodiscard]] Mask256 filter_matrix(const Machine&, Mdev&);

/// Filters, and resets what fell out.  Requires: the matrix lock.
void filter_and_reset(Machine&, Mdev&, Effects&);

/// Control domains of the shadow: assigned and in the host's configuration.
void filter_control(const Machine&, Mdev&);

/// A queue is being bound to vfio_ap: the mdev that has it is re-filtered (later, when a scan is in the
/// middle of additions).
void queue_joins_vfio(Machine&, unsigned adapter, unsigned domain, Effects&);

/// A queue is leaving vfio_ap: a guest that had it loses the whole adapter; nothing is re-filtered; what was
/// lost is reset.
void queue_leaves_vfio(Machine&, unsigned adapter, unsigned domain, Effects&);

/// A scan found another configuration: ids that went leave the shadows, ids that came are remembered.
void configuration_changed(Machine&, const Configuration& now, Effects&);

/// The scan is over: filter the mdevs with remembered additions.
void scan_complete(Machine&, Effects&);

} // namespace apsim
