// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs of the past: what is told of them, and how they are taken back.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace ap;
using namespace ap::engine;

Wish rollback(const char* job) { return wish("rollback", {{"job", job}}); }

struct HistoryTest : testing::Test {
    Rig rig{two_adapters()};
    World fresh;

    void SetUp() override {
        rig.start();
        rig.gate.reset();
        fresh = rig.world();
    }
    JobView by_somebody(const std::vector<Wish>& wishes) {
        const ApplyOptions options{.disrupt = false, .digest = {}, .said = {{"assign", {{"matrix", "web"}}}}};
        return rig.wait_for_end(rig.engine.apply(wishes, options, {.uid = 1000, .bus_name = ":1.9", .pid = 4711, .unit = "session-2.scope"})->id);
    }
};

TEST_F(HistoryTest, TellsWhoWishedWhatWhenAndWhatCameOfIt) {
    by_somebody({assign_web()});
    const auto all = rig.engine.history(10);
    ASSERT_EQ(all.size(), 1U);
    const auto& entry = all.front();
    EXPECT_EQ(entry.origin.who, (Requester{.uid = 1000, .bus_name = ":1.9", .pid = 4711, .unit = "session-2.scope"}));
    EXPECT_EQ(entry.origin.description, "assign web");
    EXPECT_EQ(entry.origin.wishes, (std::vector<WishText>{{"assign", {{"matrix", "web"}}}}));
    EXPECT_EQ(entry.origin.begun, rig.calendar.now());
    EXPECT_EQ(entry.state, JobState::done);
    EXPECT_EQ(entry.steps, rig.job(1).steps);
}

TEST_F(HistoryTest, HasTheLastJobFirstAndNoMoreThanAskedFor) {
    rig.apply({assign_web()});
    rig.apply({wish("stop", {{"matrix", "web"}})});
    rig.apply({wish("start", {{"matrix", "web"}})});
    const auto last = rig.engine.history(2);
    ASSERT_EQ(last.size(), 2U);
    EXPECT_EQ(last[0].origin.id, 3U);
    EXPECT_EQ(last[1].origin.id, 2U);
}

TEST_F(HistoryTest, HasFailedJobsWithTheirErrors) {
    rig.gate.fail(call_of_assign_web("set_matrix"));
    const auto job = rig.apply({assign_web()});
    const auto entry = rig.engine.history_entry(job.id);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->state, JobState::failed);
    EXPECT_EQ(entry->errors, job.errors);
}

TEST_F(HistoryTest, SurvivesTheDaemon) {
    rig.apply({assign_web()});
    Rig next(rig.host.state(), rig.store.disk());
    next.start();
    EXPECT_EQ(next.engine.history(10), rig.engine.history(10));
    EXPECT_EQ(next.apply({rollback("1")}).state, JobState::done);
    EXPECT_EQ(next.world(), fresh);
}

TEST_F(HistoryTest, LeavesOutWhatChangedNothing) {
    rig.apply({assign_web()});
    rig.apply({assign_web()});
    EXPECT_EQ(rig.engine.history(10).size(), 1U);
}

TEST_F(HistoryTest, DoesNotKnowJobsThatNeverWere) {
    const auto unknown = rig.engine.history_entry(99);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().fault, Fault::not_found);
}

TEST_F(HistoryTest, AJobIsRolledBackAndTheRollbackToo) {
    rig.apply({assign_web()});
    const auto with_web = rig.world();
    ASSERT_EQ(rig.apply({rollback("1")}).state, JobState::done);
    EXPECT_EQ(rig.world(), fresh);
    ASSERT_EQ(rig.apply({rollback("2")}).state, JobState::done);
    EXPECT_EQ(rig.world(), with_web);
    EXPECT_EQ(rig.engine.history(1).front().origin.description, "rollback job 2");
}

