// SPDX-License-Identifier: LGPL-2.1-or-later
// The mask solver against literal cases and against brute force.
#include "core/mask_solver.hpp"

#include <gtest/gtest.h>
// rapidcheck's header wants gtest's before it.
#include <rapidcheck/gtest.h>

namespace ap {
namespace {

Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }
QueueSet queues(std::initializer_list<Apqn> list) {
    QueueSet out;
    for (auto one : list) out.insert(one);
    return out;
}
QueueSet grid(unsigned adapters, unsigned domains) {
    QueueSet out;
    for (unsigned a = 0; a < adapters; ++a)
        for (unsigned d = 0; d < domains; ++d) out.insert(q(a, d));
    return out;
}
AdapterSet all_but(std::initializer_list<Apid> out) { return ~AdapterSet(out); }
DomainSet all_but(std::initializer_list<Apqi> out) { return ~DomainSet(out); }

TEST(MaskSolver, ReservesEverythingForTheHostWhenNothingIsWanted) {
    auto choice = choose_masks({{}, {}, grid(4, 4), {}, {}, {}, {}});
    EXPECT_EQ(choice, (MaskChoice{AdapterSet::all(), DomainSet::all(), 0, true, 0}));
}

TEST(MaskSolver, ClearsTheDomainWhereThatTakesFewerQueues) {
    auto choice = choose_masks({queues({q(1, 2)}), {}, grid(2, 4), {}, {}, {}, {}});
    EXPECT_EQ(choice, (MaskChoice{AdapterSet::all(), all_but({Apqi{2}}), 1, true, 1}));
}

TEST(MaskSolver, ClearsTheAdapterWhereThatTakesFewerQueues) {
    auto choice = choose_masks({queues({q(1, 2)}), {}, grid(4, 3), {}, {}, {}, {}});
    EXPECT_EQ(choice, (MaskChoice{all_but({Apid{1}}), DomainSet::all(), 2, true, 2}));
}

TEST(MaskSolver, ClearsNoAdapterWhenBothWaysCostTheSame) {
    auto choice = choose_masks({queues({q(1, 1)}), {}, grid(3, 3), {}, {}, {}, {}});
    EXPECT_EQ(choice->apmask, AdapterSet::all());
    EXPECT_EQ(choice->aqmask, all_but({Apqi{1}}));
}

TEST(MaskSolver, LeavesKeptQueuesToTheHostAtAnyPrice) {
    auto choice = choose_masks({queues({q(1, 2)}), queues({q(0, 2)}), grid(2, 4), {}, {}, {}, {}});
    EXPECT_EQ(choice, (MaskChoice{all_but({Apid{1}}), DomainSet::all(), 3, true, 3}));
}

TEST(MaskSolver, NamesTheQueuesThatCannotBothBeServed) {
    auto choice = choose_masks({queues({q(1, 2), q(3, 3)}), queues({q(0, 2), q(1, 0), q(2, 1)}), grid(4, 4), {}, {}, {}, {}});
    ASSERT_FALSE(choice.has_value());
    EXPECT_EQ(choice.error().free, queues({q(1, 2)}));
    EXPECT_EQ(choice.error().keep, queues({q(0, 2), q(1, 0)}));
}

TEST(MaskSolver, RefusesToKeepWhatCannotBeSet) {
    auto choice = choose_masks({{}, queues({q(0, 2), q(1, 1)}), grid(2, 4), {Apid{0}}, {}, {}, {}});
    ASSERT_FALSE(choice.has_value());
    EXPECT_TRUE(choice.error().free.empty());
    EXPECT_EQ(choice.error().keep, queues({q(0, 2)}));
}

TEST(MaskSolver, DoesNotSetBitsThatMustStayClear) {
    auto choice = choose_masks({queues({q(1, 2)}), {}, grid(2, 4), {Apid{1}}, {Apqi{0}}, {}, {}});
    ASSERT_TRUE(choice.has_value());
    EXPECT_EQ(choice->apmask, all_but({Apid{1}}));
    EXPECT_EQ(choice->aqmask, all_but({Apqi{0}}));
    EXPECT_EQ(choice->collateral, 4u); // 00.0000 and all of adapter 1 but the one that is wanted
}

TEST(MaskSolver, DoesNotClearBitsThatMustStaySet) {
    auto choice = choose_masks({queues({q(1, 2)}), {}, grid(2, 4), {}, {}, {}, {Apqi{2}}});
    EXPECT_EQ(choice, (MaskChoice{all_but({Apid{1}}), DomainSet::all(), 3, true, 3}));
}

TEST(MaskSolver, ClearsAdaptersThatDoNotExistRatherThanTakeQueues) {
    auto choice = choose_masks({queues({q(9, 2)}), {}, grid(2, 4), {}, {}, {}, {}});
    EXPECT_EQ(choice, (MaskChoice{all_but({Apid{9}}), DomainSet::all(), 0, true, 0}));
}

/// A host whose masks were set by hand keeps them when their complement is reserved.
RC_GTEST_PROP(MaskSolver, ReproducesMasksFromTheirComplement, ()) {
    auto a = *rc::gen::suchThat(rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0u, 256u)),
                                [](const auto& v) { return v.size() < 200; });
    auto d = *rc::gen::suchThat(rc::gen::container<std::vector<unsigned>>(rc::gen::inRange(0u, 256u)),
                                [](const auto& v) { return v.size() < 200; });
    auto apmask = AdapterSet::all();
    auto aqmask = DomainSet::all();
    for (auto i : a) apmask.erase(static_cast<Apid>(i));
    for (auto i : d) aqmask.erase(static_cast<Apqi>(i));
    const auto everything = QueueSet::rectangle(AdapterSet::all(), DomainSet::all());
    const auto free = everything - QueueSet::rectangle(apmask, aqmask);
    auto choice = choose_masks({free, {}, grid(20, 80), {}, {}, {}, {}});
    RC_ASSERT(choice.has_value());
    RC_ASSERT(choice->apmask == apmask);
    RC_ASSERT(choice->aqmask == aqmask);
    RC_ASSERT(choice->collateral == 0u);
}

