// SPDX-License-Identifier: LGPL-2.1-or-later
// When even undoing fails: say so, change nothing more, and find the way out.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ap;
using namespace ap::engine;

constexpr Apqi d47{0x47};

/// A job whose assignment is refused, and whose masks cannot be put back either.
struct DegradedTest : testing::Test {
    Rig rig{two_adapters()};
    HostState found = two_adapters();
    JobView job;

    void SetUp() override {
        rig.start();
        rig.gate.reset();
        rig.gate.fail_all_from(call_of_assign_web("set_aqmask") + 1, "set_");
        job = rig.apply({assign_web()});
    }
    void repair() {
        rig.gate.reset();
        rig.host.change_masks(found.apmask, found.aqmask);
    }
};

TEST_F(DegradedTest, TheJobSaysWhatHappenedFirstAndWhatIsLeft) {
    ASSERT_EQ(job.state, JobState::degraded);
    ASSERT_EQ(job.errors.size(), 4U);
    EXPECT_EQ(job.errors[0].fault, Fault::kernel_refused);
    EXPECT_NE(job.errors[1].reason.find("while undoing"), std::string::npos);
    EXPECT_EQ(job.errors[2].fault, Fault::degraded);
    EXPECT_EQ(job.errors[2].subject, "aqmask");
    EXPECT_EQ(job.errors[3].subject, "03-04.0047") << "not the host's any more";
}

TEST_F(DegradedTest, TheRestIsUndoneAllTheSame) { EXPECT_TRUE(rig.host.state().matrices.empty()); }

TEST_F(DegradedTest, ChangesAreRefusedWithTheReason) {
    EXPECT_NE(rig.engine.snapshot()->degraded.find("aqmask"), std::string::npos);
    const auto refused = rig.engine.apply({assign_web()}, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::degraded);
    EXPECT_NE(refused.error().front().reason.find("aqmask"), std::string::npos);
    EXPECT_NE(refused.error().front().remedy.find("rescan"), std::string::npos);
}

TEST_F(DegradedTest, ReadingAndPlanningGoOn) {
    rig.gate.reset();
    rig.host.change([](HostState& h) { h.adapters.at(Apid{3}).checkstopped = true; });
    rig.engine.changed(Dirty{.silent = true});
    rig.wait_until([&] { return rig.engine.snapshot()->host.adapters.at(Apid{3}).checkstopped; });
    EXPECT_TRUE(rig.engine.plan({assign_web()}, false));
}

TEST_F(DegradedTest, ARescanOfADamagedHostDoesNotEndIt) {
    rig.gate.reset();
    ASSERT_TRUE(rig.rescan());
    EXPECT_FALSE(rig.engine.snapshot()->degraded.empty());
}

TEST_F(DegradedTest, ARescanThatCannotReadDoesNotEndIt) {
    repair();
    rig.gate.fail(2); // the host is right again, but the records are not to be read
    EXPECT_FALSE(rig.rescan());
    EXPECT_FALSE(rig.engine.snapshot()->degraded.empty());
}

TEST_F(DegradedTest, ARescanOfARepairedHostEndsIt) {
    repair();
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
    EXPECT_EQ(rig.apply({assign_web()}).state, JobState::done);
}

TEST(Degraded, AJobThatWasQueuedBehindFailsWithTheReason) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.block(1);
    const auto first = rig.queue({assign_web()});
    const auto second = rig.queue({wish("reserve", {{"queues", "03.002f"}})});
    rig.gate.wait_until_blocked();
    rig.gate.fail_all_from(call_of_assign_web("set_aqmask") + 1, "set_");
    rig.gate.release();
    const auto job = rig.wait_for_end(second);
    ASSERT_EQ(rig.job(first).state, JobState::degraded);
    EXPECT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::degraded);
}

TEST(Degraded, AGuestThatSeesLessThanBeforeIsDamage) {
    Rig rig(two_adapters());
    rig.start();
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    const auto uuid = uuid_of(rig, "web");
    rig.gate.reset();
    rig.gate.fail_all_from(1, "commit");
    // Call by call: lock, refresh, load, prepare, begin, requests, set_aqmask, in_reset, set_matrix, refresh, files, commit, set_matrix, set_aqmask, put_back, refresh.
    rig.gate.before(16, [&] { rig.host.change([&](HostState& h) { h.matrices.at(uuid).effective.adapters.erase(Apid{4}); }); });
    const auto job = rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})});
    ASSERT_EQ(job.state, JobState::degraded) << to_string(job.state);
    EXPECT_NE(job.errors.back().reason.find("its guest sees"), std::string::npos) << job.errors.back().reason;
}

TEST(Degraded, FinishingTheChangeByHandEndsItToo) {
    Rig rig(two_adapters());
    rig.start();
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    const auto uuid = uuid_of(rig, "web");
    rig.gate.reset();
    rig.gate.fail_all_from(1, "set_matrix", {5, true}); // the kernel does it, says it did not, and so on
    rig.gate.before(10, [&] { rig.host.change([&](HostState& h) { h.matrices.at(uuid).assigned = {}, h.matrices.at(uuid).effective = {}; }); });
    const auto job = rig.apply({wish("modify", {{"matrix", "web"}, {"remove-adapters", "4"}})});
    ASSERT_EQ(job.state, JobState::degraded) << to_string(job.state);

    // Not as it was before the job, but as the records want it.
    rig.gate.reset();
    Definition smaller = rig.store.wanted().definitions.at(uuid);
    smaller.matrix = {{Apid{3}}, {d47}, {d47}};
    rig.store.write_file(uuid, smaller, "by hand");
    rig.host.change([&](HostState& h) { h.matrices.at(uuid).assigned = h.matrices.at(uuid).effective = smaller.matrix; });
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
}

} // namespace
