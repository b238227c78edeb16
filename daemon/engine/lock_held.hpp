// SPDX-License-Identifier: LGPL-2.1-or-later
// The neighbours' lock for the length of a scope.
#pragma once

#include "ports/neighbour_lock.hpp"

namespace ap::engine {

/// Gives the neighbours' lock back at the end of the scope.
class LockHeld {
  public:
    explicit LockHeld(NeighbourLock& lock) : lock_(lock) {}
    ~LockHeld() { lock_.release(); }
    LockHeld(const LockHeld&) = delete;
    LockHeld& operator=(const LockHeld&) = delete;

  private:
    NeighbourLock& lock_;
};

} // namespace ap::engine
