// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrices a wish touches, and the masks that serve all of them.
#include "core/planner_goal.hpp"

#include "core/rectangles.hpp"

namespace ap::planning {
namespace {

const Definition* definition(const Wanted& wanted, const Uuid& uuid) {
    const auto at = wanted.definitions.find(uuid);
    return at == wanted.definitions.end() ? nullptr : &at->second;
}

/// Does the wish speak about the mdev, not only about the definition?
bool speaks_of_mdev(const Definition* was, const Definition* want, bool named) {
    if (was == nullptr && want == nullptr) return named; // a foreign mdev that is to go
    if (was == nullptr || want == nullptr) return true;
    if (was->active != want->active) return true;
    // Changing a stopped definition says nothing about an mdev that somebody else started from it.
    if (was->matrix != want->matrix) return want->active;
    return named;
}

Target target_of(const HostState& now, const Definition* want, const Uuid& uuid) {
    Target target{uuid, false, want != nullptr && want->active, false, {}, {}};
    if (const auto at = now.matrices.find(uuid); at != now.matrices.end()) {
        target.exists = true;
        target.in_use = at->second.in_use;
        target.before = at->second.assigned;
    }
    if (target.wanted) target.after = want->matrix;
    return target;
}

std::set<Uuid> touched_by(const Wanted& was, const Wanted& want, const std::set<Uuid>& named) {
    std::set<Uuid> out;
    const auto consider = [&](const Uuid& uuid) {
        if (speaks_of_mdev(definition(was, uuid), definition(want, uuid), named.contains(uuid))) out.insert(uuid);
    };
    for (const auto& uuid : named) consider(uuid);
    for (const auto& [uuid, d] : want.definitions) {
        const auto* before = definition(was, uuid);
        if (before == nullptr || *before != d) consider(uuid);
    }
    for (const auto& [uuid, d] : was.definitions)
        if (definition(want, uuid) == nullptr) consider(uuid);
    return out;
}

/// From 6.19 a bit is refused (EBUSY) while any mdev has that id and at least one id on the other side, even if the queues
/// would stay free (kernel-abi 3.2 step 5). Only ids of mdevs that exist while bits are set count: those that stay, and of
/// those that change what they keep; new ones come later. Bits that are set already need no permission.
void forbid_bits(MaskProblem& problem, const HostState& now, const Goal& goal) {
    if (now.in_use_rule != InUseRule::all_opposite) return;
    const auto forbid = [&](const AdapterSet& adapters, const DomainSet& domains) {
        if (adapters.empty() || domains.empty()) return;
        problem.adapters_stay_clear |= adapters - now.apmask;
        problem.domains_stay_clear |= domains - now.aqmask;
    };
    for (const auto& [uuid, matrix] : goal.staying) forbid(matrix->assigned.adapters, matrix->assigned.domains);
    for (const auto& t : goal.targets) forbid(t.before.adapters & t.after.adapters, t.before.domains & t.after.domains);
}

} // namespace

Goal goal_of(const HostState& now, const Wanted& was, const Wanted& want, const PlanOptions& options) {
    Goal goal;
    const auto touched = touched_by(was, want, options.touched);
    for (const auto& uuid : touched) {
        auto target = target_of(now, definition(want, uuid), uuid);
        if (target.exists || target.wanted) goal.targets.push_back(target);
    }
    for (const auto& [uuid, matrix] : now.matrices) {
        if (touched.contains(uuid)) continue;
        goal.staying.push_back({uuid, &matrix});
        insert(goal.held, matrix.assigned);
    }
    goal.pool_before = guest_pool_of(was);
    goal.pool = guest_pool_of(want);
    goal.free = goal.pool | goal.held;
    return goal;
}

std::string name_of(const Wanted& was, const Wanted& want, const Uuid& uuid) {
    return display_name(want.definitions.contains(uuid) ? want : was, uuid);
}

std::expected<Masks, MaskConflict> masks_for(const HostState& now, const Wanted& want, const Goal& goal) {
    // A queue that is both wanted and kept is a refusal of its own, with a name; here it would only hide the indirect ones.
    MaskProblem problem{goal.free, want.keep - goal.free, now.present, {}, {}};
    forbid_bits(problem, now, goal);
    auto choice = choose_masks(problem);
    if (!choice) return std::unexpected(choice.error());
    Masks masks{*choice, 0};
    if (problem.adapters_stay_clear.empty() && problem.domains_stay_clear.empty()) return masks;
    problem.adapters_stay_clear = {};
    problem.domains_stay_clear = {};
    if (auto freely = choose_masks(problem); freely && freely->collateral < choice->collateral)
        masks.held_back = choice->collateral - freely->collateral;
    return masks;
}

} // namespace ap::planning
