// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes that are taken back unless somebody confirms them, on a clock that the test moves.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <memory>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;
using fakes::FakeStore;

const ApplyOptions for_a_minute{.disrupt = false, .digest = {}, .said = {}, .confirm_within = 60s};

Wish rollback(const char* job) { return wish("rollback", {{"job", job}}); }
void open_web(Rig& rig, bool open) {
    rig.host.change([uuid = uuid_of(rig, "web"), open](HostState& h) { h.matrices.at(uuid).in_use = open; });
}

/// web is assigned by job 1, to be confirmed within a minute.
struct CheckpointTest : testing::Test {
    Rig rig{two_adapters()};
    World fresh, made;

    void SetUp() override {
        rig.start();
        fresh = rig.world();
        ASSERT_EQ(rig.apply({assign_web()}, for_a_minute).state, JobState::done);
        made = rig.world();
        rig.gate.reset();
    }
    static std::optional<Checkpoint> waiting(const Rig& rig) { return rig.engine.snapshot()->checkpoint; }
    /// What the loop's timer does. Returns when the engine has seen to it.
    static void look(Rig& rig) {
        rig.engine.look_at_checkpoint();
        ASSERT_TRUE(rig.rescan());
        ASSERT_TRUE(rig.rescan()) << "what the first one made of it is over by now";
    }
    void pass(std::chrono::seconds time) {
        rig.calendar.advance(time);
        look(rig);
    }
    JobView confirm(std::uint32_t job) {
        const auto queued = rig.engine.confirm(job, {.uid = 7});
        return queued ? rig.wait_for_end(queued->id) : JobView{};
    }
};

TEST_F(CheckpointTest, SaysWhatWaitsAndForHowLong) {
    ASSERT_TRUE(waiting(rig));
    EXPECT_EQ(waiting(rig)->job, 1U);
    EXPECT_EQ(waiting(rig)->description, "assign web");
    EXPECT_EQ(rig.engine.checkpoint_due_in(), 60s);
    rig.calendar.advance(18s);
    EXPECT_EQ(rig.engine.checkpoint_due_in(), 42s);
    EXPECT_EQ(waiting(rig)->due_by_wall, rig.calendar.now() + 42s);
}

TEST_F(CheckpointTest, WhatIsConfirmedIsKept) {
    ASSERT_EQ(confirm(1).state, JobState::done);
    EXPECT_FALSE(waiting(rig));
    EXPECT_FALSE(rig.store.disk().journal.checkpoint);
    pass(61s);
    EXPECT_EQ(rig.world(), made);
    EXPECT_NE(rig.engine.history_entry(1)->how.find("confirmed by user 7"), std::string::npos);
    EXPECT_EQ(rig.apply({wish("stop", {{"matrix", "web"}})}).state, JobState::done) << "and other changes are made again";
}

TEST_F(CheckpointTest, WhatNobodyConfirmsIsTakenBack) {
    pass(59s);
    EXPECT_EQ(rig.world(), made);
    pass(1s);
    EXPECT_EQ(rig.world(), fresh);
    EXPECT_FALSE(waiting(rig));
    EXPECT_FALSE(rig.store.disk().journal.checkpoint);
}

TEST_F(CheckpointTest, TakingBackIsAJobThatSaysWhy) {
    pass(60s);
    const auto entry = rig.engine.history(1).front();
    EXPECT_EQ(entry.origin.id, 2U);
    EXPECT_EQ(entry.origin.description, "rollback job 1, which nobody confirmed within 60 s");
    EXPECT_EQ(entry.origin.who.bus_name, "") << "nobody on the bus";
    EXPECT_EQ(entry.origin.wishes, (std::vector<WishText>{{"rollback", {{"job", "1"}}}}));
    EXPECT_EQ(rig.job(2).state, JobState::done);
}

TEST_F(CheckpointTest, AClockThatSomebodySetsChangesNothing) {
    rig.calendar.set_now(rig.calendar.now() + 24h);
    look(rig);
    EXPECT_EQ(rig.world(), made);
    rig.calendar.set_now(rig.calendar.now() - 48h);
    pass(60s);
    EXPECT_EQ(rig.world(), fresh);
}

