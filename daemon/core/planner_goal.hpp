// SPDX-License-Identifier: LGPL-2.1-or-later
// What a plan is about: the matrices it touches, those that stay as they are, and the queues nobody may take.
// Internal to the planner.
#pragma once

#include "core/mask_solver.hpp"
#include "core/planner.hpp"

#include <string>
#include <vector>

namespace ap::planning {

/// A matrix whose mdev the plan brings to what is wanted.
struct Target {
    Uuid uuid;
    bool exists = false; ///< there is an mdev now
    bool wanted = false; ///< there shall be one
    bool in_use = false;
    Matrix before;       ///< assigned now; empty without an mdev
    Matrix after;        ///< empty when no mdev is wanted
};

/// An mdev the plan does not touch: a holder to be respected.
struct Staying {
    Uuid uuid;
    const ActiveMatrix* matrix; ///< in the HostState the goal was made from
};

struct Goal {
    std::vector<Target> targets;   ///< by uuid
    std::vector<Staying> staying;  ///< by uuid
    QueueSet pool_before, pool;    ///< guest_pool_of(was), (want)
    QueueSet held;                 ///< queues of staying mdevs
    QueueSet free;                 ///< pool and held: all that the masks must leave to vfio_ap
};
/// Requires that `now` outlives the goal.
Goal goal_of(const HostState& now, const Wanted& was, const Wanted& want, const PlanOptions& options);

/// What people call a matrix, also when `want` no longer has it.
std::string name_of(const Wanted& was, const Wanted& want, const Uuid& uuid);

/// The masks for the goal; a pure function of it, of `want.keep` and, where the kernel refuses to set bits, of the present masks.
struct Masks {
    MaskChoice choice;
    unsigned held_back = 0;    ///< existing queues the host would get if this kernel let bits of active matrices change
    bool irrevocable = false;  ///< bits must be cleared that this kernel would not set again while matrices use them
};
std::expected<Masks, MaskConflict> masks_for(const HostState& now, const Wanted& want, const Goal& goal);

/// The kernel's part of the plan, carried out on a model along the way.
struct Sequence {
    HostState host; ///< after the steps so far
    std::vector<Step> steps;
    void add(const Step& step);
};
/// Steps in their only safe order; each rule and its reason is in planner_order.cpp. The kernel's part, then the records.
Sequence kernel_steps(const HostState& now, const Goal& goal, const MaskChoice& masks);
std::vector<Step> record_steps(const Wanted& was, const Wanted& want);

/// Everything that speaks against the wish itself, whatever the steps (validator.cpp).
std::vector<Error> refusals_of_wish(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal);
Error refusal_of_masks(const MaskConflict& conflict);
/// What speaks against carrying it out: no bus, overrides, queues lost by running guests.
std::vector<Error> refusals_of_steps(const HostState& now, const Wanted& was, const Plan& plan, bool disrupt);

/// Fills owners, matrices and disrupts from the host before and after.
/// Requires plan.wanted.
void add_effects(Plan& plan, const HostState& before, const HostState& after, const Goal& goal);
/// Remarks for a person, of everything above. Requires the effects.
void add_notes(Plan& plan, const HostState& before, const HostState& after, const Wanted& was, const Masks& masks);

} // namespace ap::planning
