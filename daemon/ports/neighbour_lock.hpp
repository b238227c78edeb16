// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the lock that chzdev and the mdevctl callout ap-check take before they change AP configuration.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <cstdint>

namespace ap {

/// Engine thread only. Held for the kernel part of a job, well under a second as a rule.
class NeighbourLock {
  public:
    virtual ~NeighbourLock() = default;
    /// Fault::foreign_owner naming pid and command of the holder when it is not had in time.
    virtual Result<void> acquire(std::chrono::milliseconds patience) = 0;
    virtual void release() = 0;
    /// A former apctld with this process id may have died with the lock in its hand. Such a lock counts for nothing even when the id belongs to another program by now.
    virtual void left_by(std::uint32_t pid) = 0;
};

} // namespace ap
