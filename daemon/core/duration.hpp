// SPDX-License-Identifier: LGPL-2.1-or-later
// How long the kernel is at a step. Pure.
#pragma once

#include "core/plan.hpp"

namespace ap {

/// Adds what this step takes on the host as it is right before it. Only resets are counted: all else is done in milliseconds. How long hardware takes that
/// is not well is not to be foreseen.
void add_time_of(const Step& step, const HostState& before, Duration& sum);

} // namespace ap