// --- Brute force -------------------------------------------------------------------------------------------------------

constexpr unsigned side = 5;

struct Candidate {
    unsigned collateral = 0, cleared = 0, adapters = 0;
    std::vector<int> list; ///< int: on big-endian machines libstdc++ 12 compares only the first bytes of a vector of unsigned numbers
    auto operator<=>(const Candidate&) const = default;
};

/// Queues of `set` that the host has under these masks; ids above 4 do not occur.
unsigned hosted(const QueueSet& set, const MaskChoice& m) {
    unsigned n = 0;
    for (unsigned a = 0; a < side; ++a)
        if (m.apmask.contains(static_cast<Apid>(a))) n += (set.row(static_cast<Apid>(a)) & m.aqmask).size();
    return n;
}

/// Tries all mask pairs on ids 0..4; every other id stays set.
std::optional<std::pair<Candidate, MaskChoice>> by_hand(const MaskProblem& p) {
    std::optional<std::pair<Candidate, MaskChoice>> best;
    const auto others = p.present - p.free;
    const auto keep = p.keep.size(), all = others.size();
    for (unsigned mask = 0; mask < 1u << (2 * side); ++mask) {
        Candidate c;
        MaskChoice m{AdapterSet::all(), DomainSet::all(), 0, true, 0};
        for (unsigned i = 0; i < side; ++i) {
            if ((mask >> i & 1u) != 0) m.apmask.erase(static_cast<Apid>(i)), c.list.push_back(static_cast<int>(i)), ++c.cleared, ++c.adapters;
            if ((mask >> (side + i) & 1u) != 0) m.aqmask.erase(static_cast<Apqi>(i)), ++c.cleared;
        }
        if (hosted(p.free, m) != 0 || hosted(p.keep, m) != keep) continue;
        if (!p.adapters_stay_set.subset_of(m.apmask) || !p.domains_stay_set.subset_of(m.aqmask)) continue;
        if (m.apmask.intersects(p.adapters_stay_clear) || m.aqmask.intersects(p.domains_stay_clear)) continue;
        m.collateral = m.bound = c.collateral = all - hosted(others, m);
        if (!best || c < best->first) best = {c, m};
    }
    return best;
}

QueueSet some_queues(int one_in) {
    QueueSet out;
    for (unsigned a = 0; a < side; ++a)
        for (unsigned d = 0; d < side; ++d)
            if (*rc::gen::inRange(0, one_in) == 0) out.insert(q(a, d));
    return out;
}

MaskProblem some_problem() {
    MaskProblem p{some_queues(*rc::gen::element(2, 4, 8)), {}, {}, {}, {}, {}, {}};
    p.keep = some_queues(*rc::gen::element(6, 20, 100));
    p.present = grid(side, side) - some_queues(*rc::gen::element(2, 5, 30));
    if (*rc::gen::inRange(0, 3) == 0) p.adapters_stay_clear.insert(static_cast<Apid>(*rc::gen::inRange(0u, side)));
    if (*rc::gen::inRange(0, 3) == 0) p.domains_stay_clear.insert(static_cast<Apqi>(*rc::gen::inRange(0u, side)));
    if (*rc::gen::inRange(0, 4) == 0) p.adapters_stay_set.insert(static_cast<Apid>(*rc::gen::inRange(0u, side)));
    if (*rc::gen::inRange(0, 4) == 0) p.domains_stay_set.insert(static_cast<Apqi>(*rc::gen::inRange(0u, side)));
    return p;
}

RC_GTEST_PROP(MaskSolver, AgreesWithBruteForce, ()) {
    const auto p = some_problem();
    const auto choice = choose_masks(p);
    const auto expected = by_hand(p);
    RC_ASSERT(choice.has_value() == expected.has_value());
    if (expected) RC_ASSERT(*choice == expected->second);
}

RC_GTEST_PROP(MaskSolver, BoundsWhatItDoesNotProve, ()) {
    const auto p = some_problem();
    const auto quick = choose_masks(p, 0);
    const auto expected = by_hand(p);
    RC_ASSERT(quick.has_value() == expected.has_value());
    if (!expected) return;
    RC_ASSERT(!p.free.intersects(QueueSet::rectangle(quick->apmask, quick->aqmask)));
    RC_ASSERT(quick->bound <= expected->second.collateral);
    RC_ASSERT(quick->collateral >= expected->second.collateral);
    RC_ASSERT(quick->exact == (quick->bound == quick->collateral));
}

} // namespace
} // namespace ap