TEST_F(CheckpointTest, TheTimerIsNotAnsweredTwice) {
    rig.calendar.advance(60s);
    rig.gate.block(1);
    rig.engine.look_at_checkpoint();
    rig.gate.wait_until_blocked();
    EXPECT_EQ(rig.engine.checkpoint_due_in(), std::nullopt) << "a loop that looks again would spin";
    rig.gate.release();
    rig.wait_until([&] { return !waiting(rig); });
    EXPECT_EQ(rig.engine.checkpoint_due_in(), std::nullopt);
}

// --- While it waits ------------------------------------------------------------------------------------------------------

TEST_F(CheckpointTest, OtherChangesAreRefusedWithTheTimeLeftAndBothWaysOut) {
    rig.calendar.advance(18s);
    const auto refused = rig.engine.apply({wish("keep", {{"queues", "03.0004"}})}, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::conflict);
    EXPECT_EQ(to_string(refused.error().front()), "job 1: waits to be confirmed for another 42 s; until then nothing else is changed; "
                                                  "`apctl confirm` keeps it, `apctl rollback` takes it back");
}

TEST_F(CheckpointTest, AChangeThatCameInLineBehindItIsRefusedToo) {
    Rig other(two_adapters());
    other.start();
    other.gate.block(other.gate.calls() + 1);
    const auto first = other.queue({assign_web()}, for_a_minute);
    other.gate.wait_until_blocked();
    const auto second = other.queue({wish("keep", {{"queues", "03.0004"}})});
    other.gate.release();
    EXPECT_EQ(other.wait_for_end(first).state, JobState::done);
    const auto refused = other.wait_for_end(second);
    EXPECT_EQ(refused.state, JobState::failed);
    EXPECT_EQ(refused.errors.front().fault, Fault::conflict);
}

TEST_F(CheckpointTest, ItsOwnRollbackEndsIt) {
    ASSERT_EQ(rig.apply({rollback("1")}).state, JobState::done);
    EXPECT_EQ(rig.world(), fresh);
    EXPECT_FALSE(waiting(rig));
    pass(61s);
    EXPECT_EQ(rig.engine.history(10).size(), 2U) << "and nothing is taken back a second time";
}

TEST_F(CheckpointTest, ItsOwnRollbackCannotWaitToBeConfirmed) {
    const auto refused = rig.engine.apply({rollback("1")}, for_a_minute, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::conflict);
}

TEST_F(CheckpointTest, OnlyWhatWaitsIsConfirmed) {
    const auto refused = rig.engine.confirm(2, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::not_found);
}

TEST_F(CheckpointTest, AConfirmationThatComesTooLateSaysSo) {
    rig.calendar.advance(60s);
    rig.gate.block(1);
    rig.engine.look_at_checkpoint();
    rig.gate.wait_until_blocked();
    const auto late = rig.engine.confirm(1, {});
    ASSERT_TRUE(late);
    rig.gate.release();
    const auto job = rig.wait_for_end(late->id);
    EXPECT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::not_found);
    EXPECT_EQ(rig.world(), fresh);
}

TEST_F(CheckpointTest, AConfirmationThatCannotBeWrittenIsNone) {
    rig.gate.fail_all_from(1, "confirm", {ENOSPC, false});
    EXPECT_EQ(confirm(1).state, JobState::failed);
    EXPECT_TRUE(waiting(rig));
    rig.gate.reset();
    pass(60s);
    EXPECT_EQ(rig.world(), fresh);
}

// --- What cannot wait ----------------------------------------------------------------------------------------------------

TEST_F(CheckpointTest, WhatIsAlreadySoLeavesNone) {
    ASSERT_EQ(confirm(1).state, JobState::done);
    ASSERT_EQ(rig.apply({assign_web()}, for_a_minute).state, JobState::done);
    EXPECT_FALSE(waiting(rig));
}

TEST_F(CheckpointTest, WhatFailsLeavesNone) {
    Rig other(two_adapters());
    other.start();
    other.gate.reset();
    other.gate.fail(call_of_assign_web("set_matrix"));
    ASSERT_EQ(other.apply({assign_web()}, for_a_minute).state, JobState::failed);
    EXPECT_FALSE(waiting(other));
}

