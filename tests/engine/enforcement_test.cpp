// SPDX-License-Identifier: LGPL-2.1-or-later
// A binding that somebody else changed is brought back, but never for ever, and never from under a guest.
#include "engine/enforcement.hpp"
#include "engine/rig.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;

// --- The bound -------------------------------------------------------------------------------------------------------------

TEST(Enforcement, WaitsLongerEachTimeAndThenGivesUp) {
    Enforcement enforcement;
    auto now = 100h + 0ms;
    for (const auto pause : Enforcement::pauses) {
        EXPECT_FALSE(enforcement.is_due(now, 1));
        EXPECT_EQ(enforcement.due(), now + pause);
        EXPECT_FALSE(enforcement.is_due(now + pause - 1ms, 1));
        EXPECT_TRUE(enforcement.is_due(now += pause, 1));
        enforcement.tried(now);
    }
    EXPECT_FALSE(enforcement.is_due(now, 1));
    EXPECT_NE(enforcement.trouble().find("given up"), std::string::npos);
    EXPECT_EQ(enforcement.due(), Checkpoint::never);
    EXPECT_FALSE(enforcement.is_due(now + 24h, 2)) << "until somebody has a look";
    enforcement.start_over();
    EXPECT_FALSE(enforcement.is_due(now + 24h, 2));
    EXPECT_TRUE(enforcement.is_due(now + 24h + 2s, 2));
}

TEST(Enforcement, AQuietPeriodMakesItPatientAgain) {
    Enforcement enforcement;
    EXPECT_FALSE(enforcement.is_due(0ms, 1));
    enforcement.tried(2s);
    enforcement.at_rest();
    EXPECT_FALSE(enforcement.is_due(20min, 2));
    EXPECT_EQ(enforcement.due(), 20min + Enforcement::pauses[0]);
}

TEST(Enforcement, RestWithinThePeriodIsNoNewBeginning) {
    Enforcement enforcement;
    for (int i = 0; i < 3; ++i) enforcement.tried(1s), enforcement.at_rest();
    EXPECT_FALSE(enforcement.is_due(2s, 1));
    EXPECT_NE(enforcement.trouble(), "");
}

TEST(Enforcement, WhatIsRefusedWaitsForAnotherHost) {
    Enforcement enforcement;
    enforcement.refused("a guest has it", 7);
    EXPECT_FALSE(enforcement.is_due(0ms, 7));
    EXPECT_EQ(enforcement.due(), Checkpoint::never);
    EXPECT_EQ(enforcement.trouble(), "a guest has it");
    EXPECT_FALSE(enforcement.is_due(0ms, 8));
    EXPECT_NE(enforcement.due(), Checkpoint::never);
}

// --- The engine --------------------------------------------------------------------------------------------------------------

struct Enforcing : testing::Test {
    Rig rig{two_adapters(), Wanted{}, Policy::enforce};
    World made;

    void SetUp() override {
        rig.start();
        ASSERT_EQ(rig.apply({wish("reserve", {{"queues", "03-04.0047"}})}).state, JobState::done);
        made = rig.world();
    }
    void pass(std::chrono::seconds time) {
        rig.calendar.advance(time);
        rig.engine.look_at_policy();
    }
    /// Somebody else gives all queues back to the host; returns when it is seen.
    void take_all() {
        rig.host.change_masks(AdapterSet::all(), DomainSet::all());
        rig.engine.changed(Dirty{.binding = true});
        rig.wait_until([&] { return rig.engine.snapshot()->host.guest.empty(); });
        rig.wait_until([&] { return due() || !trouble().empty(); });
    }
    [[nodiscard]] bool due() const { return rig.engine.snapshot()->policy.due != Checkpoint::never; }
    [[nodiscard]] std::string trouble() const { return rig.engine.snapshot()->policy.trouble; }
    void expect_brought_back() {
        rig.wait_until([&] { return !rig.engine.snapshot()->host.guest.empty() && ended(rig.engine.jobs().back().state); });
        EXPECT_EQ(rig.world(), made);
    }
};

