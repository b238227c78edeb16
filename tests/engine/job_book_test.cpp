// SPDX-License-Identifier: LGPL-2.1-or-later
// The list of jobs as people see it.
#include "engine/job_book.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;

struct JobBookTest : testing::Test {
    unsigned woken = 0;
    Notices notices{[this] { ++woken; }};
    JobBook book{notices};

    std::uint32_t begun() {
        const auto id = book.add("assign web", {}).id;
        EXPECT_TRUE(book.begin(id));
        return id;
    }
    JobView only() { return book.all().at(0); }
};

TEST_F(JobBookTest, NumbersJobsFromOneAndTellsOfThem) {
    EXPECT_EQ(book.add("assign web", {0, ":1.7"}).id, 1U);
    EXPECT_EQ(book.add("stop db", {}).id, 2U);
    const auto told = notices.take();
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(std::get<JobChanged>(told[0]).job.started_by.bus_name, ":1.7");
    EXPECT_EQ(woken, 2U);
}

TEST_F(JobBookTest, TellsNothingWhenNothingChanged) {
    const auto id = begun();
    (void)notices.take();
    woken = 0;
    book.end_step(id, 0);
    EXPECT_TRUE(notices.take().empty());
    EXPECT_EQ(woken, 0U);
}

TEST_F(JobBookTest, HowFarAJobIsIsToldAtTheNextLookAtTheClock) {
    const auto id = begun();
    (void)notices.take();
    woken = 0;
    book.set_steps(id, {"clear domain 71", "start web"});
    book.begin_step(id, "clear domain 71");
    book.end_step(id, 1);
    book.begin_step(id, "start web");
    book.end_step(id, 2);
    EXPECT_TRUE(notices.take().empty());
    book.look_at_clock(Clock::now());
    book.look_at_clock(Clock::now());
    const auto told = notices.take();
    ASSERT_EQ(told.size(), 1U) << "once";
    EXPECT_EQ(std::get<JobChanged>(told[0]).job.steps_done, 2U);
    EXPECT_EQ(std::get<JobChanged>(told[0]).job.steps.size(), 2U);
    EXPECT_EQ(woken, 0U);
}

TEST_F(JobBookTest, HowFarAJobIsIsToldWithItsNextTurn) {
    const auto id = begun();
    (void)notices.take();
    book.end_step(id, 2);
    book.end(id, JobState::done, {});
    book.look_at_clock(Clock::now());
    const auto told = notices.take();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(std::get<JobChanged>(told[0]).job.steps_done, 2U);
}

TEST_F(JobBookTest, ThatAJobRunsIsToldWithWhateverComesNext) {
    const auto id = book.add("assign web", {}).id;
    woken = 0;
    ASSERT_TRUE(book.begin(id));
    EXPECT_EQ(woken, 0U);
    EXPECT_EQ(std::get<JobChanged>(notices.take().back()).job.state, JobState::running);
}

TEST_F(JobBookTest, EveryTurnOfAJobIsTold) {
    const auto id = begun();
    book.begin_step(id, "clear domain 71");
    book.look_at_clock(Clock::now() + 1h);
    book.end_step(id, 1);
    book.end(id, JobState::done, {});
    std::vector<JobState> states;
    for (const auto& notice : notices.take()) states.push_back(std::get<JobChanged>(notice).job.state);
    EXPECT_EQ(states, (std::vector{JobState::queued, JobState::running, JobState::waiting, JobState::running, JobState::done}));
    EXPECT_EQ(woken, 3U) << "not for running";
}

TEST_F(JobBookTest, AQueuedJobIsCancelledAtOnce) {
    const auto id = book.add("assign web", {}).id;
    ASSERT_TRUE(book.cancel(id));
    EXPECT_EQ(only().state, JobState::cancelled);
    EXPECT_FALSE(book.begin(id)) << "and never begins";
}

TEST_F(JobBookTest, ARunningJobIsAskedToEnd) {
    const auto id = begun();
    EXPECT_FALSE(book.cancel_asked(id));
    ASSERT_TRUE(book.cancel(id));
    EXPECT_EQ(only().state, JobState::running);
    EXPECT_TRUE(book.cancel_asked(id));
}

TEST_F(JobBookTest, RefusesToCancelWhatIsBeingUndone) {
    const auto id = begun();
    book.set_undoing(id);
    EXPECT_EQ(book.cancel(id).error().fault, Fault::conflict);
}

TEST_F(JobBookTest, RefusesToCancelWhatHasEnded) {
    const auto id = begun();
    book.end(id, JobState::done, {});
    EXPECT_EQ(book.cancel(id).error().fault, Fault::conflict);
}

TEST_F(JobBookTest, RefusesToCancelWhatIsUnknown) { EXPECT_EQ(book.cancel(99).error().fault, Fault::not_found); }

TEST_F(JobBookTest, AStepBecomesWaitingOnlyWhenItIsSlow) {
    const auto id = begun();
    book.begin_step(id, "clear domain 71");
    const auto begun_at = Clock::now();
    EXPECT_TRUE(book.look_at_clock(begun_at));
    EXPECT_EQ(only().state, JobState::running);
    EXPECT_TRUE(book.look_at_clock(begun_at + Engine::slow_step + 10s));
    EXPECT_EQ(only().state, JobState::waiting);
    EXPECT_NE(only().waiting_for.find("clear domain 71"), std::string::npos);
    EXPECT_NE(only().waiting_for.find("12 s"), std::string::npos) << only().waiting_for;
}