TEST_F(CheckpointTest, WhatOnlyMendsTheKernelIsRefused) {
    ASSERT_EQ(confirm(1).state, JobState::done);
    rig.host.change([uuid = uuid_of(rig, "web")](HostState& h) { h.matrices.erase(uuid); });
    ASSERT_TRUE(rig.rescan());
    const auto refused = rig.engine.apply({wish("start", {{"matrix", "web"}})}, for_a_minute, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("nothing it could be taken back to"), std::string::npos);
    EXPECT_TRUE(rig.engine.apply({wish("start", {{"matrix", "web"}})}, {}, {}));
}

// --- Refused to be taken back --------------------------------------------------------------------------------------------

TEST_F(CheckpointTest, WhatAGuestUsesStaysUntilTheGuestIsGone) {
    open_web(rig, true);
    pass(60s);
    ASSERT_TRUE(waiting(rig));
    EXPECT_NE(waiting(rig)->overdue, "");
    EXPECT_EQ(rig.store.wanted(), made.wanted);
    EXPECT_EQ(rig.engine.jobs().size(), 1U) << "a try that is refused is no job";
    open_web(rig, false);
    rig.engine.changed({.silent = true});
    rig.wait_until([&] { return !waiting(rig); });
    EXPECT_EQ(rig.world(), fresh);
}

TEST_F(CheckpointTest, ItsRollbackMayBeAllowedByHandWhatTheTimerMustNot) {
    open_web(rig, true);
    ASSERT_EQ(confirm(1).state, JobState::done);
    ASSERT_EQ(rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})}, for_a_minute).state, JobState::done);
    pass(60s);
    ASSERT_TRUE(waiting(rig));
    const auto number = std::to_string(waiting(rig)->job);
    EXPECT_FALSE(rig.engine.apply({rollback(number.c_str())}, {}, {}));
    EXPECT_EQ(rig.apply({rollback(number.c_str())}, {.disrupt = true, .digest = {}, .said = {}}).state, JobState::done);
    EXPECT_FALSE(waiting(rig));
}

TEST_F(CheckpointTest, WhatWasAllowedToDisruptIsTakenBackSo) {
    ASSERT_EQ(confirm(1).state, JobState::done);
    open_web(rig, true);
    ASSERT_TRUE(rig.rescan());
    const auto before = rig.world();
    auto options = for_a_minute;
    options.disrupt = true;
    ASSERT_EQ(rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})}, options).state, JobState::done);
    pass(60s);
    EXPECT_EQ(rig.world(), before);
}

TEST_F(CheckpointTest, AfterItsTimeItCanStillBeConfirmed) {
    open_web(rig, true);
    pass(60s);
    EXPECT_EQ(confirm(1).state, JobState::done);
    EXPECT_FALSE(waiting(rig));
}

TEST_F(CheckpointTest, WhatSomebodyElseChangedIsNotOverwritten) {
    const auto uuid = uuid_of(rig, "web");
    auto theirs = rig.store.wanted().definitions.at(uuid);
    theirs.autostart = false;
    rig.store.write_file(uuid, theirs, "theirs");
    pass(60s);
    ASSERT_TRUE(waiting(rig));
    EXPECT_NE(waiting(rig)->overdue.find("changed since job 1"), std::string::npos) << waiting(rig)->overdue;
    EXPECT_EQ(rig.store.file_of(uuid), "theirs");
    const auto refused = rig.engine.apply({wish("keep", {{"queues", "03.0004"}})}, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("could not be taken back"), std::string::npos);
}

TEST_F(CheckpointTest, WhatTheKernelRefusesIsTriedAgainWhenTheHostChangesAndNotBefore) {
    rig.gate.fail_all_from(1, "set_");
    pass(60s);
    ASSERT_TRUE(waiting(rig));
    EXPECT_EQ(rig.world(), made) << "undone";
    EXPECT_EQ(rig.engine.history(10).size(), 2U);
    rig.gate.reset();
    look(rig);
    EXPECT_EQ(rig.engine.history(10).size(), 2U);
    rig.host.change([](HostState& h) { h.adapters.at(Apid{3}).online = false; });
    ASSERT_TRUE(rig.rescan());
    rig.wait_until([&] { return !waiting(rig); });
}