TEST_F(HistoryTest, ReservationsAreRolledBackWithWhatTheyFreed) {
    rig.apply({wish("reserve", {{"queues", "03.002f"}})});
    ASSERT_EQ(rig.apply({rollback("1")}).state, JobState::done);
    EXPECT_EQ(rig.world(), fresh);
}

TEST_F(HistoryTest, WhatOthersTookFromTheHostBeforeIsNotGivenBackWithTheJob) {
    rig.host.change_masks(~AdapterSet{Apid{200}}, ~DomainSet{Apqi{4}});
    ASSERT_TRUE(rig.rescan());
    const auto found = rig.host.state();
    ASSERT_EQ(rig.apply({wish("reserve", {{"queues", "03.002f"}})}).state, JobState::done);
    const auto shown = rig.engine.plan({rollback("1")}, false);
    ASSERT_TRUE(shown);
    EXPECT_TRUE(std::ranges::any_of(shown->notes, [](const auto& note) { return note.find("stays reserved") != std::string::npos; }));
    ASSERT_EQ(rig.apply({rollback("1")}).state, JobState::done);
    EXPECT_EQ(rig.host.state(), found);
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
    ASSERT_EQ(rig.apply({wish("release", {{"adapters", "all"}, {"domains", "4"}})}).state, JobState::done);
    EXPECT_EQ(rig.host.state().aqmask, DomainSet::all());
}

TEST_F(HistoryTest, ADrainIsRolledBackAndSoIsARestore) {
    rig.apply({assign_web()});
    const auto with_web = rig.world();
    ASSERT_EQ(rig.apply({wish("drain", {{"adapters", "4"}})}).state, JobState::done);
    const auto drained = rig.world();
    ASSERT_NE(drained, with_web);
    ASSERT_EQ(rig.apply({rollback("2")}).state, JobState::done);
    EXPECT_EQ(rig.world(), with_web);
    ASSERT_EQ(rig.apply({rollback("3")}).state, JobState::done);
    EXPECT_EQ(rig.world(), drained);
    EXPECT_EQ(rig.engine.history_entry(2)->origin.description, "drain adapter 4");
}

TEST_F(HistoryTest, ADrainIsKnownToTheNextDaemonAndRestoredByIt) {
    rig.apply({assign_web()});
    const auto with_web = rig.world();
    rig.apply({wish("drain", {{"adapters", "4"}})});
    Rig next(rig.host.state(), rig.store.disk());
    next.start();
    ASSERT_EQ(next.apply({wish("restore", {{"adapters", "4"}})}).state, JobState::done);
    EXPECT_EQ(next.world(), with_web);
}

TEST_F(HistoryTest, ADrainThatWasRestoredIsNotRolledBack) {
    rig.apply({assign_web()});
    rig.apply({wish("drain", {{"adapters", "4"}})});
    rig.apply({wish("restore", {{"adapters", "4"}})});
    const auto refused = rig.engine.plan({rollback("2")}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().back().subject, "the drain of adapter 4");
    EXPECT_NE(refused.error().back().reason.find("by job 3"), std::string::npos);
}

TEST_F(HistoryTest, RestoringWhatIsNotDrainedSaysSo) {
    const auto plan = rig.engine.plan({wish("restore", {{"adapters", "4"}})}, false);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(plan->steps.empty());
    EXPECT_EQ(plan->notes, std::vector<std::string>{"adapter 4 is not drained"});
}

TEST_F(HistoryTest, WhatChangedSinceIsRefusedWithTheJobThatDid) {
    rig.apply({assign_web()});
    rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})});
    const auto refused = rig.engine.plan({rollback("1")}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::conflict);
    EXPECT_NE(refused.error().front().reason.find("job 2"), std::string::npos);
}

TEST_F(HistoryTest, WhatARunningGuestHasIsNotRolledBackWithoutAWord) {
    rig.apply({assign_web()});
    rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})});
    rig.host.change([uuid = uuid_of(rig, "web")](HostState& h) { h.matrices.at(uuid).in_use = true; });
    ASSERT_TRUE(rig.rescan());
    const auto refused = rig.engine.plan({rollback("2")}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::in_use);
    EXPECT_TRUE(rig.engine.plan({rollback("2")}, true));
}

