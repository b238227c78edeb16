// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrices a wish touches, and the masks that serve all of them.
#include "core/planner_goal.hpp"

#include "core/rectangles.hpp"

#include <algorithm>

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
    return named || (want->active && was->matrix != want->matrix);
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

/// A running guest that gives all it loses to other matrices and gets others: with its bits as they are it can grow before it lets go. The bits are not free
/// afterwards either, as the others have these ids then.
bool hands_over(const Target& target, const Goal& goal) {
    if (!target.in_use || !target.wanted || !exceeds(target.before, target.after) || !exceeds(target.after, target.before)) return false;
    QueueSet wanted;
    for (const auto& t : goal.targets) insert(wanted, t.after);
    return std::ranges::all_of(target.before.adapters, [&](Apid a) { return row_without(target.before, target.after, a).subset_of(wanted.row(a)); });
}

/// From 6.19 setting a bit is refused (EBUSY) while any mdev has that id and at least one id on the other side, even if the
/// queues would stay free (kernel-abi 3.2 step 5); and clearing it could not be undone. So the bits of such mdevs are frozen:
/// of those that stay, and of those that change what they keep; new ones come after the masks.
MaskProblem with_frozen_bits(MaskProblem problem, const HostState& now, const Goal& goal) {
    if (now.in_use_rule != InUseRule::all_opposite) return problem;
    const auto freeze = [&](const AdapterSet& adapters, const DomainSet& domains) {
        if (adapters.empty() || domains.empty()) return;
        problem.adapters_stay_clear |= adapters - now.apmask;
        problem.domains_stay_clear |= domains - now.aqmask;
        problem.adapters_stay_set |= adapters & now.apmask;
        problem.domains_stay_set |= domains & now.aqmask;
    };
    for (const auto& [uuid, matrix] : goal.staying) freeze(matrix->assigned.adapters, matrix->assigned.domains);
    for (const auto& t : goal.targets) {
        if (hands_over(t, goal)) freeze(t.before.adapters, t.before.domains);
        else freeze(t.before.adapters & t.after.adapters, t.before.domains & t.after.domains);
    }
    return problem;
}

/// Do the masks do for the problem? Then how many queues do they take along?
std::optional<unsigned> collateral_of(const MaskProblem& p, const AdapterSet& apmask, const DomainSet& aqmask) {
    const auto host = QueueSet::rectangle(apmask, aqmask);
    if (p.free.intersects(host) || !p.keep.subset_of(host)) return std::nullopt;
    if (apmask.intersects(p.adapters_stay_clear) || aqmask.intersects(p.domains_stay_clear)) return std::nullopt;
    if (!p.adapters_stay_set.subset_of(apmask) || !p.domains_stay_set.subset_of(aqmask)) return std::nullopt;
    return (p.present - host - p.free).size();
}

/// The best masks that leave frozen bits alone. A search that was cut short may find others each time bits freeze anew, so
/// present masks that are as good stay: planning again has to find nothing to do.
std::expected<MaskChoice, MaskConflict> choose_among_unfrozen(const MaskProblem& problem, const HostState& now) {
    auto choice = choose_masks(problem);
    if (!choice || choice->exact) return choice;
    if (const auto present = collateral_of(problem, now.apmask, now.aqmask); present && *present <= choice->collateral)
        return MaskChoice{now.apmask, now.aqmask, *present, *present == choice->bound, choice->bound};
    return choice;
}

} // namespace

Goal goal_of(const HostState& now, const Wanted& was, const Wanted& want, const PlanOptions& options) {
    Goal goal;
    goal.mode = options.convert_to.value_or(bind_mode(now, want.binding));
    goal.converts = mode_in_use(now).value_or(goal.mode) != goal.mode;
    const auto touched = touched_by(was, want, options.touched);
    for (const auto& uuid : touched) {
        auto target = target_of(now, definition(want, uuid), uuid);
        if (target.exists || target.wanted) goal.targets.push_back(target);
    }
    for (const auto& [uuid, matrix] : now.matrices) {
        if (touched.contains(uuid)) continue;
        insert(goal.held, matrix.assigned);
        if (goal.converts) goal.targets.push_back({uuid, true, true, matrix.in_use, matrix.assigned, matrix.assigned});
        else goal.staying.push_back({uuid, &matrix});
    }
    std::ranges::sort(goal.targets, {}, &Target::uuid);
    goal.pool_before = guest_pool_of(was);
    goal.pool = guest_pool_of(want);
    goal.free = goal.pool | goal.held;
    if (goal.mode == BindMode::overrides) goal.released = (options.released & now.overridden & now.present) - goal.free;
    return goal;
}

std::string name_of(const Wanted& was, const Wanted& want, const Uuid& uuid) {
    return display_name(want.definitions.contains(uuid) ? want : was, uuid);
}

std::expected<Masks, MaskConflict> masks_for(const HostState& now, const Wanted& want, const Goal& goal) {
    if (goal.mode == BindMode::overrides) return Masks{};
    // A queue that is both wanted and kept is a refusal of its own, with a name; here it would only hide the indirect ones.
    const MaskProblem problem{goal.free, want.keep - goal.free, now.present, {}, {}, {}, {}};
    const auto best = choose_masks(problem);
    if (!best) return std::unexpected(best.error());
    if (goal.converts) return Masks{*best, 0, false}; // every matrix is empty meanwhile
    auto frozen = with_frozen_bits(problem, now, goal);
    if (collateral_of(frozen, best->apmask, best->aqmask)) return Masks{*best, 0, false};
    auto choice = choose_among_unfrozen(frozen, now);
    const bool irrevocable = !choice;
    if (irrevocable) {
        // What must be done is done even if it could not be undone; what the kernel refuses is not.
        frozen.adapters_stay_set = {};
        frozen.domains_stay_set = {};
        choice = choose_among_unfrozen(frozen, now);
    }
    if (!choice) return std::unexpected(choice.error());
    return Masks{*choice, choice->collateral - std::min(choice->collateral, best->collateral), irrevocable};
}

} // namespace ap::planning