TEST_F(CheckpointTest, AHolderOfTheLockIsAskedAgainAfterAMinute) {
    rig.gate.fail_all_from(1, "lock", {EIO, false});
    pass(60s);
    ASSERT_TRUE(waiting(rig));
    EXPECT_EQ(rig.engine.checkpoint_due_in(), 60s);
    rig.gate.reset();
    pass(60s);
    EXPECT_EQ(rig.world(), fresh);
}

// --- From one daemon to the next -----------------------------------------------------------------------------------------

struct NextDaemon : CheckpointTest {
    /// The daemon dies, and this much later there is another one.
    std::unique_ptr<Rig> later(std::chrono::seconds time, const char* boot = nullptr) {
        auto next = std::make_unique<Rig>(boot == nullptr ? rig.host.state() : two_adapters(), rig.store.disk());
        if (boot != nullptr) next->calendar.set_boot(boot);
        next->calendar.advance(time);
        if (boot != nullptr) next->calendar.set_now(rig.calendar.now() + time);
        next->start();
        return next;
    }
};

TEST_F(NextDaemon, CountsOn) {
    const auto next = later(18s);
    ASSERT_TRUE(waiting(*next));
    EXPECT_EQ(next->engine.checkpoint_due_in(), 42s);
    EXPECT_FALSE(next->engine.apply({wish("keep", {{"queues", "03.0004"}})}, {}, {}));
    next->calendar.advance(42s);
    look(*next);
    EXPECT_EQ(next->world(), fresh);
}

TEST_F(NextDaemon, TakesBackAtOnceWhatIsOverdue) {
    const auto next = later(61s);
    next->wait_until([&] { return !waiting(*next); });
    EXPECT_EQ(next->world(), fresh);
}

TEST_F(NextDaemon, TellsTheTimeByTheWallAfterAReboot) {
    const auto next = later(50s, "second boot");
    ASSERT_TRUE(waiting(*next));
    EXPECT_EQ(next->engine.checkpoint_due_in(), 10s);
    next->calendar.advance(10s);
    look(*next);
    EXPECT_EQ(next->world(), fresh);
}

TEST_F(NextDaemon, TakesBackAtOnceWhatIsOverdueAfterAReboot) {
    const auto next = later(61s, "second boot");
    next->wait_until([&] { return !waiting(*next); });
    EXPECT_EQ(next->world(), fresh);
}

TEST_F(NextDaemon, AWallClockThatWentBackGivesNoMoreTimeThanWasAskedFor) {
    const auto next = later(-10h, "second boot");
    EXPECT_EQ(next->engine.checkpoint_due_in(), 60s);
}

TEST_F(NextDaemon, LeavesACheckpointThatItCannotReadToPeople) {
    auto disk = rig.store.disk();
    disk.journal.checkpoint->text = "{}";
    Rig next(rig.host.state(), disk);
    next.calendar.advance(24h);
    next.start();
    look(next);
    ASSERT_TRUE(waiting(next));
    EXPECT_NE(waiting(next)->overdue, "");
    EXPECT_EQ(next.world(), made);
    EXPECT_EQ(next.apply({rollback("1")}).state, JobState::done);
    EXPECT_FALSE(waiting(next));
}

TEST_F(NextDaemon, FinishesAChangeWithItsCheckpoint) {
    Rig dying(two_adapters());
    dying.start();
    dying.gate.reset();
    dying.gate.crash_before(call_of_assign_web("files"));
    dying.apply({assign_web()}, for_a_minute);
    ASSERT_TRUE(dying.store.disk().journal.open);
    Rig next(dying.host.state(), dying.store.disk());
    next.start();
    ASSERT_TRUE(waiting(next));
    EXPECT_EQ(next.engine.checkpoint_due_in(), 60s);
}

} // namespace
