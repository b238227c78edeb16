// SPDX-License-Identifier: LGPL-2.1-or-later
// Matrices that exchange queues: who lets go first, and that nobody else is ever without.
#include "arbitrary.hpp"

#include "core/planner.hpp"
#include "core/predictor.hpp"

#include <algorithm>

namespace ap {
namespace {

using Lines = std::vector<std::string>;

Uuid matrix_number(unsigned n) { return Uuid{{static_cast<std::uint8_t>(n)}}; }

/// Eight adapters with four domains, all of them in the guest pool; matrices on some of them.
struct Scene {
    HostState now;
    Wanted was, want;
    unsigned count = 0;

    explicit Scene(bool overrides = false) {
        now.bus_present = now.vfio_ap_present = now.has_ap_config = true;
        for (unsigned i = 0; i < 8; ++i) now.host_adapters.insert(static_cast<Apid>(i));
        for (unsigned i = 0; i < 4; ++i) now.host_domains.insert(static_cast<Apqi>(i));
        now.present = now.guest = was.reserved = want.reserved = QueueSet::rectangle(now.host_adapters, now.host_domains);
        now.has_driver_override = overrides;
        if (overrides) now.in_use_rule = InUseRule::all_opposite;
        if (overrides) now.present.for_each([this](Apqn q) { set_override(now, q, guest_driver_name); });
        else now.aqmask -= now.host_domains;
    }
    void add(const AdapterSet& adapters, const DomainSet& domains, bool in_use) {
        const Matrix matrix{adapters, domains, {}};
        const auto id = matrix_number(++count);
        now.matrices[id] = {matrix, matrix, in_use, ""};
        was.definitions[id] = want.definitions[id] = {"m" + std::to_string(count), matrix, true, true};
    }
    Matrix& wanted(unsigned n) { return want.definitions.at(matrix_number(n)).matrix; }
    /// Each gets the adapters of the next one.
    void rotate() {
        const auto first = wanted(1).adapters;
        for (unsigned n = 1; n < count; ++n) wanted(n).adapters = wanted(n + 1).adapters;
        wanted(count).adapters = first;
    }
    [[nodiscard]] Plan made() const {
        const auto p = plan(now, was, want, {.disrupt = true, .touched = {}});
        if (!p) throw std::runtime_error(to_string(p.error().front()));
        return *p;
    }
    [[nodiscard]] Lines steps() const {
        Lines out;
        for (const auto& step : made().steps)
            if (touches_kernel(step)) out.push_back(describe(step, want));
        return out;
    }
    /// Matrices whose guest has no queue at some moment. What one ap_config write takes away goes before what it brings (kernel-abi 7.5).
    [[nodiscard]] std::set<Uuid> ever_empty() const {
        std::set<Uuid> out;
        auto host = now;
        for (const auto& step : made().steps) {
            const auto before = host.matrices;
            host = after(host, step);
            for (const auto& [uuid, m] : host.matrices) {
                const auto& old = before.at(uuid).effective;
                if (m.effective.queues().empty() || !(old.adapters.intersects(m.effective.adapters) && old.domains.intersects(m.effective.domains))) out.insert(uuid);
            }
        }
        return out;
    }
};

AdapterSet adapters(std::initializer_list<unsigned> ids) {
    AdapterSet out;
    for (auto id : ids) out.insert(static_cast<Apid>(id));
    return out;
}
const DomainSet d1{Apqi{1}};

TEST(Exchange, OfTwoTheOneThatNobodyHasOpenLetsGoFirst) {
    Scene s;
    s.add(adapters({3}), d1, true);
    s.add(adapters({4}), d1, false);
    s.rotate();
    EXPECT_EQ(s.steps(), (Lines{"in m2: remove adapter 4", "in m1: add adapter 4", "in m1: remove adapter 3", "in m2: add adapter 3"}));
    EXPECT_EQ(s.ever_empty(), std::set{matrix_number(2)});
}

TEST(Exchange, OfTwoThatRunTheOneThatKeepsSomeLetsGoFirst) {
    Scene s;
    s.add(adapters({3}), d1, true);
    s.add(adapters({4, 5}), d1, true);
    s.wanted(1).adapters = adapters({4});
    s.wanted(2).adapters = adapters({3, 5});
    EXPECT_EQ(s.steps(), (Lines{"in m2: remove adapter 4", "in m1: add adapter 4", "in m1: remove adapter 3", "in m2: add adapter 3"}));
    EXPECT_EQ(s.ever_empty(), std::set<Uuid>{});
}

TEST(Exchange, ARingOfThreeIsGoneThroughBackwards) {
    Scene s;
    s.add(adapters({3}), d1, true);
    s.add(adapters({4}), d1, true);
    s.add(adapters({5}), d1, false);
    s.rotate();
    EXPECT_EQ(s.steps(), (Lines{"in m3: remove adapter 5", "in m2: add adapter 5", "in m2: remove adapter 4", "in m1: add adapter 4", "in m1: remove adapter 3",
                                "in m3: add adapter 3"}));
}

TEST(Exchange, WhoGivesToOneThatWaitsGrowsFirstNevertheless) {
    Scene s;
    s.add(adapters({3}), d1, true);
    s.add(adapters({4}), d1, true);
    s.wanted(1).adapters = adapters({6});
    s.wanted(2).adapters = adapters({3});
    EXPECT_EQ(s.steps(), (Lines{"in m1: add adapter 6", "in m1: remove adapter 3", "in m2: add adapter 3", "in m2: remove adapter 4"}));
    EXPECT_EQ(s.ever_empty(), std::set<Uuid>{});
}

TEST(Exchange, WholeMatricesCannotBeTidedOver) {
    Scene s;
    s.add(adapters({3}), d1, true);
    s.add(adapters({4}), {Apqi{2}}, true);
    std::swap(s.wanted(1), s.wanted(2));
    EXPECT_EQ(s.ever_empty().size(), 2U) << "3 and 4 on both domains would be more than either had or gets";
}

/// One domain for all would take fewer queues along than three adapters do; but from 6.19 no bit moves while a guest that tides over has the id.
TEST(Exchange, MasksThatCouldBeBetterStayForGuestsThatRun) {
    Scene s;
    s.now.in_use_rule = InUseRule::all_opposite;
    s.now.aqmask = DomainSet::all();
    s.now.apmask = AdapterSet::all() - adapters({3, 4, 5});
    s.now.guest = QueueSet::rectangle(adapters({3, 4, 5}), s.now.host_domains);
    s.now.host = s.now.present - s.now.guest;
    s.was.reserved = s.want.reserved = {};
    s.add(adapters({3}), d1, true);
    s.add(adapters({4}), d1, true);
    s.add(adapters({5}), d1, false);
    s.rotate();
    EXPECT_EQ(s.ever_empty(), std::set{matrix_number(3)});
    const auto p = s.made();
    EXPECT_EQ(p.apmask, s.now.apmask);
    auto host = s.now;
    for (const auto& step : p.steps) host = after(host, step);
    const auto again = plan(host, s.want, s.want, {.touched = {matrix_number(1), matrix_number(2), matrix_number(3)}});
    EXPECT_TRUE(again && again->steps.empty()) << "and are not made better later";
}

/// Rings of any length side by side, each member with adapters of its own.
RC_GTEST_PROP(ExchangeProperty, OfEachRingOnlyOneIsEverEmptyAndNoneThatRunsWhereOneDoesNot, ()) {
    Scene s(*rc::gen::arbitrary<bool>());
    s.now.has_ap_config = s.now.has_driver_override || *rc::gen::arbitrary<bool>();
    const auto length = *rc::gen::inRange(2u, 9u);
    bool somebody_idle = false;
    for (unsigned i = 0; i < length; ++i) {
        const bool in_use = *rc::gen::arbitrary<bool>();
        somebody_idle |= !in_use;
        s.add({static_cast<Apid>(i)}, d1, in_use);
    }
    s.rotate();
    const auto empty = s.ever_empty();
    RC_ASSERT(empty.size() == 1u);
    RC_ASSERT(!(somebody_idle && s.now.matrices.at(*empty.begin()).in_use));
    RC_ASSERT(s.steps().size() == 2u * length);
}

} // namespace
} // namespace ap
