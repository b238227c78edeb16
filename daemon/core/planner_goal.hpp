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
    BindMode mode = BindMode::masks; ///< how queues get to vfio_ap afterwards
    bool converts = false;           ///< the other mode is in use now; then every mdev is a target, because each is emptied on the way
    std::vector<Target> targets;   ///< by uuid
    std::vector<Staying> staying;  ///< by uuid
    QueueSet pool_before, pool;    ///< guest_pool_of(was), (want)
    QueueSet held;                 ///< queues of staying mdevs
    QueueSet free;                 ///< pool and held: all that the masks must leave to vfio_ap
    QueueSet released;             ///< of PlanOptions, with overrides: those that have one, for whatever driver
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
    Duration duration{};
    void add(const Step& step);
};
/// Steps in their only safe order; each rule and its reason is in planner_order.cpp. The kernel's part, then the records.
Sequence kernel_steps(const HostState& now, const Goal& goal, const MaskChoice& masks);
/// Of matrices that give and get: those that can grow before they let go, each before the ones that wait for what it gives (planner_exchange.cpp).
/// Requires that each of them, with all it had and will have, is a matrix that the kernel takes once what it gets is free.
std::vector<const Target*> in_order_of_exchange(std::vector<const Target*> able);
/// The ways of binding that are used before and after the kernel's steps.
struct BindModes { BindMode before{}, after{}; };
BindModes bind_modes(const HostState& now, const HostState& after, const Wanted& was, const Goal& goal);
std::vector<Step> record_steps(const Wanted& was, const Wanted& want, const BindModes& modes);
std::vector<Step> drain_records(const Wanted& was, const Wanted& want);

// Steps for single queues, by driver_override (planner_overrides.cpp). Overrides that name another driver than vfio_ap are somebody's, and stay.
/// Of `which`, those that vfio_ap has not or that are not marked for it.
std::vector<Step> gifts_to_guests(const HostState& host, const QueueSet& which);
/// What the guest pool has and nobody wants there any more.
std::vector<Step> returns_to_host(const HostState& host, const Goal& goal);
/// All that are marked, for masks.
std::vector<Step> cleared_overrides(const HostState& host);
/// Does the kernel take the whole matrix in one write? With overrides it refuses one with a queue that is not bound to vfio_ap by its override, also if the matrix
/// has had it all along; taking single ids away is never refused (kernel-abi 5.3).
bool can_be_written(const HostState& host, const Matrix& matrix, BindMode mode);

/// Everything that speaks against the wish itself, whatever the steps (validator.cpp).
std::vector<Error> refusals_of_wish(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal);
/// What speaks against this way of binding: a kernel without it, somebody's overrides, matrices that cannot be emptied on the way (binding_refusals.cpp).
std::vector<Error> refusals_of_binding(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal);
Error refusal_of_masks(const MaskConflict& conflict);
/// What speaks against carrying it out: no bus, overrides, queues lost by running guests, or by the host the last of a kind.
std::vector<Error> refusals_of_steps(const HostState& now, const Wanted& was, const Plan& plan, const PlanOptions& options);

/// Fills owners, matrices and disrupts from the host before and after.
/// Requires plan.wanted.
void add_effects(Plan& plan, const HostState& before, const HostState& after, const Goal& goal);
std::vector<HostLoss> host_losses(const HostState& before, const HostState& after);
/// Remarks for a person, of everything above. Requires the effects.
void add_notes(Plan& plan, const HostState& before, const HostState& after, const Wanted& was, const Masks& masks);
/// What each matrix keeps without an adapter that is drained, and who does not get back one that is restored.
void note_drains(Plan& plan, const HostState& before, const Wanted& was);
/// What overrides cannot put back, and what is different for a moment while the host is converted.
void note_binding(Plan& plan, const HostState& before, const HostState& after, const Wanted& was, const Goal& goal);

} // namespace ap::planning
