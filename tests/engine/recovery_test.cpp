// SPDX-License-Identifier: LGPL-2.1-or-later
// The start of the daemon after one that died, case by case; the sweep has the breadth.
#include "core/parse.hpp"
#include "engine/history.hpp"
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <future>

namespace {

using namespace ap;
using namespace ap::engine;
using fakes::FakeStore;

/// assign_web(), killed before a call of this name.
struct RecoveryTest : testing::Test {
    HostState host;
    FakeStore::Disk disk;

    void kill_before(const std::string& name, unsigned later = 0) {
        const auto call = call_of_assign_web(name) + later;
        Rig rig(two_adapters());
        rig.start();
        rig.gate.reset();
        rig.gate.crash_before(call);
        rig.apply({assign_web()});
        host = rig.host.state();
        disk = rig.store.disk();
        ASSERT_TRUE(disk.journal.open);
    }
    static HistoryEntry only_entry(const Rig& rig) {
        const auto disk = rig.store.disk();
        EXPECT_EQ(disk.journal.history.size(), 1U);
        return read_entry(disk.journal.history.front().text).value();
    }
};

TEST_F(RecoveryTest, AJobThatIsHalfwayIsUndoneAndSaysWhy) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.start();
    EXPECT_EQ(rig.host.state(), two_adapters());
    const auto entry = only_entry(rig);
    EXPECT_EQ(entry.state, JobState::failed);
    EXPECT_NE(entry.how.find("undone at the next start"), std::string::npos) << entry.how;
    EXPECT_EQ(rig.job(1).state, JobState::failed) << "and the job is in the list of jobs";
}

TEST_F(RecoveryTest, AJobThatTheKernelHasDoneIsFinished) {
    kill_before("files");
    Rig rig(host, disk);
    rig.start();
    EXPECT_TRUE(rig.host.state().matrices.contains(uuid_of(rig, "web")));
    EXPECT_EQ(rig.store.wanted().definitions.size(), 1U);
    const auto entry = only_entry(rig);
    EXPECT_EQ(entry.state, JobState::done);
    EXPECT_NE(entry.how.find("finished"), std::string::npos) << entry.how;
}

TEST_F(RecoveryTest, WhatCannotBeRecordedAsDoneIsUndoneWithItsFiles) {
    kill_before("files", 1);
    ASSERT_FALSE(disk.files.empty());
    Rig rig(host, disk);
    rig.gate.fail_all_from(1, "commit", {ENOSPC, false});
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
    EXPECT_EQ(rig.host.state(), two_adapters());
    EXPECT_TRUE(rig.store.disk().files.empty());
}

TEST_F(RecoveryTest, NumbersOfJobsGoOn) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.start();
    EXPECT_EQ(rig.apply({assign_web()}).id, 2U);
}

TEST_F(RecoveryTest, NobodySeesAHostThatIsHalfway) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->generation, 1U);
    EXPECT_EQ(rig.engine.snapshot()->host, two_adapters());
}

TEST_F(RecoveryTest, WhatTheKernelRefusesToUndoLeavesTheDaemonDegradedAndTheRecordOpen) {
    kill_before("set_matrix");
    {
        Rig rig(host, disk);
        rig.gate.fail_all_from(1, "set_");
        rig.start();
        EXPECT_NE(rig.engine.snapshot()->degraded, "");
        EXPECT_FALSE(rig.engine.apply({assign_web()}, {}, {}));
        disk = rig.store.disk();
        ASSERT_TRUE(disk.journal.open);
        EXPECT_EQ(only_entry(rig).state, JobState::degraded);
        host = rig.host.state();
    }
    Rig later(host, disk);
    later.start();
    EXPECT_EQ(later.engine.snapshot()->degraded, "");
    EXPECT_EQ(later.host.state(), two_adapters());
    EXPECT_EQ(only_entry(later).state, JobState::failed);
}

TEST_F(RecoveryTest, AHolderOfTheLockIsWaitedForAndTheNextRescanTriesAgain) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.lock.set_holder("pid 4711 (apctld)");
    rig.start();
    EXPECT_NE(rig.engine.snapshot()->degraded.find("4711"), std::string::npos);
    EXPECT_EQ(rig.host.state(), host) << "nothing is written while somebody else may write";
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty()) << "what the job did is nobody else's doing: " << rig.engine.snapshot()->drift.front().text;
    rig.lock.set_holder("");
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
    EXPECT_EQ(rig.host.state(), two_adapters());
}

