// SPDX-License-Identifier: LGPL-2.1-or-later
// What is true of every plan, on random hosts: it arrives, it rests, it can be undone, and nothing bad happens on the way.
#include "planner_world.hpp"

#include "core/explainer.hpp"
#include "core/reverse.hpp"

#include <algorithm>

namespace ap {
namespace {

using namespace world;

/// A plan for the world, or the end of this case.
Plan plan_or_discard(const World& w) {
    auto made = plan(w.now, w.was, w.want, w.options);
    RC_PRE(made.has_value());
    RC_LOG() << show(w) << "steps:\n";
    for (const auto& step : made->steps) RC_LOG() << "  " << describe(step, w.want) << "\n";
    RC_TAG(std::string(w.overrides ? "by overrides" : "by masks") + (w.options.convert_to ? ", converted to " + to_string(w.want.binding) : ""));
    RC_TAG(made->steps.size() > 6 ? "many steps" : made->steps.empty() ? "no step" : "some steps");
    return *made;
}

HostState carried_out(HostState host, const Plan& plan) {
    for (const auto& step : plan.steps) host = after(host, step);
    return host;
}

QueueSet held_by_mdevs(const HostState& host) {
    QueueSet out;
    for (const auto& [uuid, m] : host.matrices) out |= m.assigned.queues();
    return out;
}

RC_GTEST_PROP(PlannerProperties, EveryStepIsOneTheKernelAccepts, ()) {
    const auto w = some_world();
    auto host = w.now;
    for (const auto& step : plan_or_discard(w).steps) {
        const auto objection = kernel_objects(host, step);
        if (objection) RC_FAIL(describe(step, w.want) + ": " + *objection);
        host = after(host, step);
    }
}

RC_GTEST_PROP(PlannerProperties, APlanArrivesAtWhatIsWanted, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    for (const auto& [uuid, d] : w.want.definitions) {
        const auto at = w.was.definitions.find(uuid);
        const bool changed = at == w.was.definitions.end() || at->second.matrix != d.matrix || at->second.active != d.active;
        if (!d.active || !(changed || w.options.touched.contains(uuid))) continue;
        RC_ASSERT(end.matrices.contains(uuid));
        RC_ASSERT(end.matrices.at(uuid).assigned == d.matrix);
    }
    for (const auto& [uuid, d] : w.was.definitions)
        if (!w.want.definitions.contains(uuid)) RC_ASSERT(!end.matrices.contains(uuid));
    const auto needed = guest_pool_of(w.want) | held_by_mdevs(end);
    const auto theirs = end.overridden - marked_for_guests(end); // somebody's, and theirs to move
    if (bind_mode(end, w.want.binding) == BindMode::masks) RC_ASSERT(!needed.intersects(reserved_by_masks(end)));
    else RC_ASSERT(((needed & end.present) - theirs).subset_of(marked_for_guests(end)));
    RC_ASSERT(((needed & end.present) - theirs).subset_of(end.guest));
    if (w.options.convert_to) RC_ASSERT(mode_in_use(end).value_or(bind_mode(end, w.want.binding)) == bind_mode(end, w.want.binding));
    if (w.options.convert_to && !needed.empty()) RC_ASSERT(to_string(bind_mode(end, w.want.binding)) == to_string(w.want.binding));
    RC_ASSERT((w.want.keep - needed).subset_of(reserved_by_masks(end)));
    RC_ASSERT(p.wanted == w.want);
}

RC_GTEST_PROP(PlannerProperties, MatricesNobodySpokeOfAreNotTouched, ()) {
    const auto w = some_world();
    const auto end = carried_out(w.now, plan_or_discard(w));
    for (const auto& [uuid, m] : w.now.matrices) {
        if (w.options.touched.contains(uuid)) continue;
        RC_ASSERT(end.matrices.contains(uuid));
        RC_ASSERT(end.matrices.at(uuid).assigned == m.assigned);
        RC_ASSERT(m.effective.queues().subset_of(end.matrices.at(uuid).effective.queues()));
    }
}

RC_GTEST_PROP(PlannerProperties, PlanningAgainYieldsNoSteps, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto again = plan(carried_out(w.now, p), w.want, w.want, w.options);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->steps.empty());
    RC_ASSERT(again->owners.empty());
    RC_ASSERT(again->collateral == p.collateral);
}

RC_GTEST_PROP(PlannerProperties, TheSameArgumentsGiveTheSamePlan, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto q = plan(w.now, w.was, w.want, w.options);
    RC_ASSERT(q.has_value());
    RC_ASSERT(*q == p);
    RC_ASSERT(digest(*q) == digest(p));
}

/// Without what nobody wished: queues that had no driver, and adapters the kernel had forgotten to show.
void forget_untidiness(HostState& host, const QueueSet& unbound) {
    host.host -= unbound;
    host.guest -= unbound;
    for (auto& [uuid, m] : host.matrices) m.effective = {};
}

RC_GTEST_PROP(PlannerProperties, InversesInReverseRestoreTheHost, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    RC_PRE(std::ranges::none_of(p.notes, [](const auto& note) { return note.find("cannot be put back") != std::string::npos; }));
    auto host = carried_out(w.now, p);
    for (auto step = p.steps.rbegin(); step != p.steps.rend(); ++step) {
        const auto back = inverse(*step);
        if (!back) continue;
        const auto objection = kernel_objects(host, *back);
        if (objection) RC_FAIL(describe(*back, w.was) + ": " + *objection);
        host = after(host, *back);
    }
    auto start = w.now;
    // A stopped mdev comes back without a guest, but then it had none.
    if (!w.tidy) {
        const auto unbound = start.present - start.host - start.guest;
        forget_untidiness(start, unbound);
        forget_untidiness(host, unbound);
    }
    RC_ASSERT(host == start);
}

RC_GTEST_PROP(PlannerProperties, NoQueueIsEverTakenFromTwoSides, ()) {
    const auto w = some_world();
    auto host = w.now;
    for (const auto& step : plan_or_discard(w).steps) {
        host = after(host, step);
        QueueSet taken;
        for (const auto& [uuid, m] : host.matrices) {
            RC_ASSERT(!taken.intersects(m.assigned.queues()));
            RC_ASSERT(!host.host.intersects(m.assigned.queues()));
            taken |= m.assigned.queues();
        }
    }
}

RC_GTEST_PROP(PlannerProperties, TheHostNeverLosesWhatItMustKeep, ()) {
    const auto w = some_world();
    const auto kept = w.now.host & w.want.keep;
    auto host = w.now;
    for (const auto& step : plan_or_discard(w).steps) {
        host = after(host, step);
        RC_ASSERT(kept.subset_of(host.host));
    }
}

/// With overrides nothing is taken along: what was not in the guest pool and is not wanted there stays where it is.
RC_GTEST_PROP(PlannerProperties, OverridesTakeExactlyWhatIsWanted, ()) {
    const auto w = some_world(Way::overrides);
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    const auto needed = guest_pool_of(w.want) | held_by_mdevs(end);
    RC_ASSERT((end.guest - w.now.guest).subset_of(needed));
    RC_ASSERT(p.collateral == 0u);
    RC_ASSERT(end.apmask == AdapterSet::all());
    RC_ASSERT(end.other_overrides == w.now.other_overrides);
}

/// While the host is converted no matrix has a queue that the host or nobody has.
RC_GTEST_PROP(PlannerProperties, AConversionLeavesNoQueueInAMatrixWithoutVfioAp, ()) {
    const auto w = some_world(Way::conversion);
    RC_PRE(w.tidy);
    auto host = w.now;
    for (const auto& step : plan_or_discard(w).steps) {
        host = after(host, step);
        RC_ASSERT((held_by_mdevs(host) & host.present).subset_of(host.guest));
    }
}

/// Planned like any other change, from what the records say of it.
RC_GTEST_PROP(PlannerProperties, AConversionThatIsTakenBackLeavesEachQueueAndMatrixWhereItWas, ()) {
    const auto w = some_world(Way::conversion);
    RC_PRE(w.tidy);
    const auto there = plan_or_discard(w);
    PastChange change{1, there.steps};
    std::erase_if(change.records, touches_kernel);
    const auto before = reverse(w.want, change, {});
    RC_ASSERT(before.has_value() && *before == w.was);
    const auto halfway = carried_out(w.now, there);
    const auto back = plan(halfway, w.want, *before, {.disrupt = true, .convert_to = binding_reversed(change), .touched = matrices_reversed(change)});
    RC_PRE(back.has_value());
    const auto end = carried_out(halfway, *back);
    const auto mode = bind_mode(w.now, w.was.binding);
    RC_ASSERT(mode_in_use(end).value_or(mode) == mode); // where all that is wanted is absent, overrides are not in use
    RC_ASSERT((guest_pool_of(w.was) & w.now.guest).subset_of(end.guest));
    for (const auto& [uuid, d] : w.was.definitions)
        if (const auto at = w.now.matrices.find(uuid); d.active && at != w.now.matrices.end() && at->second.assigned == d.matrix) RC_ASSERT(end.matrices.at(uuid).assigned == d.matrix);
}

RC_GTEST_PROP(PlannerProperties, QueuesThatChangeDriverDoSoOnce, ()) {
    const auto w = some_world();
    RC_PRE(!w.options.convert_to); // queues pass through the host then
    auto host = w.now;
    QueueSet moved;
    for (const auto& step : plan_or_discard(w).steps) {
        const auto next = after(host, step);
        const auto moving = (host.host - next.host) | (host.guest - next.guest);
        RC_ASSERT(!moved.intersects(moving));
        moved |= moving;
        host = next;
    }
}

RC_GTEST_PROP(PlannerProperties, ARunningGuestAlwaysHasWhatItHadBeforeAndWillHave, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    auto host = w.now;
    for (const auto& step : p.steps) {
        host = after(host, step);
        for (const auto& [uuid, m] : w.now.matrices) {
            if (!m.in_use) continue;
            const auto lasting = m.effective.queues() & end.matrices.at(uuid).effective.queues();
            RC_ASSERT(lasting.subset_of(host.matrices.at(uuid).effective.queues()));
        }
    }
}

RC_GTEST_PROP(PlannerProperties, ARunningGuestLosesNothingWithoutTheWord, ()) {
    auto w = some_world();
    w.options.disrupt = false;
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    RC_ASSERT(!p.disrupts);
    for (const auto& [uuid, m] : w.now.matrices)
        if (m.in_use) RC_ASSERT(m.effective.queues().subset_of(end.matrices.at(uuid).effective.queues()));
}

/// Does the matrix wait, by way of others, for one that waits for what it gives?
bool in_a_ring(const HostState& now, const HostState& end, const Uuid& uuid) {
    std::set<Uuid> reached;
    for (std::vector<Uuid> open{uuid}; !open.empty();) {
        const auto at = end.matrices.find(open.back());
        open.pop_back();
        if (at == end.matrices.end()) continue;
        for (const auto& [other, m] : now.matrices) {
            if (other == at->first || !share_a_queue(at->second.assigned, m.assigned)) continue;
            if (other == uuid) return true;
            if (reached.insert(other).second) open.push_back(other);
        }
    }
    return false;
}

/// {3} -> {5} on the same domains: with the queues of neither side missing, the guest always sees some.
RC_GTEST_PROP(PlannerProperties, AGuestThatSwapsAdaptersNeverDropsToZero, ()) {
    auto w = some_world();
    RC_PRE(w.tidy); // what the kernel hides for nothing cannot tide the guest over
    w.options.disrupt = true;
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    auto host = w.now;
    std::set<Uuid> zero;
    for (const auto& step : p.steps) {
        host = after(host, step);
        for (const auto& [uuid, m] : host.matrices)
            if (m.effective.queues().empty()) zero.insert(uuid);
    }
    for (const auto& [uuid, m] : w.now.matrices) {
        if (!end.matrices.contains(uuid) || m.effective.queues().empty()) continue;
        const auto& then = end.matrices.at(uuid);
        const auto lost = m.assigned.queues() - then.assigned.queues();
        if (then.effective.queues().empty() || m.assigned.domains != then.assigned.domains) continue;
        // Nobody waits for what it gives who has to have it first: neither the host, nor one of a ring of matrices, nor (from 6.19) a bit
        // that changes and that the kernel would not set, or not set back, while the guest has the id.
        const bool bits = w.now.in_use_rule == InUseRule::all_opposite &&
                          ((m.assigned.adapters & end.apmask) != (m.assigned.adapters & w.now.apmask) ||
                           (m.assigned.domains & end.aqmask) != (m.assigned.domains & w.now.aqmask));
        if (lost.intersects(reserved_by_masks(end)) || in_a_ring(w.now, end, uuid) || bits) continue;
        RC_CLASSIFY(!lost.empty(), "gives queues away");
        RC_CLASSIFY(lost.intersects(held_by_mdevs(end)), "gives queues to another matrix");
        RC_ASSERT(!zero.contains(uuid));
    }
}

RC_GTEST_PROP(PlannerProperties, EffectsSayWhatHappens, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    QueueSet told;
    for (const auto& change : p.owners) {
        RC_ASSERT(!told.intersects(change.queues));
        told |= change.queues;
        change.queues.for_each([&](Apqn queue) {
            RC_ASSERT(owner_of(w.now, queue) == change.from);
            RC_ASSERT(owner_of(end, queue) == change.to);
        });
    }
    (w.now.present - told).for_each([&](Apqn queue) { RC_ASSERT(owner_of(w.now, queue) == owner_of(end, queue)); });
    std::map<Uuid, const MatrixEffect*> effects;
    for (const auto& effect : p.matrices) effects[effect.uuid] = &effect;
    for (const auto& [uuid, m] : end.matrices) {
        const auto at = w.now.matrices.find(uuid);
        const auto before = at == w.now.matrices.end() ? Matrix{} : at->second.effective;
        if (!effects.contains(uuid)) {
            RC_ASSERT(m.effective == before);
            continue;
        }
        const auto& effect = *effects.at(uuid);
        RC_ASSERT(effect.after == m.assigned);
        RC_ASSERT(effect.effective_after == m.effective);
        RC_ASSERT(effect.gained == m.effective.queues() - before.queues());
        RC_ASSERT(effect.lost == before.queues() - m.effective.queues());
        RC_ASSERT(effect.filtered == filtered_adapters(end, m.assigned));
    }
    RC_ASSERT(p.apmask == end.apmask);
    RC_ASSERT(p.aqmask == end.aqmask);
}

RC_GTEST_PROP(PlannerProperties, GuestsOfTouchedMatricesSeeAllTheyCan, ()) {
    const auto w = some_world();
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    for (const auto& uuid : w.options.touched) {
        const auto at = end.matrices.find(uuid);
        if (at == end.matrices.end() || !w.want.definitions.contains(uuid) || !w.want.definitions.at(uuid).active) continue;
        RC_ASSERT(at->second.effective == effective_matrix(end, at->second.assigned));
    }
}

/// The smallest number of queues that any pair of masks takes along.
std::optional<unsigned> least_collateral(const HostState& host, const QueueSet& needed, const QueueSet& keep) {
    std::optional<unsigned> least;
    const auto others = host.present - needed;
    for (unsigned bits = 0; bits < 1u << (2 * side); ++bits) {
        auto apmask = AdapterSet::all();
        auto aqmask = DomainSet::all();
        apmask.erase(Apid{side}), aqmask.erase(Apqi{side}); // exists nowhere: clear costs nothing
        for (unsigned i = 0; i < side; ++i) {
            if ((bits >> i & 1u) != 0) apmask.erase(static_cast<Apid>(i));
            if ((bits >> (side + i) & 1u) != 0) aqmask.erase(static_cast<Apqi>(i));
        }
        bool possible = true;
        unsigned collateral = 0;
        for (unsigned a = 0; a < side && possible; ++a) {
            const auto row = apmask.contains(static_cast<Apid>(a)) ? aqmask : DomainSet{};
            possible = !needed.row(static_cast<Apid>(a)).intersects(row) && keep.row(static_cast<Apid>(a)).subset_of(row);
            collateral += (others.row(static_cast<Apid>(a)) - row).size();
        }
        if (possible && (!least || collateral < *least)) least = collateral;
    }
    return least;
}

RC_GTEST_PROP(PlannerProperties, TheCollateralIsTheLeastThereIs, ()) {
    auto w = some_world();
    RC_PRE(!w.overrides && !w.options.convert_to);
    w.now.in_use_rule = InUseRule::current_opposite; // the other rule forbids some masks, for a while
    const auto p = plan_or_discard(w);
    const auto end = carried_out(w.now, p);
    const auto needed = guest_pool_of(w.want) | held_by_mdevs(end);
    const auto least = least_collateral(end, needed, w.want.keep - needed);
    RC_ASSERT(least.has_value());
    RC_ASSERT(p.exact);
    RC_ASSERT(p.collateral == *least);
    RC_ASSERT(p.collateral == (end.present - needed - reserved_by_masks(end)).size());
}

RC_GTEST_PROP(PlannerProperties, MasksAreRefusedExactlyWhenThereAreNone, ()) {
    World w;
    make_features(w.now);
    make_hardware(w.now);
    w.now.host = w.now.present;
    w.was.binding = w.want.binding = BindChoice::masks;
    w.want.keep = some_of(grid(side, side), 5);
    w.want.reserved = some_of(grid(side, side), 5) - w.want.keep;
    const auto made = plan(w.now, w.was, w.want, w.options);
    const auto least = least_collateral(w.now, w.want.reserved, w.want.keep);
    RC_TAG(least ? "possible" : "impossible");
    RC_ASSERT(made.has_value() == least.has_value());
    if (made) RC_ASSERT(made->collateral == *least);
    else RC_ASSERT(made.error().size() == 1u);
}

RC_GTEST_PROP(PlannerProperties, EveryRefusalSaysWhatAndHowOut, ()) {
    const auto w = some_world();
    const auto made = plan(w.now, w.was, w.want, w.options);
    RC_PRE(!made.has_value());
    RC_ASSERT(!made.error().empty());
    for (const auto& error : made.error()) {
        RC_ASSERT(!error.reason.empty());
        RC_ASSERT(!error.remedy.empty());
        RC_ASSERT(error.fault == Fault::conflict || error.fault == Fault::in_use);
        RC_ASSERT(to_string(error).find('\n') == std::string::npos);
    }
}

} // namespace
} // namespace ap
