// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of a job: done, refused, stale, waiting, cancelled.
#include "engine/started_rig.hpp"

#include "core/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;

constexpr Apid a3{3}, a4{4};
constexpr Apqi d4{4}, d2f{0x2f}, d47{0x47};

struct JobsTest : StartedRig {
    void expect_as_found() {
        EXPECT_EQ(rig.world().host, found.host);
        EXPECT_EQ(rig.world().wanted, found.wanted);
        EXPECT_FALSE(rig.lock.held());
    }
};

TEST_F(JobsTest, AnAssignmentIsCarriedOutVerifiedAndRecorded) {
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_GT(job.steps.size(), 0U);
    EXPECT_EQ(job.steps_done, job.steps.size());
    const auto uuid = uuid_of(rig, "web");
    EXPECT_EQ(rig.host.state().matrices.at(uuid).effective.queues(), QueueSet::rectangle({a3, a4}, {d47}));
    EXPECT_TRUE(rig.store.wanted().definitions.at(uuid).active);
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
}

TEST_F(JobsTest, TheSnapshotIsThereBeforeTheJobIsSaidToBeDone) {
    const auto id = rig.apply({assign_web()}).id;
    rig.wait_until([] { return true; });
    const auto published = std::ranges::find_if(rig.seen, [](const Notice& n) {
        const auto* s = std::get_if<SnapshotPublished>(&n);
        return s != nullptr && !s->after->host.matrices.empty();
    });
    const auto done = std::ranges::find_if(rig.seen, [&](const Notice& n) {
        const auto* j = std::get_if<JobChanged>(&n);
        return j != nullptr && j->job.id == id && j->job.state == JobState::done;
    });
    ASSERT_NE(done, rig.seen.end());
    EXPECT_LT(published, done);
}

TEST_F(JobsTest, WhatItDidIsShownWhileTheDiskWorks) {
    bool shown = false;
    rig.gate.before(call_of_assign_web("commit"), [&] {
        const auto now = rig.engine.snapshot();
        shown = !now->host.matrices.empty() && !now->wanted.definitions.empty() && now->drift.empty() && rig.engine.jobs().back().state == JobState::running;
    });
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    EXPECT_TRUE(shown);
}

TEST_F(JobsTest, WhatTheDiskDidNotTakeIsShownNoLonger) {
    rig.gate.fail(call_of_assign_web("commit"), {ENOSPC, false});
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::failed);
    EXPECT_EQ(rig.engine.snapshot()->host, found.host);
    EXPECT_EQ(rig.engine.snapshot()->wanted, found.wanted);
}

TEST_F(JobsTest, TheNeighboursLockIsHeldFromTheReadingToTheRecords) {
    rig.apply({assign_web()});
    const auto trace = rig.gate.trace();
    EXPECT_EQ(trace.front(), "lock");
    const auto unlocked = std::ranges::find(trace, "unlock");
    ASSERT_NE(unlocked, trace.end());
    EXPECT_EQ(std::count(unlocked, trace.end(), "commit"), 0);
    EXPECT_EQ(std::count(unlocked, trace.end(), "set_matrix"), 0);
}

TEST_F(JobsTest, WhatIsAlreadySoNeedsNoStep) {
    rig.apply({assign_web()});
    const auto generation = rig.engine.snapshot()->generation;
    const auto again = rig.apply({assign_web()});
    EXPECT_EQ(again.state, JobState::done);
    EXPECT_TRUE(again.steps.empty());
    EXPECT_EQ(rig.rescan(), generation);
}

TEST_F(JobsTest, AnImpossibleWishIsRefusedAtOnce) {
    const auto refused = rig.engine.apply({wish("stop", {{"matrix", "nobody"}})}, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::not_found);
    EXPECT_TRUE(rig.engine.jobs().empty());
}

TEST_F(JobsTest, APlanIsMadeAnewWhenTheTurnComes) {
    // Somebody frees a domain, and no event has told us yet.
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4});
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    EXPECT_EQ(rig.host.state().aqmask, (~DomainSet{d4, d47})) << "what somebody else freed stays freed";
}

TEST_F(JobsTest, APlanSaysWhatItTakesOverFromOthers) {
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4});
    rig.engine.changed(Dirty{.binding = true});
    rig.wait_until([&] { return !rig.engine.snapshot()->drift.empty(); });
    const auto shown = rig.engine.plan({assign_web()}, false);
    ASSERT_TRUE(shown);
    EXPECT_TRUE(std::ranges::any_of(shown->notes, [](const auto& note) { return note.starts_with("somebody else took "); }));
    const auto given_back = rig.engine.plan({wish("release", {{"adapters", "all"}, {"domains", "4"}})}, false);
    ASSERT_TRUE(given_back);
    EXPECT_TRUE(given_back->notes.empty()) << given_back->notes.front();
}

