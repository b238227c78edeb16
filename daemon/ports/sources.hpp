// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the files in which others say how queues shall be bound.
#pragma once

#include "core/source.hpp"

#include <vector>

namespace ap {

/// Engine thread only.
class Sources {
  public:
    virtual ~Sources() = default;
    /// In the order in which they are heard at boot. What cannot be read or understood is a source with a problem, never a failure.
    virtual std::vector<Source> read() = 0;
};

} // namespace ap
