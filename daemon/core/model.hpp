// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's answer to a step, in place: what after() does without copying the host.
#pragma once

#include "core/plan.hpp"

namespace ap {

/// Requires a step that the kernel accepts; says nothing about refusals (kernel-abi 3.2, 7).
void advance(HostState& host, const Step& step);

} // namespace ap