TEST_F(JobsTest, TakingOverAMatrixReservesNothingThatItsMasksTakeAlong) {
    const auto theirs = *parse_uuid("11111111-2222-4333-8444-555555555555");
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d2f});
    rig.host.change([&](HostState& h) { h.matrices[theirs].assigned = h.matrices[theirs].effective = {{a3}, {d2f}, {}}; });
    ASSERT_TRUE(rig.rescan());
    ASSERT_EQ(rig.apply({wish("adopt", {{"matrix", to_string(theirs)}, {"name", "theirs"}})}).state, JobState::done);
    EXPECT_TRUE(rig.store.wanted().reserved.empty()) << "04.002f went with it, and nobody wished it for guests";
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
}

TEST_F(JobsTest, AHostThatIsNoLongerAsWhenTheJobWasQueuedIsPlannedForAnew) {
    rig.gate.before(1, [this] { rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4}); });
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    EXPECT_FALSE(rig.host.state().aqmask.contains(d4)) << "what somebody else freed meanwhile stays freed";
}

TEST_F(JobsTest, APlanThatIsNotTheOneShownIsStale) {
    const auto shown = rig.engine.plan({assign_web()}, false);
    ASSERT_TRUE(shown);
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4});
    found = rig.world();
    const auto job = rig.apply({assign_web()}, {.digest = digest(*shown)});
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::stale_plan);
    expect_as_found();
}

TEST_F(JobsTest, APlanThatIsTheOneShownIsCarriedOut) {
    const auto shown = rig.engine.plan({assign_web()}, false);
    ASSERT_TRUE(shown);
    EXPECT_EQ(rig.apply({assign_web()}, {.digest = digest(*shown)}).state, JobState::done);
}

TEST_F(JobsTest, ARefusalOfTheKernelIsReportedWithItsErrnoAndUndone) {
    rig.gate.fail(call_of_assign_web("set_matrix"), {EADDRINUSE, false});
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.size(), 1U);
    EXPECT_EQ(job.errors.front().fault, Fault::kernel_refused);
    EXPECT_EQ(job.errors.front().errno_value, EADDRINUSE);
    expect_as_found();
}

TEST_F(JobsTest, AStepThatWorkedThoughItWasReportedAsFailedIsUndoneToo) {
    rig.gate.fail(call_of_assign_web("create"), {EIO, true});
    EXPECT_EQ(rig.apply({assign_web()}).state, JobState::failed);
    expect_as_found();
}

TEST_F(JobsTest, AnMdevThatSomebodyElseMadeFirstIsLeftAlone) {
    const auto plan = rig.engine.plan({assign_web()}, false);
    ASSERT_TRUE(plan);
    const auto uuid = plan->wanted.definitions.begin()->first;
    rig.gate.before(call_of_assign_web("create"), [&] { rig.host.change([&](HostState& h) { h.matrices[uuid]; }); });
    const auto job = rig.apply({assign_web()});
    EXPECT_EQ(job.errors.front().errno_value, EEXIST);
    EXPECT_TRUE(rig.host.state().matrices.contains(uuid));
}

TEST_F(JobsTest, APredictionThatDoesNotComeTrueIsUndone) {
    rig.gate.before(call_of_assign_web("set_matrix"), [&] {
        rig.host.change([](HostState& h) { h.guest.erase({a4, d47}), h.present.erase({a4, d47}); });
    });
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::failed) << to_string(job.state);
    EXPECT_EQ(job.errors.front().fault, Fault::kernel_refused);
    EXPECT_NE(job.errors.front().reason.find("its guest sees"), std::string::npos) << job.errors.front().reason;
    EXPECT_TRUE(rig.host.state().matrices.empty());
    EXPECT_EQ(rig.host.state().aqmask, DomainSet::all());
}

TEST_F(JobsTest, AQueueThatNoDriverTookIsProbedOnce) {
    rig.gate.before(call_of_assign_web("create"), [&] { rig.host.change([](HostState& h) { h.guest.erase({a4, d47}); }); });
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_NE(rig.call_named("probe"), 0U);
    EXPECT_TRUE(rig.host.state().guest.contains({a4, d47}));
}

TEST_F(JobsTest, AQueueThatNoDriverTookBackIsProbedWhileUndoing) {
    const auto refused = call_of_assign_web("set_matrix");
    rig.gate.fail(refused);
    // After it: reading, remove, set_aqmask, reading. The queue is the host's again, and its driver lets go of it.
    rig.gate.before(refused + 4, [&] { rig.host.change([](HostState& h) { h.host.erase({a4, d47}); }); });
    EXPECT_EQ(rig.apply({assign_web()}).state, JobState::failed);
    EXPECT_NE(rig.call_named("probe"), 0U);
    expect_as_found();
}

