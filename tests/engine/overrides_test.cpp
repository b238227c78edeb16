// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs that bind by driver_override: others who write one meanwhile, and queues that vanish with theirs. Failures of our own writes: fault_sweep_test.
#include "engine/rig.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace ap;
using namespace ap::engine;

constexpr Apqn first{Apid{3}, Apqi{0x47}}, second{Apid{4}, Apqi{0x47}};

TEST(Overrides, AMarkOfSomebodyElseEndsTheJobAndIsLeftAlone) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    rig.host.change([](HostState& h) { set_override(h, second, "other"); }); // without an event
    const auto job = rig.apply({assign_web()});
    EXPECT_EQ(job.state, JobState::failed) << "not degraded: it was not our hand";
    EXPECT_EQ(job.errors.front().fault, Fault::foreign_owner);
    EXPECT_EQ(binding_of(rig.host.state(), first), (QueueBinding{"", Driver::host})) << "what was done before is undone";
    EXPECT_EQ(binding_of(rig.host.state(), second), (QueueBinding{"other", Driver::host}));
    EXPECT_TRUE(rig.engine.snapshot()->degraded.empty());
}

TEST(Overrides, AMarkOfSomebodyElseIsSeenByTheSlowPoll) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    rig.host.change([](HostState& h) { set_override(h, second, "other"); });
    rig.engine.changed(Dirty{.silent = true});
    rig.wait_until([&] { return !rig.engine.snapshot()->host.other_overrides.empty(); });
    const auto refused = rig.engine.plan({assign_web()}, false);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().subject, "04.0047");
}

TEST(Overrides, AQueueThatComesBackWithoutItsMarkIsBroughtBackByTheNextChange) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
    rig.host.change([](HostState& h) { // kernel-abi, G15
        set_override(h, first, "");
        h.guest.erase(first);
        h.host.insert(first);
        h.masks_locked = true;
    });
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.snapshot()->drift.size(), 2U) << "what is missing, and that masks are locked";
    ASSERT_EQ(rig.apply({wish("reserve", {{"queues", "03.0004"}})}).state, JobState::done);
    EXPECT_EQ(binding_of(rig.host.state(), first), (QueueBinding{"vfio_ap", Driver::guest}));
    const auto refused = rig.engine.plan({wish("convert", {{"to", "masks"}})}, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(to_string(refused.error().front()).find("until the next boot"), std::string::npos);
}

/// A card is away in the middle of a change of a matrix that has queues of it, and comes back: to the kernel all its queues are new, and the host's.
TEST(Overrides, WhatAMatrixHadIsMarkedAgainBeforeAChangeOfItIsTakenBack) {
    const auto shrink = wish("modify", {{"matrix", "web"}, {"remove-domains", "4"}});
    const auto prepare = [](Rig& rig) {
        rig.start();
        ASSERT_EQ(rig.apply({assign_web()}).state, JobState::done);
        ASSERT_EQ(rig.apply({wish("modify", {{"matrix", "web"}, {"add-domains", "4"}})}).state, JobState::done);
        ASSERT_TRUE(rig.rescan()); // what a job leaves to be done after its end is done
        rig.gate.reset();
    };
    Rig undisturbed(two_adapters_with_overrides()), rig(two_adapters_with_overrides());
    prepare(undisturbed), prepare(rig);
    ASSERT_EQ(undisturbed.apply({shrink}).state, JobState::done);
    const auto before = rig.host.state();
    // The matrix gives the domain up; no more than that, and that not back.
    rig.gate.fail_all_from(undisturbed.call_named("set_matrix") + 1, "set_");
    ASSERT_EQ(rig.apply({shrink}).state, JobState::degraded);
    rig.gate.reset();
    rig.host.change([](HostState& h) {
        const auto back = QueueSet::rectangle({second.adapter}, DomainSet::all()) & h.present;
        back.for_each([&](Apqn queue) { set_override(h, queue, ""); });
        h.guest -= back, h.host |= back;
        h.masks_locked = true;
    });
    ASSERT_TRUE(rig.rescan());
    const auto open = rig.engine.snapshot()->open_job;
    ASSERT_TRUE(open);
    EXPECT_EQ(std::ranges::count_if(open->undo, [](const std::string& step) { return step.find("04.") != std::string::npos; }), 2) << "each queue is told";
    const auto job = rig.engine.recover(Remedy::undo, {.uid = 0});
    ASSERT_TRUE(job);
    EXPECT_EQ(rig.wait_for_end(job->id).state, JobState::done);
    auto now = rig.host.state();
    now.masks_locked = false;
    EXPECT_EQ(now, before);
}

/// A queue vanishes with its mark while the daemon looks on.
void lose_a_queue(Rig& rig) {
    rig.host.change([](HostState& h) {
        set_override(h, first, "");
        h.guest.erase(first), h.present.erase(first);
        h.masks_locked = true;
    });
    ASSERT_TRUE(rig.rescan());
    ASSERT_TRUE(rig.engine.snapshot()->host.masks_locked);
}
/// What the kernel shows of it afterwards: nothing.
HostState forgotten(HostState host) {
    host.masks_locked = false;
    return host;
}

TEST(LockedMasks, AreKnownToTheNextDaemonOfThisBoot) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    lose_a_queue(rig);
    Rig next(forgotten(rig.host.state()), rig.store.disk());
    next.start();
    EXPECT_TRUE(next.engine.snapshot()->host.masks_locked);
    ASSERT_TRUE(next.rescan());
    EXPECT_TRUE(next.engine.snapshot()->host.masks_locked) << "whatever is read later";
    const auto refused = next.engine.plan({wish("convert", {{"to", "masks"}}), wish("reserve", {{"queues", "04.0004"}})}, false);
    ASSERT_FALSE(refused);
    EXPECT_NE(to_string(refused.error().front()).find("until the next boot"), std::string::npos);
}

TEST(LockedMasks, AreForgottenAtTheNextBoot) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    lose_a_queue(rig);
    Rig next(forgotten(rig.host.state()), rig.store.disk());
    next.calendar.set_boot("second boot");
    next.start();
    EXPECT_FALSE(next.engine.snapshot()->host.masks_locked);
}

TEST(LockedMasks, AreRememberedOnceTheDiskTakesIt) {
    Rig rig(two_adapters_with_overrides());
    rig.start();
    rig.gate.reset();
    rig.gate.fail_all_from(1, "remember_locked_masks");
    lose_a_queue(rig);
    EXPECT_EQ(rig.store.disk().journal.masks_locked_in, "");
    rig.gate.reset();
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.store.disk().journal.masks_locked_in, "first boot");
}

TEST(Marks, ThatSomebodyElseWroteGoWithARelease) {
    Rig rig(two_adapters_with_overrides());
    rig.host.change([](HostState& h) { set_override(h, first, "vfio_ap"), set_override(h, second, "other"); });
    rig.start();
    ASSERT_EQ(rig.apply({wish("release", {{"queues", "03-04.0047"}})}).state, JobState::done);
    EXPECT_EQ(binding_of(rig.host.state(), first), (QueueBinding{"", Driver::host}));
    EXPECT_EQ(binding_of(rig.host.state(), second), (QueueBinding{"", Driver::host}));
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
}

} // namespace