TEST_F(HistoryTest, ARemovedDefinitionComesBackWithAllThatOthersWroteThere) {
    rig.apply({assign_web()});
    rig.apply({wish("stop", {{"matrix", "web"}})});
    const auto web = uuid_of(rig, "web");
    const auto defined = rig.store.wanted().definitions.at(web);
    rig.store.write_file(web, defined, "{ somebody's own }");
    ASSERT_EQ(rig.apply({wish("undefine", {{"matrix", "web"}})}).state, JobState::done);
    ASSERT_EQ(rig.apply({rollback("3")}).state, JobState::done);
    EXPECT_EQ(rig.store.file_of(web), "{ somebody's own }");
    EXPECT_EQ(rig.engine.history_entry(4)->origin.takes_back, 3U);
    ASSERT_EQ(rig.apply({rollback("4")}).state, JobState::done);
    ASSERT_EQ(rig.apply({rollback("5")}).state, JobState::done);
    EXPECT_EQ(rig.store.file_of(web), "{ somebody's own }") << "however often";
}

TEST_F(HistoryTest, ADefinitionThatIsMadeAnewHasNothingOfTheFormerOne) {
    rig.apply({assign_web()});
    const auto web = uuid_of(rig, "web");
    rig.store.write_file(web, rig.store.wanted().definitions.at(web), "{ somebody's own }");
    rig.apply({wish("unassign", {{"matrix", "web"}})});
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    EXPECT_NE(rig.store.file_of(web), "{ somebody's own }");
}

TEST(Histories, HaveAPlaceForWhatCannotBeRead) {
    Rig rig(two_adapters());
    auto disk = rig.store.disk();
    disk.journal.history = {{7, "{\"of\":\"another age\"}"}};
    Rig next(two_adapters(), disk);
    next.start();
    const auto all = next.engine.history(10);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.front().origin.id, 7U);
    EXPECT_NE(all.front().how.find("is not understood"), std::string::npos);
    EXPECT_FALSE(next.engine.history_entry(7));
    EXPECT_FALSE(next.engine.plan({rollback("7")}, false)) << "nobody knows what it changed";
}

TEST_F(HistoryTest, AFailedJobIsNotRolledBack) {
    rig.gate.fail(call_of_assign_web("set_matrix"));
    rig.apply({assign_web()});
    const auto refused = rig.engine.plan({rollback("1")}, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("failed"), std::string::npos);
}

TEST_F(HistoryTest, ARollbackStandsAlone) {
    rig.apply({assign_web()});
    const auto refused = rig.engine.plan({rollback("1"), wish("keep", {{"queues", "03.0004"}})}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::invalid);
}

TEST_F(HistoryTest, TheNumberOfAJobIsANumber) {
    for (const char* bad : {"", "0", "-1", "1x", "99999999999"}) EXPECT_FALSE(parse_wish("rollback", {{"job", bad}})) << bad;
}

// --- Recover -------------------------------------------------------------------------------------------------------------

/// assign_web() whose masks can neither be used nor be put back.
struct RecoverTest : testing::Test {
    Rig rig{two_adapters()};

    void SetUp() override {
        rig.start();
        rig.gate.reset();
        rig.gate.fail_all_from(call_of_assign_web("set_aqmask") + 1, "set_");
        ASSERT_EQ(rig.apply({assign_web()}).state, JobState::degraded);
        rig.gate.reset();
    }
    JobView recover(Remedy remedy) {
        const auto job = rig.engine.recover(remedy, {.uid = 0});
        EXPECT_TRUE(job) << to_string(job.error().front());
        return job ? rig.wait_for_end(job->id) : JobView{};
    }
    void expect_changes_are_made_again() {
        EXPECT_EQ(rig.engine.snapshot()->degraded, "");
        EXPECT_EQ(rig.engine.snapshot()->open_job, nullptr);
        EXPECT_FALSE(rig.store.disk().journal.open);
        EXPECT_EQ(rig.apply({wish("keep", {{"queues", "03.0004"}})}).state, JobState::done);
    }
};