TEST_F(JobsTest, AMatrixWhoseMdevVanishedIsStartedWhenItIsSaidAgain) {
    rig.apply({assign_web()});
    const auto uuid = uuid_of(rig, "web");
    rig.host.change([&](HostState& h) { h.matrices.erase(uuid); });
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.apply({wish("start", {{"matrix", "web"}})}).state, JobState::done);
    EXPECT_TRUE(rig.host.state().matrices.contains(uuid));
}

TEST_F(JobsTest, ARecordThatCannotBeWrittenUndoesEverything) {
    rig.gate.fail(call_of_assign_web("commit"), {ENOSPC, false});
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().errno_value, ENOSPC);
    expect_as_found();
}

TEST_F(JobsTest, ADefinitionFileIsPutBackByteForByte) {
    rig.apply({assign_web()});
    const auto uuid = uuid_of(rig, "web");
    const auto record = rig.store.wanted().definitions.at(uuid);
    rig.store.write_file(uuid, record, "{ \"somebody's\": \"own\" }");
    rig.gate.fail_all_from(1, "commit");
    // The database refuses after the file was written.
    const auto job = rig.apply({wish("modify", {{"matrix", "web"}, {"remove-adapters", "4"}}), wish("reserve", {{"queues", "04.0047"}})});
    ASSERT_EQ(job.state, JobState::failed) << to_string(job.state);
    EXPECT_NE(rig.call_named("files"), 0U);
    EXPECT_EQ(rig.store.file_of(uuid), "{ \"somebody's\": \"own\" }");
}

TEST_F(JobsTest, AJobWaitsForTheNeighbourAndNamesIt) {
    rig.lock.set_holder("pid 4711 (chzdev)");
    rig.gate.block(2);
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    EXPECT_EQ(rig.job(id).state, JobState::waiting);
    EXPECT_NE(rig.job(id).waiting_for.find("4711"), std::string::npos);
    rig.lock.set_holder("");
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::done);
}

TEST_F(JobsTest, ANeighbourThatNeverEndsIsNotWaitedForForever) {
    rig.lock.set_holder("pid 4711 (chzdev)");
    const auto job = rig.apply({assign_web()});
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::foreign_owner);
    EXPECT_EQ(rig.call_named("unlock"), 0U) << "who has no lock gives none back";
}

TEST_F(JobsTest, AJobThatWaitsForTheNeighbourCanBeCancelled) {
    rig.lock.set_holder("pid 4711 (chzdev)");
    rig.gate.block(2);
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    ASSERT_TRUE(rig.engine.cancel(id));
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::cancelled);
    const auto trace = rig.gate.trace();
    EXPECT_EQ(std::ranges::count(trace, "lock"), 2);
    EXPECT_EQ(std::ranges::count(trace, "begin"), 0);
}

TEST_F(JobsTest, MarksThatComeWithAJobThatEndsEarlyAreStillRead) {
    rig.lock.set_holder("pid 4711 (chzdev)");
    rig.gate.block(1);
    rig.engine.changed(Dirty{.silent = true});
    rig.gate.wait_until_blocked(); // reading; now the job and a mark come, and are taken together
    const auto id = rig.queue({assign_web()});
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4});
    rig.engine.changed(Dirty{.binding = true});
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).errors.front().fault, Fault::foreign_owner);
    EXPECT_EQ(rig.engine.snapshot()->host.aqmask, ~DomainSet{d4});
}

TEST_F(JobsTest, MarksThatComeWithACancelledJobAreStillRead) {
    rig.gate.block(1);
    rig.engine.changed(Dirty{.silent = true});
    rig.gate.wait_until_blocked();
    ASSERT_TRUE(rig.engine.cancel(rig.queue({assign_web()})));
    rig.host.change_masks(AdapterSet::all(), ~DomainSet{d4});
    rig.engine.changed(Dirty{.binding = true});
    rig.gate.release();
    rig.wait_until([&] { return rig.engine.snapshot()->host.aqmask == ~DomainSet{d4}; });
}

TEST_F(JobsTest, AStuckStepIsShownAsWaiting) {
    rig.gate.block(call_of_assign_web("set_aqmask"));
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    EXPECT_TRUE(rig.engine.look_at_clock(Clock::now() + 12s));
    EXPECT_EQ(rig.job(id).state, JobState::waiting);
    EXPECT_NE(rig.job(id).waiting_for.find("12 s"), std::string::npos) << rig.job(id).waiting_for;
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::done);
    EXPECT_FALSE(rig.engine.look_at_clock(Clock::now()));
}

