// SPDX-License-Identifier: LGPL-2.1-or-later
// Conversions from one way of binding to the other: on trial, and taken back.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include <memory>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;

const ApplyOptions for_a_minute{.disrupt = false, .digest = {}, .said = {}, .confirm_within = 60s};

Wish rollback(const char* job) { return wish("rollback", {{"job", job}}); }
Wish convert(const char* to) { return wish("convert", {{"to", to}}); }
Wish assign(const char* matrix, const char* adapters) { return wish("assign", {{"matrix", matrix}, {"adapters", adapters}, {"domains", "0x47"}}); }

/// web is assigned by job 1, by what the kernel offers: overrides. Nobody has chosen.
struct ConversionTest : testing::Test {
    Rig rig{two_adapters_with_overrides()};
    World by_overrides;

    void SetUp() override {
        rig.start();
        ASSERT_EQ(rig.apply({assign("web", "3")}).state, JobState::done);
        by_overrides = rig.world();
        ASSERT_EQ(mode_in_use(by_overrides.host), BindMode::overrides);
    }
    JobView done(const Wish& one, const ApplyOptions& options = {}) {
        auto job = rig.apply({one}, options);
        EXPECT_EQ(job.state, JobState::done) << to_string(job.errors.front());
        return job;
    }
    static bool waits(const Rig& rig) { return rig.engine.snapshot()->checkpoint.has_value(); }
    static void pass(Rig& rig, std::chrono::seconds time) {
        rig.calendar.advance(time);
        rig.engine.look_at_checkpoint();
        ASSERT_TRUE(rig.rescan());
        ASSERT_TRUE(rig.rescan()) << "what the first one made of it is over by now";
    }
    void open_web(bool open) {
        rig.host.change([uuid = uuid_of(rig, "web"), open](HostState& h) { h.matrices.at(uuid).in_use = open; });
        ASSERT_TRUE(rig.rescan());
    }
    Error refused(const Wish& one, bool disrupt = false) {
        const auto plan = rig.engine.plan({one}, disrupt);
        EXPECT_FALSE(plan);
        return plan ? Error{} : plan.error().front();
    }
};

// --- On trial ------------------------------------------------------------------------------------------------------------

TEST_F(ConversionTest, ThatNobodyConfirmsIsTakenBack) {
    done(convert("masks"), for_a_minute);
    EXPECT_EQ(mode_in_use(rig.host.state()), BindMode::masks);
    EXPECT_EQ(rig.store.wanted().binding, BindChoice::masks);
    ASSERT_TRUE(waits(rig));
    pass(rig, 60s);
    EXPECT_EQ(rig.world(), by_overrides);
    EXPECT_FALSE(waits(rig));
}

TEST_F(ConversionTest, TheOtherWayIsTakenBackTheOtherWay) {
    done(convert("masks"));
    const auto by_masks = rig.world();
    done(convert("overrides"), for_a_minute);
    EXPECT_EQ(mode_in_use(rig.host.state()), BindMode::overrides);
    pass(rig, 60s);
    EXPECT_EQ(rig.world(), by_masks);
}

TEST_F(ConversionTest, ThatIsConfirmedIsKept) {
    done(convert("masks"), for_a_minute);
    const auto by_masks = rig.world();
    const auto queued = rig.engine.confirm(2, {.uid = 7});
    ASSERT_TRUE(queued);
    EXPECT_EQ(rig.wait_for_end(queued->id).state, JobState::done);
    pass(rig, 61s);
    EXPECT_EQ(rig.world(), by_masks);
}

TEST_F(ConversionTest, OnTrialIsTakenBackAtOnceWhenAsked) {
    done(convert("masks"), for_a_minute);
    done(rollback("2"));
    EXPECT_EQ(rig.world(), by_overrides);
    EXPECT_FALSE(waits(rig));
}

TEST_F(ConversionTest, OnTrialStaysWhileAGuestRunsAndSaysSo) {
    done(convert("masks"), for_a_minute);
    const auto by_masks = rig.store.wanted();
    open_web(true);
    pass(rig, 60s);
    ASSERT_TRUE(waits(rig));
    EXPECT_NE(rig.engine.snapshot()->checkpoint->overdue.find("has it open"), std::string::npos);
    EXPECT_EQ(rig.store.wanted(), by_masks);
    open_web(false);
    rig.wait_until([&] { return !waits(rig); });
    EXPECT_EQ(rig.world(), by_overrides);
}

TEST_F(ConversionTest, OnTrialIsTakenBackByTheNextDaemon) {
    done(convert("masks"), for_a_minute);
    Rig next(rig.host.state(), rig.store.disk());
    next.calendar.advance(18s);
    next.start();
    ASSERT_TRUE(waits(next));
    EXPECT_EQ(next.engine.checkpoint_due_in(), 42s);
    pass(next, 42s);
    EXPECT_EQ(next.world(), by_overrides);
}

TEST_F(ConversionTest, OnTrialIsTakenBackAfterARebootToo) {
    done(convert("masks"), for_a_minute);
    Rig next(two_adapters_with_overrides(), rig.store.disk()); // the kernel knows neither masks nor overrides any more
    next.calendar.set_boot("second boot");
    next.calendar.set_now(rig.calendar.now() + 61s);
    next.start();
    next.wait_until([&] { return !waits(next); });
    EXPECT_EQ(next.store.wanted(), by_overrides.wanted);
    EXPECT_EQ(mode_in_use(next.host.state()), BindMode::overrides);
}

