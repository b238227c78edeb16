// SPDX-License-Identifier: LGPL-2.1-or-later
// Moves one queue from driver to driver by its driver_override.
#pragma once

#include "core/host_state.hpp"
#include "host/sysfs.hpp"

namespace ap::host {

/// Contract: ApBus::rebind(). May block while vfio_ap resets the queue.
[[nodiscard]] Result<void> rebind_queue(const Directory& root, Apqn queue, const QueueBinding& before,
                                        const QueueBinding& after);

} // namespace ap::host
