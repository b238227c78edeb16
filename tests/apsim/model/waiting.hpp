// SPDX-License-Identifier: LGPL-2.1-or-later
// How an operation waits: for time to pass, for another operation to give a lock back, for a guest to let go.
#pragma once

#include <cstdint>
#include <optional>

#include "model/effects.hpp"

namespace apsim {

/// Whoever runs operations on a machine.  Operations run one at a time; only in pause() do others get their
/// turn.
class Waiting {
  public:
    virtual ~Waiting() = default;

    /// Milliseconds of a clock that never goes back.
    virtual std::int64_t now() const = 0;

    /// Tells the world of the effects so far, which are then empty, and lets other operations run; returns
    /// when one of them has or at the given time, whichever is first.  The caller looks again and pauses anew
    /// if it must.
    virtual void pause(Effects& so_far, std::optional<std::int64_t> until) = 0;
};

/// One of the kernel's locks, as far as holding it can be noticed.  Who asked first gets it first.
struct Lock {
    std::uint64_t taken = 0, given_back = 0; ///< tickets
    bool held() const { return taken != given_back; }
};

} // namespace apsim
