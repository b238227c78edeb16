// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests of the host before its queues are taken, and resets after queues have moved: waited for, shown, and never left unsaid.
#include "engine/started_rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace {

using namespace ap;
using namespace ap::engine;
using namespace std::chrono_literals;

constexpr Apid a3{3}, a4{4};
constexpr Apqi d2f{0x2f}, d47{0x47};
constexpr Apqn asked{a3, d47}, other{a4, d47};

struct QueueWaitTest : StartedRig {
    /// Runs in every pause of the job, with their number from 1 on.
    void in_pause(std::function<void(int)> what) {
        rig.calendar.during_pauses([what = std::move(what), n = std::make_shared<int>(0)] { what(++*n); });
    }
    JobView assign(std::chrono::seconds drain = ApplyOptions::usual_drain) {
        ApplyOptions options;
        options.drain = drain;
        return rig.apply({assign_web()}, options);
    }
    [[nodiscard]] unsigned calls(const std::string& name) const { return static_cast<unsigned>(std::ranges::count(rig.gate.trace(), name)); }
    [[nodiscard]] std::vector<std::string> waited_for() const {
        std::vector<std::string> out;
        for (const auto& notice : rig.seen)
            if (const auto* changed = std::get_if<JobChanged>(&notice); changed != nullptr && changed->job.state == JobState::waiting) out.push_back(changed->job.waiting_for);
        return out;
    }
};

TEST_F(QueueWaitTest, AQueueIsTakenWhenTheHostHasNothingToDoOnIt) {
    rig.host.set_requests(asked, 12);
    std::vector<std::string> before_it_was_taken;
    in_pause([&](int n) {
        before_it_was_taken = rig.gate.trace();
        if (n == 31) rig.host.set_requests(asked, 0);
    });
    const auto job = assign();
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_EQ(job.how, "");
    EXPECT_EQ(std::ranges::count(before_it_was_taken, "set_aqmask"), 0);
    const auto told = waited_for();
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.front(), "12 requests of the host on 03.0047, 0 s");
    EXPECT_EQ(told.back(), "12 requests of the host on 03.0047, 3 s");
}

TEST_F(QueueWaitTest, NobodyWaitsForAHostThatHasNothingToDo) {
    EXPECT_EQ(assign().state, JobState::done);
    EXPECT_EQ(calls("requests"), 1U);
    EXPECT_TRUE(waited_for().empty());
}

TEST_F(QueueWaitTest, OnlyQueuesThatLeaveTheHostAreWaitedFor) {
    rig.host.set_requests({a3, d2f}, 7);
    EXPECT_EQ(assign().state, JobState::done);
    EXPECT_TRUE(waited_for().empty());
}

TEST_F(QueueWaitTest, WhatIsTakenAlongIsWaitedForToo) {
    rig.host.set_requests(other, 1);
    const auto job = rig.apply({wish("reserve", {{"queues", "03.0047"}})}); // by the domain's bit
    EXPECT_EQ(job.how, "1 request of the host on 04.0047, not done after 5 s: the kernel gives them to other queues where it has some of the kind");
}

TEST_F(QueueWaitTest, WhatIsLeftIsSaidInJobAndHistory) {
    rig.host.set_requests(asked, 12);
    rig.host.set_requests(other, 3);
    const auto job = assign(3s);
    EXPECT_EQ(job.state, JobState::done);
    EXPECT_EQ(job.how, "15 requests of the host on 03-04.0047, not done after 3 s: the kernel gives them to other queues where it has some of the kind");
    EXPECT_EQ(rig.engine.history_entry(job.id)->how, job.how);
}

TEST_F(QueueWaitTest, NoTimeAtAllIsSaidAsWell) {
    rig.host.set_requests(asked, 12);
    in_pause([](int) { ADD_FAILURE() << "nobody said to wait"; });
    EXPECT_EQ(assign(0s).how, "12 requests of the host on 03.0047, nobody waited for: the kernel gives them to other queues where it has some of the kind");
}

TEST_F(QueueWaitTest, AJobThatWaitsForTheHostCanBeCancelled) {
    rig.host.set_requests(asked, 12);
    std::uint32_t id = 0;
    in_pause([&](int n) {
        if (n != 2) return;
        EXPECT_TRUE(rig.engine.cancel(id));
    });
    rig.gate.block(1);
    id = rig.queue({assign_web()});
    rig.gate.release();
    const auto job = rig.wait_for_end(id);
    EXPECT_EQ(job.state, JobState::cancelled);
    EXPECT_EQ(calls("set_aqmask"), 0U);
    EXPECT_EQ(rig.world().host, found.host);
    EXPECT_EQ(rig.world().wanted, found.wanted);
}

TEST_F(QueueWaitTest, WhatSomebodyElseDidMeanwhileIsNotOverwritten) {
    rig.host.set_requests(asked, 12);
    const auto all_but = [](Apqi domain) { return DomainSet::all() - DomainSet{domain}; };
    in_pause([&](int n) {
        if (n == 2) rig.host.change_masks(AdapterSet::all(), all_but(d2f));
        if (n == 3) rig.host.set_requests(asked, 0);
    });
    const auto job = assign();
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::conflict);
    EXPECT_EQ(calls("set_aqmask"), 0U);
    EXPECT_EQ(rig.host.state().aqmask, all_but(d2f));
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
    EXPECT_EQ(assign().state, JobState::done);
    EXPECT_EQ(rig.host.state().aqmask, all_but(d2f) - DomainSet{d47});
}

