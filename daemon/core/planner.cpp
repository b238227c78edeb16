// SPDX-License-Identifier: LGPL-2.1-or-later
// The planner, from above: what is touched, which masks serve it, in which order, and who feels it.
#include "core/planner.hpp"

#include "core/planner_goal.hpp"

#include <iterator>

namespace ap {
namespace {

using namespace planning;

/// Does the wish need the AP bus at all, rather than only the records?
bool concerns_kernel(const Goal& goal, const Wanted& was, const Wanted& want) {
    return !goal.targets.empty() || goal.converts || !goal.released.empty() || was.reserved != want.reserved;
}

Plan records_only(const HostState& now, const Wanted& was, const Wanted& want, const BindModes& modes) {
    Plan plan;
    plan.steps = record_steps(was, want, modes);
    plan.apmask = now.apmask;
    plan.aqmask = now.aqmask;
    plan.wanted = want;
    return plan;
}

Error no_bus() {
    return {Fault::no_ap_bus, "", "this machine has no AP bus", "apctl needs a Linux on IBM Z with crypto adapters", 0};
}

/// Without masks that serve everything the present ones stand in, so that the other reasons are found as well.
Masks present_masks(const HostState& now) { return {{now.apmask, now.aqmask, 0, true, 0}, 0}; }

Plan assemble(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal, const Masks& masks) {
    auto sequence = kernel_steps(now, goal, masks.choice);
    Plan plan = records_only(now, was, want, bind_modes(now, sequence.host, was, goal));
    plan.steps.insert(plan.steps.begin(), std::make_move_iterator(sequence.steps.begin()),
                      std::make_move_iterator(sequence.steps.end()));
    plan.apmask = masks.choice.apmask;
    plan.aqmask = masks.choice.aqmask;
    plan.collateral = masks.choice.collateral;
    plan.exact = masks.choice.exact;
    plan.collateral_bound = masks.choice.bound;
    plan.duration = sequence.duration;
    plan.host_losses = host_losses(now, sequence.host);
    add_effects(plan, now, sequence.host, goal);
    add_notes(plan, now, sequence.host, was, masks);
    note_binding(plan, now, sequence.host, was, goal);
    return plan;
}

std::expected<Plan, std::vector<Error>> plan_on_bus(const HostState& now, const Wanted& was, const Wanted& want,
                                                    const Goal& goal, const PlanOptions& options) {
    auto errors = refusals_of_wish(now, was, want, goal);
    for (auto& error : refusals_of_binding(now, was, want, goal)) errors.push_back(std::move(error));
    const auto masks = masks_for(now, want, goal);
    if (!masks) errors.push_back(refusal_of_masks(masks.error()));
    auto plan = assemble(now, was, want, goal, masks ? *masks : present_masks(now));
    for (auto& error : refusals_of_steps(now, was, plan, options)) errors.push_back(std::move(error));
    if (!errors.empty()) return std::unexpected(std::move(errors));
    return plan;
}

} // namespace

std::expected<Plan, std::vector<Error>> plan(const HostState& now, const Wanted& was, const Wanted& want,
                                             const PlanOptions& options) {
    const auto goal = goal_of(now, was, want, options);
    std::expected<Plan, std::vector<Error>> made;
    // Records can be kept anywhere; a bus that is missing only stops what needs it.
    if (now.bus_present) made = plan_on_bus(now, was, want, goal, options);
    else if (concerns_kernel(goal, was, want)) return std::unexpected(std::vector{no_bus()});
    else made = records_only(now, was, want, bind_modes(now, now, was, goal));
    if (!made) return made;
    note_drains(*made, now, was);
    made->generation = options.generation;
    return made;
}

} // namespace ap