TEST_F(JobsTest, AMaskThatMovesManyQueuesShowsHowFarItIs) {
    rig.gate.block(call_of_assign_web("set_aqmask"));
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    rig.engine.arrived(Arrivals{{}, QueueSet::rectangle({a3}, {d47})});
    rig.engine.look_at_clock(Clock::now());
    EXPECT_EQ(rig.job(id).queues_moved, 1U);
    EXPECT_EQ(rig.job(id).queues_to_move, 2U);
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::done);
}

TEST_F(JobsTest, AnUndoThatMovesManyQueuesShowsHowFarItIs) {
    const auto refused = call_of_assign_web("set_matrix");
    rig.gate.fail(refused);
    rig.gate.block(refused + 3); // reading, remove, set_aqmask
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    ASSERT_EQ(rig.gate.trace().back(), "set_aqmask");
    rig.engine.arrived(Arrivals{QueueSet::rectangle({a4}, {d47}), {}});
    rig.engine.look_at_clock(Clock::now());
    EXPECT_EQ(rig.job(id).queues_moved, 1U);
    EXPECT_EQ(rig.job(id).queues_to_move, 2U);
    rig.gate.release();
    rig.wait_for_end(id);
}

TEST_F(JobsTest, AQueuedJobIsCancelledWhileAnotherIsStuck) {
    rig.gate.block(call_of_assign_web("set_matrix"));
    const auto first = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    const auto second = rig.queue({wish("reserve", {{"queues", "03.002f"}})});
    ASSERT_TRUE(rig.engine.cancel(second));
    EXPECT_EQ(rig.job(second).state, JobState::cancelled);
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(first).state, JobState::done);
    rig.rescan();
    EXPECT_FALSE(rig.store.wanted().reserved.contains({a3, d2f}));
}

TEST_F(JobsTest, AJobInItsStepIsCancelledWhenTheKernelGivesItBack) {
    rig.gate.block(call_of_assign_web("set_matrix"));
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();
    ASSERT_TRUE(rig.engine.cancel(id));
    EXPECT_EQ(rig.job(id).state, JobState::running);
    rig.gate.release();
    const auto job = rig.wait_for_end(id);
    EXPECT_EQ(job.state, JobState::cancelled);
    EXPECT_EQ(job.errors.front().fault, Fault::cancelled);
    expect_as_found();
}

TEST_F(JobsTest, JobsRunInTheirOrder) {
    rig.gate.block(1);
    const auto first = rig.queue({assign_web()});
    const auto second = rig.queue({wish("reserve", {{"queues", "03.002f"}})});
    rig.gate.wait_until_blocked();
    EXPECT_EQ(rig.job(second).state, JobState::queued);
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(second).state, JobState::done);
    EXPECT_EQ(rig.job(first).state, JobState::done);
}

TEST_F(JobsTest, AWishThatAnEarlierJobMadeImpossibleFailsInItsTurn) {
    rig.gate.block(1);
    rig.queue({assign_web()});
    const auto second = rig.queue({wish("assign", {{"matrix", "db"}, {"adapters", "3"}, {"domains", "0x47"}})});
    rig.gate.release();
    const auto job = rig.wait_for_end(second);
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::conflict);
}

TEST_F(JobsTest, TheEndOfTheDaemonUndoesTheJobThatRuns) {
    rig.gate.block(call_of_assign_web("set_matrix"));
    const auto id = rig.queue({assign_web()});
    const auto next = rig.queue({wish("reserve", {{"queues", "03.002f"}})});
    rig.gate.wait_until_blocked();
    EXPECT_FALSE(rig.engine.stop(0ms)) << "nothing interrupts the kernel";
    rig.gate.release();
    EXPECT_TRUE(rig.engine.stop(1min));
    EXPECT_EQ(rig.job(id).state, JobState::cancelled);
    EXPECT_EQ(rig.job(next).state, JobState::cancelled);
    expect_as_found();
    EXPECT_FALSE(rig.engine.apply({assign_web()}, {}, {}));
}

TEST_F(JobsTest, OurOwnWritesComeBackAsEventsAndAreNothingNew) {
    rig.apply({assign_web()});
    const auto generation = rig.engine.snapshot()->generation;
    Dirty echo{.binding = true, .matrix_list = true, .definitions = true};
    echo.adapters = {a3, a4};
    echo.matrices = {uuid_of(rig, "web")};
    rig.engine.changed(echo);
    EXPECT_EQ(rig.rescan(), generation);
}

TEST_F(JobsTest, ADescriptionSaysWhatWasWished) {
    EXPECT_EQ(rig.apply({assign_web(), wish("reserve", {{"queues", "03.002f"}})}).description, "assign web; reserve 03.002f");
}

} // namespace
