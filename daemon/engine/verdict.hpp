// SPDX-License-Identifier: LGPL-2.1-or-later
// Is the host as the plan said it would be, or as it was found? Pure comparisons of pictures, on which a job's end hangs.
#pragma once

#include "core/plan.hpp"
#include "core/wanted.hpp"
#include "ports/ap_bus.hpp"

#include <set>
#include <string>
#include <vector>

namespace ap::engine {

/// The parts of the host that the plan touches, or whose guests it changes.
Dirty touched_by(const Plan& plan);

/// Existing queues that the plan moves from an owner of one of these kinds to one of those.
QueueSet queues_moved(const Plan& plan, const std::set<Owner::Kind>& from, const std::set<Owner::Kind>& to);
/// Has the plan, half done, perhaps made this difference between the host and what is wanted?
bool may_be_doing_of(const Plan& plan, const Drift& drift);
bool takes_from_host(const Step& step);
bool gives_to_matrix(const Step& step);

/// Queues that exist and that no driver has, though the plan says (after it; also those that it left waiting for vfio_ap, when that is there by now) or the picture from before says (undone) that one has.
QueueSet unbound_after(const Plan& plan, const HostState& now);
QueueSet unbound_since(const HostState& found, const HostState& now);
/// For queues that had a driver_override when they were found and came back without: their card was away meanwhile, and to the kernel they are new (kernel-abi 5.3).
/// Nobody has to have taken them from us, and a matrix that they belong to is not changed before they are back.
std::vector<Step> marks_to_give_back(const HostState& found, const HostState& now);

/// Where the kernel differs from the plan's prediction; empty: it came true. Fault::kernel_refused each.
std::vector<Error> unlike_plan(const Plan& plan, const HostState& now);
/// Where kernel and records differ from before, as far as the plan had its hands in it. A guest that now sees what the filter gives
/// today (an adapter was pulled meanwhile) is as before. Fault::degraded each.
std::vector<Error> unlike_found(const Plan& plan, const HostState& found, const HostState& now, const Wanted& records);

/// Differences in one line.
std::string sentence_of(const std::vector<Error>& differences);

/// Did a step that was reported as failed change the host nevertheless?
bool took_effect(const Step& step, const Error& failure, const HostState& now);

} // namespace ap::engine