TEST_F(JobBookTest, AWaitingJobRunsAgainWhenItsStepIsDone) {
    const auto id = begun();
    book.begin_step(id, "clear domain 71");
    book.look_at_clock(Clock::now() + 1h);
    book.end_step(id, 1);
    EXPECT_EQ(only().state, JobState::running);
    EXPECT_EQ(only().waiting_for, "");
    EXPECT_EQ(only().steps_done, 1U);
}

TEST_F(JobBookTest, AStuckUndoIsUndoingAgainWhenItsStepIsDone) {
    const auto id = begun();
    book.set_undoing(id);
    book.begin_step(id, "undo: set domain 71");
    book.look_at_clock(Clock::now() + 1h);
    EXPECT_EQ(only().state, JobState::waiting);
    EXPECT_FALSE(book.cancel(id)) << "waiting or not, it is being undone";
    book.end_step(id, 0);
    EXPECT_EQ(only().state, JobState::undoing);
}

TEST_F(JobBookTest, AJobThatIsStuckForLongIsToldOncePerMinute) {
    const auto id = begun();
    book.begin_step(id, "clear domain 71");
    const auto since = Clock::now();
    book.look_at_clock(since + 2min + 10s);
    (void)notices.take();
    book.look_at_clock(since + 2min + 20s);
    EXPECT_TRUE(notices.take().empty());
}

QueueSet some_queues(unsigned number) {
    QueueSet out;
    for (unsigned d = 0; d < number; ++d) out.insert({Apid{3}, static_cast<Apqi>(d)});
    return out;
}

TEST_F(JobBookTest, AStepThatMovesQueuesSaysHowManyHaveCome) {
    const auto id = begun();
    book.begin_step(id, "clear adapter 3", {{}, some_queues(20)});
    const auto begun_at = Clock::now();
    book.arrived(Arrivals{{}, some_queues(5)});
    book.arrived(Arrivals{{}, some_queues(8)});
    book.look_at_clock(begun_at);
    EXPECT_EQ(only().state, JobState::running);
    EXPECT_EQ(only().queues_moved, 8U) << "each counts once";
    EXPECT_EQ(only().queues_to_move, 20U);
    book.look_at_clock(begun_at + 12s);
    EXPECT_EQ(only().waiting_for, "clear adapter 3: 8 of 20 queues, 12 s");
    book.end_step(id, 1);
    EXPECT_EQ(only().queues_to_move, 0U);
}

TEST_F(JobBookTest, QueuesThatComeElsewhereAreNotCounted) {
    const auto id = begun();
    book.begin_step(id, "set adapter 3", {some_queues(20), {}});
    book.arrived(Arrivals{{}, some_queues(5)}); // late news of the step before
    book.look_at_clock(Clock::now());
    EXPECT_EQ(only().queues_moved, 0U);
}

TEST_F(JobBookTest, WhenEventsAreLostNoNumberIsSaid) {
    const auto id = begun();
    book.begin_step(id, "clear adapter 3", {{}, some_queues(20)});
    const auto begun_at = Clock::now();
    book.arrived(Arrivals{{}, some_queues(5)});
    book.arrived(std::nullopt);
    book.look_at_clock(begun_at + 12s);
    EXPECT_EQ(only().queues_to_move, 0U);
    EXPECT_EQ(only().waiting_for, "clear adapter 3: the kernel has not come back for 12 s");
}

TEST_F(JobBookTest, NobodyWaitsWhenNothingRuns) {
    book.add("assign web", {});
    EXPECT_FALSE(book.look_at_clock(Clock::now() + 1h));
}

TEST_F(JobBookTest, RemembersTheLastThatEnded) {
    const auto queued = book.add("still queued", {}).id;
    for (std::size_t i = 0; i < JobBook::history + 3; ++i) book.end(begun(), JobState::done, {});
    const auto all = book.all();
    EXPECT_EQ(all.size(), JobBook::history + 1);
    EXPECT_EQ(all.front().id, queued);
    EXPECT_EQ(all[1].id, 5U) << "three of 2..36 are forgotten";
}

TEST(Notices, PicturesThatFollowEachOtherBecomeOne) {
    Notices notices([] {});
    auto numbered = [](std::uint64_t n) {
        Snapshot s;
        s.generation = n;
        return std::make_shared<const Snapshot>(s);
    };
    notices.add(SnapshotPublished{numbered(1), numbered(2)});
    notices.add(SnapshotPublished{numbered(2), numbered(3)});
    notices.add(JobChanged{});
    notices.add(SnapshotPublished{numbered(3), numbered(4)});
    const auto taken = notices.take();
    ASSERT_EQ(taken.size(), 3U);
    EXPECT_EQ(std::get<SnapshotPublished>(taken[0]).before->generation, 1U);
    EXPECT_EQ(std::get<SnapshotPublished>(taken[0]).after->generation, 3U);
    EXPECT_EQ(std::get<SnapshotPublished>(taken[2]).before->generation, 3U);
}

} // namespace