TEST_F(QueueWaitTest, WhatSomebodyElseDidBeforeACancelledJobBeganToWriteIsHis) {
    rig.host.set_requests(asked, 12);
    std::uint32_t id = 0;
    in_pause([&](int n) {
        if (n == 2) rig.host.change_masks(AdapterSet::all(), DomainSet::all() - DomainSet{d2f});
        if (n == 3) {
            EXPECT_TRUE(rig.engine.cancel(id));
        }
    });
    rig.gate.block(1);
    id = rig.queue({assign_web()});
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::cancelled);
    EXPECT_EQ(rig.host.state().aqmask, DomainSet::all() - DomainSet{d2f});
    EXPECT_EQ(rig.engine.snapshot()->degraded, "");
}

TEST_F(QueueWaitTest, TheEndOfTheDaemonDoesNotWaitForTheHost) {
    rig.host.set_requests(asked, 12);
    in_pause([&](int n) {
        if (n != 2) return;
        EXPECT_FALSE(rig.engine.stop(0ms));
    });
    const auto id = rig.queue({assign_web()});
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::cancelled);
    EXPECT_EQ(rig.world().host, found.host);
}

TEST_F(QueueWaitTest, WithOverridesAllQueuesOfThePlanAreWaitedForTogether) {
    auto start = two_adapters();
    start.has_driver_override = true;
    start.in_use_rule = InUseRule::all_opposite;
    Rig with_overrides(start);
    with_overrides.start();
    with_overrides.gate.reset();
    with_overrides.host.set_requests(other, 3);
    int pauses = 0;
    with_overrides.calendar.during_pauses([&] { if (++pauses == 5) with_overrides.host.set_requests(other, 0); });
    ASSERT_EQ(with_overrides.apply({assign_web()}).state, JobState::done);
    EXPECT_EQ(pauses, 5);
    const auto trace = with_overrides.gate.trace();
    EXPECT_LT(std::ranges::find(trace, "requests"), std::ranges::find(trace, "set_override"));
    EXPECT_EQ(std::ranges::count(trace, "requests"), 6);
}

TEST_F(QueueWaitTest, WhatGoesBackToTheHostIsNotDrained) {
    assign();
    rig.gate.reset();
    rig.apply({wish("unassign", {{"matrix", "web"}})});
    EXPECT_EQ(calls("requests"), 0U);
}

// --- Resets --------------------------------------------------------------------------------------------------------------

TEST_F(QueueWaitTest, AMatrixGetsAQueueAfterItsReset) {
    rig.host.set_in_reset(QueueSet::rectangle({a3}, {d47}));
    std::vector<std::string> before_the_end;
    in_pause([&](int n) {
        before_the_end = rig.gate.trace();
        if (n == 4) rig.host.set_in_reset({});
    });
    ASSERT_EQ(assign().state, JobState::done);
    EXPECT_EQ(std::ranges::count(before_the_end, "set_aqmask"), 1);
    EXPECT_EQ(std::ranges::count(before_the_end, "set_matrix"), 0);
    EXPECT_EQ(waited_for().front(), "reset of 03.0047 in progress, 0 s");
}

TEST_F(QueueWaitTest, AMatrixDoesNotGetAQueueWhoseResetDoesNotEnd) {
    rig.host.set_in_reset(QueueSet::rectangle({a3}, {d47}));
    const auto job = assign();
    ASSERT_EQ(job.state, JobState::failed);
    EXPECT_EQ(job.errors.front().fault, Fault::timed_out);
    EXPECT_EQ(job.errors.front().reason, "reset of 03.0047 in progress after 30 s still, and until it is over no guest shall have it");
    EXPECT_EQ(rig.world().host, found.host);
    EXPECT_EQ(rig.world().wanted, found.wanted);
}

TEST_F(QueueWaitTest, AQueueIsNotCalledTheHostsBeforeItsResetIsOver) {
    assign();
    rig.host.set_in_reset(QueueSet::rectangle({a3, a4}, {d47}));
    in_pause([&](int n) { if (n == 4) rig.host.set_in_reset({}); });
    const auto job = rig.apply({wish("unassign", {{"matrix", "web"}})});
    EXPECT_EQ(job.state, JobState::done);
    EXPECT_EQ(job.how, "");
    EXPECT_EQ(waited_for().front(), "reset of 03-04.0047 in progress, 0 s");
}

TEST_F(QueueWaitTest, AResetThatDoesNotEndIsNotWaitedForForEverAndNotPassedOver) {
    assign();
    rig.host.set_in_reset(QueueSet::rectangle({a3}, {d47}));
    const auto job = rig.apply({wish("unassign", {{"matrix", "web"}})});
    EXPECT_EQ(job.state, JobState::done);
    EXPECT_EQ(job.how, "reset of 03.0047 in progress after 30 s still: the host has it, but it may not work yet");
    EXPECT_EQ(rig.engine.history_entry(job.id)->how, job.how);
}

TEST_F(QueueWaitTest, AJobThatWaitsForAResetCanBeCancelledAndIsUndone) {
    assign();
    const auto with_web = rig.world();
    rig.host.set_in_reset(QueueSet::rectangle({a3}, {d47}));
    std::uint32_t id = 0;
    in_pause([&](int n) {
        if (n != 2) return;
        EXPECT_TRUE(rig.engine.cancel(id));
    });
    rig.gate.reset();
    rig.gate.block(1);
    id = rig.queue({wish("unassign", {{"matrix", "web"}})});
    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::cancelled);
    EXPECT_EQ(rig.world().host, with_web.host);
}

} // namespace