TEST_F(ConversionTest, OfAHostThatUsesNeitherIsTakenBackInTheRecords) {
    Rig other(two_adapters_with_overrides());
    other.start();
    const auto before = other.world();
    ASSERT_EQ(other.apply({convert("masks")}, for_a_minute).state, JobState::done);
    EXPECT_NE(other.store.wanted(), before.wanted);
    pass(other, 60s);
    EXPECT_EQ(other.world(), before);
}

/// Masks were chosen, and then somebody else, or an older apctl, gave queues by overrides.
TEST_F(ConversionTest, ToWhatWasChosenAllTheTimeIsTakenBackToWhatWasInUse) {
    auto wanted = by_overrides.wanted;
    wanted.binding = BindChoice::masks;
    Rig other(by_overrides.host, wanted);
    other.start();
    ASSERT_EQ(other.apply({convert("masks")}, for_a_minute).state, JobState::done);
    EXPECT_EQ(mode_in_use(other.host.state()), BindMode::masks);
    pass(other, 60s);
    EXPECT_EQ(other.world(), (World{by_overrides.host, wanted}));
}

TEST_F(ConversionTest, AnotherChoiceAloneIsMadeOnTrialToo) {
    done(convert("overrides"), for_a_minute);
    EXPECT_EQ(rig.host.state(), by_overrides.host);
    pass(rig, 60s);
    EXPECT_EQ(rig.world(), by_overrides);
}

// --- Taken back later ----------------------------------------------------------------------------------------------------

TEST_F(ConversionTest, IsRolledBackAndTheRollbackToo) {
    done(convert("masks"));
    const auto by_masks = rig.world();
    done(rollback("2"));
    EXPECT_EQ(rig.world(), by_overrides);
    done(rollback("3"));
    EXPECT_EQ(rig.world(), by_masks);
}

TEST_F(ConversionTest, IsRolledBackAroundWhatCameLater) {
    done(convert("masks"));
    done(assign("db", "4"));
    done(rollback("2"));
    const auto host = rig.host.state();
    EXPECT_EQ(mode_in_use(host), BindMode::overrides);
    EXPECT_EQ(host.guest, QueueSet::rectangle({Apid{3}, Apid{4}}, {Apqi{0x47}}));
    EXPECT_EQ(host.matrices.size(), 2U);
    EXPECT_EQ(rig.store.wanted().binding, BindChoice::automatic);
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
}

TEST_F(ConversionTest, IsShownBeforeItIsRolledBackWithWhatPassesThroughTheHost) {
    done(convert("masks"));
    const auto plan = rig.engine.plan({rollback("2")}, false);
    ASSERT_TRUE(plan);
    EXPECT_EQ(describe_in_short(plan->steps, names_in(*plan)).front(), "in web: remove adapter 3, remove domain 71 (0x47)");
    ASSERT_FALSE(plan->notes.empty());
    EXPECT_NE(plan->notes.front().find("while the host is converted to overrides"), std::string::npos);
}

TEST_F(ConversionTest, AfterAnotherOneIsRefusedWithThatJob) {
    done(convert("masks"));
    done(convert("overrides"));
    const auto why = refused(rollback("2"));
    EXPECT_EQ(why.subject, "the way of binding");
    EXPECT_NE(why.reason.find("by job 3"), std::string::npos) << why.reason;
}

TEST_F(ConversionTest, WhileAGuestRunsIsNotRolledBackEvenWithAWord) {
    done(convert("masks"));
    open_web(true);
    const auto why = refused(rollback("2"), true);
    EXPECT_EQ(why.fault, Fault::in_use);
    EXPECT_EQ(why.subject, "web");
}

TEST_F(ConversionTest, IsNotRolledBackToMasksThatAreLocked) {
    done(convert("masks"));
    done(convert("overrides"));
    rig.host.change([](HostState& h) { h.masks_locked = true; });
    ASSERT_TRUE(rig.rescan());
    EXPECT_NE(refused(rollback("3")).reason.find("until the next boot"), std::string::npos);
}

TEST_F(ConversionTest, IsNotRolledBackToOverridesOnAKernelWithoutThem) {
    done(convert("masks"));
    auto older = rig.host.state();
    older.has_driver_override = false;
    older.in_use_rule = InUseRule::current_opposite;
    Rig next(older, rig.store.disk());
    next.start();
    const auto plan = next.engine.plan({rollback("2")}, false);
    ASSERT_FALSE(plan);
    EXPECT_NE(plan.error().front().reason.find("no driver_override"), std::string::npos);
}

/// The history as an apctl wrote it that did not record what was in use.
TEST_F(ConversionTest, OfAnOlderApctlIsRefusedAndTheRestOfItsHistoryIsNot) {
    done(assign("db", "4"));
    done(convert("masks"));
    auto disk = rig.store.disk();
    for (auto& entry : disk.journal.history) {
        auto json = nlohmann::json::parse(entry.text);
        for (auto& record : json.at("records")) record.erase("used_before"), record.erase("used_after");
        entry.text = json.dump();
    }
    Rig next(rig.host.state(), disk);
    next.start();
    EXPECT_EQ(next.engine.history(10).size(), 3U);
    const auto plan = next.engine.plan({rollback("3")}, false);
    ASSERT_FALSE(plan);
    EXPECT_NE(plan.error().front().reason.find("has not recorded which was in use before"), std::string::npos);
    EXPECT_EQ(next.apply({rollback("2")}).state, JobState::done);
}

} // namespace
