// SPDX-License-Identifier: LGPL-2.1-or-later
// Every scenario, its process killed before every call, and the next one too: the host is then as before or as planned, in kernel and records alike.
#include "engine/history.hpp"
#include "engine/swept_change.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

namespace {

using namespace ap;
using namespace ap::engine;
using fakes::FakeStore;

/// What is left when a process is gone.
struct Remains {
    HostState host;
    FakeStore::Disk disk;
};

class CrashSweep : public SweptChange {
  protected:
    static inline unsigned long deaths = 0, starts = 0;
    static void TearDownTestSuite() { std::cout << deaths << " processes killed in a change, " << starts << " started after them\n"; }

    /// The job, in a process that dies before this call.
    Remains killed_before(unsigned call) const {
        Rig rig(start_of(GetParam()));
        prepare(rig, GetParam());
        guard(rig);
        rig.gate.crash_before(call);
        run(rig);
        ++deaths;
        return {rig.host.state(), rig.store.disk()};
    }
    /// The next process, left to itself; or killed before a call of its own.
    Remains restarted(const Remains& remains, unsigned* took, unsigned call = 0) const {
        Rig rig(remains.host, remains.disk);
        guard(rig);
        if (call != 0) rig.gate.crash_before(call);
        rig.start();
        ++starts;
        if (call == 0) {
            EXPECT_EQ(rig.engine.snapshot()->degraded, "");
            EXPECT_FALSE(rig.lock.held());
        }
        if (took != nullptr) *took = rig.gate.calls();
        return {rig.host.state(), rig.store.disk()};
    }
    /// The next process, after the time in which a checkpoint could be confirmed.
    Remains restarted_late(const Remains& remains, unsigned* took, unsigned call = 0) const {
        Rig rig(remains.host, remains.disk);
        guard(rig);
        if (call != 0) rig.gate.crash_before(call);
        rig.calendar.advance(std::chrono::minutes(2));
        rig.start();
        ++starts;
        (void)rig.rescan(); // what it does at its start is over then
        if (took != nullptr) *took = rig.gate.calls();
        return {rig.host.state(), rig.store.disk()};
    }
    void expect_one_or_the_other(const Remains& remains) const {
        fakes::CallGate nobody;
        const World now{remains.host, FakeStore(nobody, remains.disk).wanted()};
        EXPECT_TRUE(now == as_found(now) || now == planned);
        EXPECT_FALSE(remains.disk.journal.open);
        expect_a_checkpoint_just_when(now == planned, remains.disk);
    }
    /// What is planned waits to be confirmed, what was undone does not.
    static void expect_a_checkpoint_just_when(bool done, const FakeStore::Disk& disk) {
        EXPECT_EQ(disk.journal.checkpoint.has_value(), done && GetParam().confirm_within.has_value());
    }
    /// Any write to a mask binds queues that no driver had (kernel-abi 3.2), and nobody wished them to be unbound.
    [[nodiscard]] World as_found(const World& now) const {
        auto before = found;
        const auto unbound = before.host.present - before.host.host - before.host.guest;
        before.host.host |= unbound & now.host.host;
        return before;
    }
    void expect_that_a_further_start_does_nothing(const Remains& remains) const {
        Rig rig(remains.host, remains.disk);
        rig.start();
        const std::vector<std::string> harmless{"refresh", "load", "read_journal"};
        for (const auto& call : rig.gate.trace()) EXPECT_TRUE(std::ranges::find(harmless, call) != harmless.end()) << call;
        EXPECT_EQ(rig.host.state(), remains.host);
    }
};

TEST_P(CrashSweep, TheNextStartFinishesOrUndoes) {
    for (unsigned call = 1; call <= calls + 1; ++call) {
        SCOPED_TRACE(call);
        const auto after = restarted(killed_before(call), nullptr);
        expect_one_or_the_other(after);
        expect_that_a_further_start_does_nothing(after);
    }
}

TEST_P(CrashSweep, ARecoveryThatIsKilledIsTakenUpByTheNextStart) {
    for (unsigned call = 1; call <= calls + 1; ++call) {
        const auto remains = killed_before(call);
        if (!remains.disk.journal.open) continue;
        for (unsigned second = 1, end = second; second <= end; ++second) {
            SCOPED_TRACE(testing::Message() << call << " and " << second);
            const auto again = restarted(remains, &end, second);
            expect_one_or_the_other(restarted(again, nullptr));
        }
    }
}

TEST_P(CrashSweep, AfterALossOfPowerTheRecordsAreAsBeforeOrAfter) {
    for (unsigned call = 1; call <= calls + 1; ++call) {
        SCOPED_TRACE(call);
        auto remains = killed_before(call);
        remains.host = start_of(GetParam());
        remains.disk = FakeStore::without_power(remains.disk);
        Rig rig(remains.host, remains.disk);
        rig.calendar.set_boot("second boot");
        rig.start();
        EXPECT_EQ(rig.engine.snapshot()->degraded, "");
        EXPECT_TRUE(rig.store.wanted() == found.wanted || rig.store.wanted() == planned.wanted);
        EXPECT_EQ(rig.host.state(), remains.host) << "the kernel's state is gone, and nobody writes it";
        EXPECT_FALSE(rig.store.disk().journal.open);
        expect_a_checkpoint_just_when(rig.store.wanted() == planned.wanted, rig.store.disk());
    }
}

/// Of scenarios without a checkpoint nothing is taken back; of the others all is, whenever the daemon dies while it does so.
TEST_P(CrashSweep, WhatNobodyConfirmsIsTakenBackThroughAllDeaths) {
    const auto remains = killed_before(calls + 1);
    for (unsigned call = 1, end = call; call <= end; ++call) {
        SCOPED_TRACE(call);
        const auto after = restarted_late(restarted_late(remains, &end, call), nullptr);
        fakes::CallGate nobody;
        const World now{after.host, FakeStore(nobody, after.disk).wanted()};
        EXPECT_EQ(now, GetParam().confirm_within ? found : planned);
        EXPECT_FALSE(after.disk.journal.open);
        EXPECT_FALSE(after.disk.journal.checkpoint);
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, CrashSweep, testing::ValuesIn(scenarios()), [](const auto& test) { return test.param.name; });

} // namespace
