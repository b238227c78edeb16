// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the kernel's events, as far as they concern AP.
#pragma once

#include "ports/ap_bus.hpp"

namespace ap {

/// Loop thread only.
class DeviceEvents {
  public:
    virtual ~DeviceEvents() = default;
    virtual int fd() const = 0; ///< readable when drain() has something
    /// What is waiting, coalesced; of a storm a part, and fd() stays readable while there is more. Lost events (ENOBUFS) become Dirty::everything.
    virtual Dirty drain() = 0;
};

} // namespace ap
