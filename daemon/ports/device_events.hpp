// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the kernel's events, as far as they concern AP.
#pragma once

#include "ports/ap_bus.hpp"

#include <optional>

namespace ap {

/// Queues that came to a driver.
struct Arrivals {
    QueueSet with_host, with_vfio_ap;
};

/// Loop thread only.
class DeviceEvents {
  public:
    virtual ~DeviceEvents() = default;
    virtual int fd() const = 0; ///< readable when drain() has something
    /// What is waiting, coalesced; of a storm a part, and fd() stays readable while there is more. Lost events (ENOBUFS) become Dirty::everything.
    virtual Dirty drain() = 0;
    /// As told by what was drained since the last call; nullopt when events were lost, so that nobody can count them.
    virtual std::optional<Arrivals> take_arrivals() = 0;
};

} // namespace ap
