// SPDX-License-Identifier: LGPL-2.1-or-later
// How the snapshot stays true.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace ap;
using namespace ap::engine;

TEST(Reading, TheFirstReadIsGenerationOneAndSettled) {
    Rig rig(two_adapters());
    EXPECT_EQ(rig.engine.snapshot()->generation, 0U);
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->generation, 1U);
    EXPECT_TRUE(rig.engine.snapshot()->settled);
    EXPECT_EQ(rig.engine.snapshot()->host, two_adapters());
}

TEST(Reading, NothingCanBePlannedBeforeTheFirstRead) {
    Rig rig(two_adapters());
    const auto plan = rig.engine.plan({assign_web()}, false);
    ASSERT_FALSE(plan);
    EXPECT_EQ(plan.error().front().subject, "apctld");
}

TEST(Reading, NothingIsPublishedWhenNothingDiffers) {
    Rig rig(two_adapters());
    rig.start();
    rig.engine.changed(Dirty{.binding = true, .silent = true});
    EXPECT_EQ(rig.rescan(), 1U);
}

TEST(Reading, AForeignMaskChangeIsANewGenerationAndDrift) {
    Rig rig(two_adapters());
    rig.start();
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{Apqi{4}});
    rig.engine.changed(Dirty{.binding = true});
    rig.wait_until([&] { return rig.engine.snapshot()->generation == 2; });
    const auto now = rig.engine.snapshot();
    EXPECT_EQ(now->host.aqmask, ~DomainSet{Apqi{4}});
    ASSERT_EQ(now->drift.size(), 1U);
    EXPECT_EQ(now->drift[0].kind, Drift::Kind::mask_freed);
}

TEST(Reading, OnlyTheMarkedPartsAreRead) {
    Rig rig(two_adapters());
    rig.start();
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{Apqi{4}});
    rig.host.change([](HostState& h) { h.matrices[Uuid{{9}}]; });
    rig.engine.changed(Dirty{.matrix_list = true});
    rig.wait_until([&] { return rig.engine.snapshot()->generation == 2; });
    EXPECT_EQ(rig.engine.snapshot()->host.aqmask, DomainSet::all());
    EXPECT_EQ(rig.engine.snapshot()->host.matrices.size(), 1U);
}

TEST(Reading, AStormOfMarksCostsFewReadings) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.block(1);
    rig.engine.changed(Dirty{.binding = true});
    rig.gate.wait_until_blocked();
    for (unsigned i = 0; i < 100'000; ++i) {
        Dirty what{.binding = true};
        what.adapters.insert(static_cast<Apid>(i % 256));
        rig.engine.changed(what);
    }
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{Apqi{4}});
    rig.gate.release();
    rig.wait_until([&] { return rig.engine.snapshot()->settled && rig.engine.snapshot()->host == rig.host.state(); });
    EXPECT_LE(std::ranges::count(rig.gate.trace(), std::string("refresh")), 2);
}

TEST(Reading, AHostThatCannotBeReadIsAProblemUntilItCan) {
    Rig rig(two_adapters());
    rig.gate.fail(1);
    rig.start();
    EXPECT_FALSE(rig.engine.snapshot()->settled);
    ASSERT_EQ(rig.engine.snapshot()->problems.size(), 1U);
    EXPECT_NE(rig.engine.snapshot()->problems[0].find("could not be read"), std::string::npos);

    rig.engine.changed(Dirty{.silent = true}); // the slow poll comes round, and everything that is missing is read
    rig.wait_until([&] { return rig.engine.snapshot()->settled; });
    EXPECT_TRUE(rig.engine.snapshot()->problems.empty());
    EXPECT_EQ(rig.engine.snapshot()->host, two_adapters());
}

TEST(Reading, RecordsThatCannotBeReadStayAsTheyWere) {
    Wanted wanted;
    wanted.keep.insert({Apid{3}, Apqi{4}});
    Rig rig(two_adapters(), wanted);
    rig.start();
    rig.gate.reset();
    rig.gate.fail(1);
    rig.engine.changed(Dirty{.definitions = true});
    rig.wait_until([&] { return !rig.engine.snapshot()->problems.empty(); });
    EXPECT_EQ(rig.engine.snapshot()->wanted, wanted);
    EXPECT_FALSE(rig.engine.snapshot()->settled);
}

TEST(Reading, AFailedRescanSaysWhy) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.fail(1, {5, false});
    const auto answer = rig.rescan();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().errno_value, 5);
}

TEST(Reading, ProblemsOfTheStoreAreShown) {
    Rig rig(two_adapters());
    rig.store.set_problems({"/etc/x is not JSON"});
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->problems, std::vector<std::string>{"/etc/x is not JSON"});
}

} // namespace