TEST_F(Enforcing, BringsBackWhatSomebodyElseTookAfterAMoment) {
    take_all();
    EXPECT_EQ(rig.engine.policy_due_in(), 2s);
    EXPECT_NE(rig.world(), made) << "he may not be at his end yet";
    pass(2s);
    expect_brought_back();
    const auto history = rig.engine.history(1);
    ASSERT_EQ(history.size(), 1U);
    EXPECT_EQ(history.front().origin.description, "policy enforce: bring the binding back");
    EXPECT_EQ(history.front().state, JobState::done);
}

TEST_F(Enforcing, BringsBackWhatSomebodyElseFreed) {
    const auto apmask = rig.host.state().apmask;
    rig.host.change_masks(AdapterSet{}, rig.host.state().aqmask);
    rig.engine.changed(Dirty{.binding = true});
    rig.wait_until([&] { return due(); });
    pass(2s);
    rig.wait_until([&] { return rig.engine.snapshot()->host.apmask == apmask; });
    EXPECT_EQ(rig.world(), made);
}

TEST_F(Enforcing, DoesNotFightForEver) {
    for (const auto pause : Enforcement::pauses) {
        take_all();
        ASSERT_TRUE(due());
        pass(pause);
        expect_brought_back();
    }
    take_all();
    EXPECT_NE(trouble().find("given up"), std::string::npos);
    EXPECT_EQ(rig.engine.policy_due_in(), std::nullopt);
    ASSERT_TRUE(rig.rescan());
    rig.wait_until([&] { return due(); });
    pass(2s);
    expect_brought_back();
}

TEST_F(Enforcing, LeavesItWhenItIsSoAgainByItself) {
    const auto before = rig.host.state();
    take_all();
    rig.host.change_masks(before.apmask, before.aqmask);
    rig.engine.changed(Dirty{.binding = true});
    rig.wait_until([&] { return !due(); });
    EXPECT_EQ(rig.engine.policy_due_in(), std::nullopt);
    EXPECT_EQ(rig.engine.history(10).size(), 1U) << "no job but the one that reserved";
}

TEST(EnforcingBesideGuests, TakesNothingFromARunningOne) {
    Rig rig(two_adapters(), Wanted{}, Policy::enforce);
    rig.start();
    const Uuid uuid{{9}};
    // Somebody frees a queue, makes a matrix of it and gives it to a guest.
    rig.host.change_masks(~AdapterSet{Apid{3}}, DomainSet::all());
    rig.host.change([&](HostState& h) {
        const Matrix matrix{{Apid{3}}, {Apqi{4}}, {}};
        h.matrices[uuid] = {matrix, matrix, true, "guest7"};
    });
    rig.engine.changed(Dirty{.binding = true, .matrix_list = true, .matrices = {uuid}});
    rig.wait_until([&] { return rig.engine.snapshot()->policy.due != Checkpoint::never || !rig.engine.snapshot()->drift.empty(); });
    rig.calendar.advance(1h);
    rig.engine.look_at_policy();
    ASSERT_TRUE(rig.rescan());
    rig.calendar.advance(1h);
    rig.engine.look_at_policy();
    ASSERT_TRUE(rig.rescan());
    EXPECT_TRUE(rig.host.state().guest.contains({Apid{3}, Apqi{4}}));
    EXPECT_TRUE(rig.host.state().matrices.at(uuid).in_use);
}

TEST(Reporting, BringsNothingBack) {
    Rig rig(two_adapters());
    rig.start();
    ASSERT_EQ(rig.apply({wish("reserve", {{"queues", "03-04.0047"}})}).state, JobState::done);
    rig.host.change_masks(AdapterSet::all(), DomainSet::all());
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.policy_due_in(), std::nullopt);
    rig.calendar.advance(1h);
    rig.engine.look_at_policy();
    ASSERT_TRUE(rig.rescan());
    EXPECT_TRUE(rig.host.state().guest.empty());
}

} // namespace