TEST_F(RecoverTest, TheOpenJobSaysWhatIsKnownAndWhatEachChoiceWouldDo) {
    const auto open = rig.engine.snapshot()->open_job;
    ASSERT_TRUE(open);
    EXPECT_EQ(open->job, 1U);
    EXPECT_EQ(open->origin->description, "assign web");
    EXPECT_FALSE(open->differences.empty());
    EXPECT_EQ(open->undo.size(), 1U);
    ASSERT_TRUE(open->finish);
    EXPECT_FALSE(open->finish->empty());
}

TEST_F(RecoverTest, UndoReturnsToBefore) {
    EXPECT_EQ(recover(Remedy::undo).state, JobState::done);
    EXPECT_EQ(rig.host.state(), two_adapters());
    EXPECT_EQ(rig.engine.history_entry(1)->state, JobState::failed);
    expect_changes_are_made_again();
}

TEST_F(RecoverTest, FinishCarriesOutTheRest) {
    EXPECT_EQ(recover(Remedy::finish).state, JobState::done);
    EXPECT_TRUE(rig.host.state().matrices.contains(uuid_of(rig, "web")));
    EXPECT_EQ(rig.store.wanted().definitions.size(), 1U);
    EXPECT_EQ(rig.engine.history_entry(1)->state, JobState::done);
    expect_changes_are_made_again();
}

TEST_F(RecoverTest, AcceptWritesNothingAndTellsTheRestAsDrift) {
    const auto before = rig.host.state();
    EXPECT_EQ(recover(Remedy::accept).state, JobState::done);
    EXPECT_EQ(rig.host.state(), before);
    EXPECT_FALSE(rig.engine.snapshot()->drift.empty());
    EXPECT_NE(rig.engine.history_entry(1)->how.find("--accept"), std::string::npos);
    expect_changes_are_made_again();
}

TEST_F(RecoverTest, WhatFailsAgainLeavesEverythingAsItIs) {
    rig.gate.fail_all_from(1, "set_");
    EXPECT_EQ(recover(Remedy::undo).state, JobState::degraded);
    EXPECT_NE(rig.engine.snapshot()->degraded, "");
    EXPECT_TRUE(rig.store.disk().journal.open);
    rig.gate.reset();
    EXPECT_EQ(recover(Remedy::undo).state, JobState::done);
    expect_changes_are_made_again();
}

TEST_F(RecoverTest, FinishIsRefusedWhereNobodyCanSayWhatIsLeft) {
    rig.host.change([](HostState& h) { h.apmask.erase(Apid{9}); });
    ASSERT_TRUE(rig.rescan());
    const auto refused = rig.engine.recover(Remedy::finish, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("in no state"), std::string::npos);
}

TEST(Recover, IsRefusedWhereNothingIsOpen) {
    Rig rig(two_adapters());
    rig.start();
    const auto refused = rig.engine.recover(Remedy::undo, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::conflict);
}

TEST(Recover, ARecordThatCannotBeReadCanOnlyBeAccepted) {
    Rig first(two_adapters());
    auto disk = first.store.disk();
    disk.journal.open = JournalEntry{7, "half a reco"};
    Rig rig(two_adapters(), disk);
    rig.start();
    EXPECT_FALSE(rig.engine.recover(Remedy::undo, {}));
    const auto job = rig.engine.recover(Remedy::accept, {});
    ASSERT_TRUE(job);
    EXPECT_EQ(rig.wait_for_end(job->id).state, JobState::done);
    EXPECT_FALSE(rig.store.disk().journal.open);
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
}

} // namespace
