// SPDX-License-Identifier: LGPL-2.1-or-later
// Every scenario, interrupted at every call, in every way: the host is then as before or as planned, or the engine says degraded.
#include "engine/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <iostream>

namespace {

using namespace ap;
using namespace ap::engine;
using fakes::Failure;

class FaultSweep : public testing::TestWithParam<Scenario> {
  protected:
    World planned; ///< how it ends when nothing is in the way
    std::vector<std::string> trace;
    unsigned calls = 0;
    static inline unsigned long played = 0;
    static void TearDownTestSuite() { std::cout << played << " changes played, in each something failed or was cancelled\n"; }

    void SetUp() override {
        Rig rig(start_of(GetParam()));
        prepare(rig, GetParam());
        ASSERT_EQ(run(rig).state, JobState::done);
        trace = rig.gate.trace();
        calls = rig.gate.calls();
        planned = rig.world();
        ASSERT_GE(calls, 5U);
    }
    static constexpr auto writes = {"set_", "edit_", "create", "remove", "unbind", "probe"};
    [[nodiscard]] bool is_write(unsigned call) const {
        return std::ranges::any_of(writes, [&](const char* name) { return trace[call - 1].starts_with(name); });
    }
    static JobView run(Rig& rig) { return rig.apply(GetParam().wishes, {.disrupt = GetParam().disrupt, .digest = {}}); }

    struct End {
        JobState state;
        unsigned calls; ///< how many it took
    };
    /// One interrupted run on a rig of its own.
    End interrupted(const std::function<void(Rig&)>& interruption) const {
        Rig rig(start_of(GetParam()));
        prepare(rig, GetParam());
        const auto found = rig.world();
        interruption(rig);
        const auto job = run(rig);
        const auto took = rig.gate.calls();
        ++played;
        expect_all_or_nothing(rig, job, found);
        return {job.state, took};
    }
    void expect_all_or_nothing(Rig& rig, const JobView& job, const World& found) const {
        EXPECT_FALSE(rig.lock.held());
        EXPECT_EQ(job.errors.empty(), job.state == JobState::done);
        EXPECT_EQ(rig.engine.snapshot()->degraded.empty(), job.state != JobState::degraded);
        switch (job.state) {
        case JobState::done: EXPECT_EQ(rig.world(), planned); break;
        case JobState::failed:
        case JobState::cancelled: EXPECT_EQ(rig.world(), as_found(found, rig.world())); break;
        case JobState::degraded: expect_truthful(rig, found); break;
        default: ADD_FAILURE() << "ended as " << to_string(job.state);
        }
    }
    /// Any write to a mask binds queues that no driver had (kernel-abi 3.2), and nobody wished them to be unbound.
    static World as_found(World found, const World& now) {
        const auto unbound = found.host.present - found.host.host - found.host.guest;
        found.host.host |= unbound & now.host.host;
        return found;
    }
    /// Once the host can be read again, a rescan keeps `degraded` exactly when something is wrong.
    static void expect_truthful(Rig& rig, const World& found) {
        EXPECT_FALSE(rig.engine.apply({assign_web()}, {}, {}));
        rig.gate.reset();
        ASSERT_TRUE(rig.rescan());
        const auto now = rig.engine.snapshot();
        if (now->degraded.empty()) EXPECT_TRUE(rig.world() == as_found(found, rig.world()) || now->drift.empty());
        else EXPECT_NE(rig.world(), as_found(found, rig.world()));
    }
};

TEST_P(FaultSweep, OneFailureAnywhereIsUndone) {
    for (unsigned call = 1; call <= calls; ++call) {
        SCOPED_TRACE(call);
        const auto state = interrupted([&](Rig& rig) { rig.gate.fail(call); }).state;
        EXPECT_TRUE(state == JobState::failed || state == JobState::done) << to_string(state);
    }
}

TEST_P(FaultSweep, OneFailureAfterItsEffectIsUndone) {
    for (unsigned call = 1; call <= calls; ++call) {
        SCOPED_TRACE(call);
        const auto state = interrupted([&](Rig& rig) { rig.gate.fail(call, {5, true}); }).state;
        EXPECT_TRUE(state == JobState::failed || state == JobState::done) << to_string(state);
    }
}

TEST_P(FaultSweep, AFailureAndASecondOneWhileUndoing) {
    for (unsigned first = 1; first <= calls; ++first)
        for (unsigned second = first + 1, end = second; second <= end; ++second) {
            SCOPED_TRACE(testing::Message() << first << " and " << second);
            end = interrupted([&](Rig& rig) { rig.gate.fail(first), rig.gate.fail(second, {5, (first + second) % 2 == 0}); }).calls;
        }
}

TEST_P(FaultSweep, EverythingFailsFromACallOn) {
    for (unsigned call = 1; call <= calls; ++call) {
        SCOPED_TRACE(call);
        interrupted([&](Rig& rig) { rig.gate.fail_all_from(call); });
    }
}

/// What the kernel's store functions answer (kernel-abi 3.2, 5.2, 6, 7), with and without having done it.
TEST_P(FaultSweep, AWriteIsRefusedWithEachErrno) {
    for (unsigned call = 1; call <= calls; ++call) {
        if (!is_write(call)) continue;
        for (const int no : {EBUSY, EINVAL, EADDRNOTAVAIL, EADDRINUSE, ENODEV, ENOENT, EEXIST, EUSERS, EAGAIN, EINTR, ENOMEM, EOPNOTSUPP, E2BIG})
            for (const bool took_effect : {false, true}) {
                if (no == EEXIST && took_effect) continue; // it is there, and somebody else's
                SCOPED_TRACE(testing::Message() << "errno " << no << " at call " << call << (took_effect ? ", in vain" : ""));
                const auto state = interrupted([&](Rig& rig) { rig.gate.fail(call, {no, took_effect}); }).state;
                EXPECT_TRUE(state == JobState::failed || state == JobState::done) << to_string(state);
            }
    }
}

TEST_P(FaultSweep, EveryWriteFailsFromACallOn) {
    for (unsigned call = 1; call <= calls; ++call)
        for (const char* name : writes) {
            if (!trace[call - 1].starts_with(name)) continue; // from here on or from the next such call on is the same
            SCOPED_TRACE(testing::Message() << name << " from " << call);
            interrupted([&](Rig& rig) { rig.gate.fail_all_from(call, name); });
        }
}

TEST_P(FaultSweep, CancelledAtAnyCall) {
    for (unsigned call = 1; call <= calls; ++call) {
        SCOPED_TRACE(call);
        const auto id = static_cast<std::uint32_t>(GetParam().setup.size() + 1);
        const auto state = interrupted([&](Rig& rig) { rig.gate.before(call, [&rig, id] { (void)rig.engine.cancel(id); }); }).state;
        EXPECT_TRUE(state == JobState::cancelled || state == JobState::done) << to_string(state);
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, FaultSweep, testing::ValuesIn(scenarios()), [](const auto& test) { return test.param.name; });

} // namespace
