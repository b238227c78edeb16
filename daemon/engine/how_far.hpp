// SPDX-License-Identifier: LGPL-2.1-or-later
// How far a job had come when its process died: told from the host alone. Pure.
#pragma once

#include "core/plan.hpp"

#include <optional>
#include <vector>

namespace ap::engine {

/// The kernel's steps of a plan, in their order.
std::vector<const Step*> kernel_steps_of(const Plan& plan);

/// So many of the kernel's steps explain how the host is now; the least number where several do. A job on its way, and its undoing, only pass through such
/// states. nullopt: none does, so somebody else was there as well, or an undo step failed.
std::optional<std::size_t> steps_that_explain(const Plan& plan, const HostState& found, const HostState& now);

/// The kernel's steps whose effect is there: what can be taken back when no number of steps explains the host. What the plan neither found nor made is left alone.
std::vector<const Step*> steps_in_effect(const Plan& plan, const HostState& now);

} // namespace ap::engine