TEST_F(RecoveryTest, TheLockIsLookedAtAgainWithoutBeingAsked) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.lock.set_holder("pid 4711 (apctld)");
    rig.start();
    rig.gate.reset();
    std::promise<void> trying, tried;
    // Call by call: settle, refresh, lock; refresh.
    rig.gate.before(3, [&] { trying.set_value(); });
    rig.gate.before(4, [&] { tried.set_value(); });
    rig.engine.changed({.silent = true});
    trying.get_future().wait();
    rig.engine.changed({.silent = true});
    tried.get_future().wait();
    EXPECT_EQ(rig.host.state(), host);
    rig.lock.set_holder("");
    rig.engine.changed({.silent = true});
    rig.wait_until([&] { return rig.engine.snapshot()->degraded.empty(); });
    EXPECT_EQ(rig.host.state(), two_adapters());
    EXPECT_EQ(rig.engine.history(1).front().state, JobState::failed);
    EXPECT_FALSE(rig.lock.held());
    EXPECT_EQ(std::ranges::count_if(rig.seen, [](const Notice& notice) {
                  const auto* changed = std::get_if<JobChanged>(&notice);
                  return changed != nullptr && changed->job.state == JobState::degraded;
              }), 1) << "what has not changed is not told again";
}

TEST_F(RecoveryTest, TheLockIsToldWhoseItMayBe) {
    kill_before("set_matrix");
    Rig rig(host, disk);
    rig.start();
    EXPECT_EQ(rig.lock.former(), read_record(disk.journal.open->text)->pid);
}

TEST_F(RecoveryTest, WhatSomebodyElseDidMeanwhileIsNotOverwritten) {
    kill_before("set_matrix");
    const auto uuid = disk.journal.open ? read_record(disk.journal.open->text)->plan.matrices.front().uuid : Uuid{};
    const Matrix theirs{{Apid{3}}, {Apqi{0x47}}, {}};
    host.matrices.at(uuid).assigned = theirs;
    host.matrices.at(uuid).in_use = true;
    Rig rig(host, disk);
    rig.start();
    EXPECT_NE(rig.engine.snapshot()->degraded, "");
    EXPECT_EQ(rig.host.state().matrices.at(uuid).assigned, theirs);
}

TEST_F(RecoveryTest, AfterARebootTheKernelIsLeftAlone) {
    kill_before("files", 1);
    const auto booted = two_adapters();
    Rig rig(booted, disk);
    rig.calendar.set_boot("second boot");
    rig.start();
    EXPECT_EQ(rig.host.state(), booted);
    EXPECT_TRUE(rig.store.wanted().definitions.empty()) << "the file that was written is gone again";
    EXPECT_NE(only_entry(rig).how.find("the machine was started again"), std::string::npos);
}

TEST_F(RecoveryTest, AMatrixThatWasStartedAtBootFromAFileThatIsPutBackIsTold) {
    kill_before("files", 1);
    const auto record = read_record(disk.journal.open->text).value();
    const auto& effect = record.plan.matrices.front();
    Rig rig(host, disk); // the kernel's command line has the masks, and mdevctl's rule the file
    rig.calendar.set_boot("second boot");
    rig.start();
    EXPECT_EQ(rig.host.state(), host) << "its guest may run";
    EXPECT_NE(rig.engine.snapshot()->degraded.find("was started at boot with " + describe(effect.after.queues())), std::string::npos);
    EXPECT_TRUE(rig.store.disk().journal.open);
}

TEST_F(RecoveryTest, ARecordThatCannotBeReadStopsChangesAndNothingElse) {
    kill_before("set_matrix");
    disk.journal.open->text = "half a reco";
    Rig rig(host, disk);
    rig.start();
    EXPECT_NE(rig.engine.snapshot()->degraded.find("job 1"), std::string::npos);
    EXPECT_EQ(rig.host.state(), host);
    EXPECT_TRUE(rig.engine.plan({assign_web()}, false));
}

TEST(Journal, ADiskThatIsFullAtTheBeginningFailsTheJobBeforeAnythingChanges) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.fail_all_from(1, "begin", {ENOSPC, false});
    const auto job = rig.apply({assign_web()});
    EXPECT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().errno_value, ENOSPC);
    EXPECT_EQ(rig.call_named("set_aqmask"), 0U);
}

TEST(Journal, OneRecordBeforeTheFirstWriteAndOneCommitAfterTheLast) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.apply({assign_web()});
    const auto first = std::min(rig.call_named("set_aqmask"), rig.call_named("create"));
    EXPECT_LT(rig.call_named("begin"), first);
    EXPECT_GT(rig.call_named("commit"), rig.call_named("set_matrix"));
    const auto trace = rig.gate.trace();
    EXPECT_EQ(std::ranges::count(trace, "begin") + std::ranges::count(trace, "commit") + std::ranges::count(trace, "close"), 2);
}

TEST(Journal, AChangeOfTheDatabaseAloneIsOneTransaction) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    ASSERT_EQ(rig.apply({wish("keep", {{"queues", "03.0004"}})}).state, JobState::done);
    EXPECT_EQ(rig.call_named("begin"), 0U);
    EXPECT_EQ(rig.store.disk().journal.history.size(), 1U);
}

TEST(Journal, AnEndThatCouldNotBeWrittenIsWrittenBeforeTheNextJob) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.fail_all_from(1, "c", {ENOSPC, false}); // create, commit, close
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::failed);
    ASSERT_TRUE(rig.store.disk().journal.open);
    rig.gate.reset();
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    EXPECT_FALSE(rig.store.disk().journal.open);
    EXPECT_EQ(rig.store.disk().journal.history.size(), 2U);
}

} // namespace
