// SPDX-License-Identifier: LGPL-2.1-or-later
// What a plan does to whom: the host before and after, compared.
#include "core/explainer.hpp"
#include "core/planner_goal.hpp"
#include "core/predictor.hpp"
#include "core/rectangles.hpp"

#include <map>
#include <tuple>

namespace ap::planning {
namespace {

QueueSet differing(const QueueSet& a, const QueueSet& b) { return (a - b) | (b - a); }

/// Nobody asked for it: it leaves the host without being wanted elsewhere, or comes back with others without having been.
bool is_collateral(const Goal& goal, const Owner& from, const Owner& to, Apqn q) {
    if (to.kind == Owner::Kind::host) return from.kind != Owner::Kind::matrix && !goal.pool_before.contains(q) && !goal.released.contains(q);
    return from.kind == Owner::Kind::host && !goal.free.contains(q);
}

void add_owners(Plan& plan, const HostState& before, const HostState& after, const Goal& goal) {
    auto candidates = differing(before.host, after.host) | differing(before.guest, after.guest);
    for (const auto& target : goal.targets) insert(candidates, target.before), insert(candidates, target.after);
    const QueueView then(before), later(after); // an index: asking each matrix about each queue would take too long
    using Hands = std::tuple<Owner, Owner, bool>;
    std::map<Hands, std::size_t> groups;
    std::vector<std::pair<Apqn, const std::size_t*>> moved;
    (candidates & before.present).for_each([&](Apqn q) {
        const auto from = then.owner(q), to = later.owner(q);
        if (from == to) return;
        const auto at = groups.try_emplace({from, to, is_collateral(goal, from, to, q)}, groups.size()).first;
        moved.emplace_back(q, &at->second);
    });
    plan.owners.resize(groups.size());
    for (const auto& [hands, at] : groups) std::tie(plan.owners[at].from, plan.owners[at].to, plan.owners[at].collateral) = hands;
    for (const auto& [q, at] : moved) plan.owners[*at].queues.insert(q);
}

MatrixEffect effect_on(const HostState& before, const HostState& after, const Uuid& uuid) {
    MatrixEffect effect;
    effect.uuid = uuid;
    if (const auto at = before.matrices.find(uuid); at != before.matrices.end()) {
        effect.active_before = true;
        effect.in_use = at->second.in_use;
        effect.before = at->second.assigned;
        effect.effective_before = at->second.effective;
    }
    if (const auto at = after.matrices.find(uuid); at != after.matrices.end()) {
        effect.active_after = true;
        effect.after = at->second.assigned;
        effect.effective_after = at->second.effective;
        effect.filtered = filtered_adapters(after, effect.after);
    }
    effect.gained = without(effect.effective_after, effect.effective_before);
    effect.lost = without(effect.effective_before, effect.effective_after);
    return effect;
}

/// Touched matrices, and others whose guest sees something else because of queues that came or went.
std::set<Uuid> affected(const HostState& after, const Goal& goal) {
    std::set<Uuid> out;
    for (const auto& target : goal.targets) out.insert(target.uuid);
    for (const auto& [uuid, matrix] : goal.staying)
        if (const auto at = after.matrices.find(uuid); at->second.effective != matrix->effective) out.insert(uuid);
    return out;
}

} // namespace

void add_effects(Plan& plan, const HostState& before, const HostState& after, const Goal& goal) {
    add_owners(plan, before, after, goal);
    const auto uuids = affected(after, goal);
    plan.matrices.reserve(uuids.size());
    for (const auto& uuid : uuids) {
        plan.matrices.push_back(effect_on(before, after, uuid));
        const auto& effect = plan.matrices.back();
        plan.disrupts = plan.disrupts || (effect.in_use && !effect.lost.empty());
    }
}

} // namespace ap::planning
