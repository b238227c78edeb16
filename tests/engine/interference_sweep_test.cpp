// SPDX-License-Identifier: LGPL-2.1-or-later
// Every scenario, and before every call something else happens to the host: it is then as before or as planned, as far as that is still possible, or the engine
// says degraded.
#include "engine/swept_change.hpp"
#include "fakes/kernel_manners.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <iostream>

namespace {

using namespace ap;
using namespace ap::engine;
using fakes::FakeStore;

/// What happens, the news of it, and what it leaves of a host that was as expected.
struct Interference {
    std::function<void(HostState&)> happens;
    Dirty news;
    std::function<void(HostState& expected, const HostState& now)> leaves;
};

/// The kernel goes on counting overrides of queues that are gone (kernel-abi 5.3), and a guest no longer sees the adapter (8.3).
void pull(HostState& host, Apid card) {
    host.masks_locked = host.masks_locked || !host.overridden.row(card).empty();
    std::erase_if(host.other_overrides, [card](const auto& entry) { return entry.first.adapter == card; });
    for (auto* set : {&host.present, &host.host, &host.guest, &host.offline, &host.overridden}) set->set_row(card, {});
    host.adapters.erase(card);
    host.host_adapters.erase(card);
    for (auto& [uuid, matrix] : host.matrices) matrix.effective.adapters.erase(card);
}

/// What guests see is the kernel's own business once a queue is missing; whose the others are is ours.
Interference card_vanishes(Apid card) {
    return {[card](HostState& host) { pull(host, card); },
            {.binding = true, .configuration = true, .adapters = {card}},
            [card](HostState& expected, const HostState& now) {
                pull(expected, card);
                expected.masks_locked = now.masks_locked;
                for (auto& [uuid, matrix] : expected.matrices)
                    if (const auto at = now.matrices.find(uuid); at != now.matrices.end()) matrix.effective = at->second.effective;
            }};
}

/// The kernel has no event for it: the news is that of the next look.
Interference guests_open_what_is_there() {
    return {[](HostState& host) { for (auto& [uuid, matrix] : host.matrices) matrix.in_use = true; },
            {.silent = true},
            [](HostState& expected, const HostState& now) {
                for (auto& [uuid, matrix] : expected.matrices)
                    if (const auto at = now.matrices.find(uuid); at != now.matrices.end()) matrix.in_use = at->second.in_use;
            }};
}

/// udev may be behind the kernel.
enum class News { at_once, after_the_job };

class InterferenceSweep : public SweptChange {
  protected:
    static inline unsigned long played = 0, degraded = 0;
    static void TearDownTestSuite() { std::cout << played << " changes played, in each something else happened to the host; degraded and said so: " << degraded << '\n'; }

    void play(unsigned call, const Interference& what, News news) {
        Rig rig(start_of(GetParam()));
        prepare(rig, GetParam());
        guard(rig);
        rig.gate.before(call, [&] {
            rig.host.change(what.happens);
            if (news == News::at_once) rig.engine.changed(what.news);
        });
        const auto job = run(rig);
        rig.engine.changed(what.news);
        ASSERT_TRUE(rig.rescan());
        ++played;
        expect_all_or_nothing(rig, job, what);
        expect_that_a_further_start_changes_nothing(rig);
    }
    /// Any write to a mask binds queues that no driver had (kernel-abi 3.2).
    static World after(World world, const Interference& what, const HostState& now) {
        what.leaves(world.host, now);
        const auto unbound = world.host.present - world.host.host - world.host.guest;
        world.host.host |= unbound & now.host;
        return world;
    }
    void expect_all_or_nothing(Rig& rig, const JobView& job, const Interference& what) {
        const auto now = rig.world();
        EXPECT_FALSE(rig.lock.held());
        const auto& said = rig.engine.snapshot()->degraded;
        degraded += said.empty() ? 0 : 1;
        EXPECT_EQ(rig.engine.snapshot()->open_job != nullptr, !said.empty()) << "what recover offers a way out of";
        switch (job.state) {
        case JobState::done: expect_as_planned(now, after(planned, what, now.host)); break;
        case JobState::failed: EXPECT_EQ(now, after(found, what, now.host)) << to_string(job.errors.front()); break;
        case JobState::degraded: EXPECT_TRUE(!said.empty() || now == after(found, what, now.host)); break;
        default: ADD_FAILURE() << "ended as " << to_string(job.state);
        }
    }
    /// A plan that was made without a card may leave the host more than the one with it.
    static void expect_as_planned(const World& now, const World& meant) {
        EXPECT_EQ(now.wanted, meant.wanted);
        EXPECT_EQ(now.host.matrices, meant.host.matrices);
        EXPECT_TRUE(now.host.guest.subset_of(meant.host.guest));
        for (const auto& [uuid, matrix] : now.host.matrices) EXPECT_TRUE((matrix.assigned.queues() & now.host.present).subset_of(now.host.guest));
    }
    static void expect_that_a_further_start_changes_nothing(Rig& before) {
        const auto host = before.host.state();
        Rig rig(host, before.store.disk());
        rig.start();
        EXPECT_EQ(rig.engine.snapshot()->degraded.empty(), before.engine.snapshot()->degraded.empty());
        EXPECT_EQ(rig.host.state(), host);
    }
};

TEST_P(InterferenceSweep, ACardVanishesAtAnyCall) {
    for (unsigned call = 1; call <= calls; ++call)
        for (const Apid card : {Apid{3}, Apid{4}})
            for (const auto news : {News::at_once, News::after_the_job}) {
                SCOPED_TRACE(testing::Message() << "adapter " << to_int(card) << " before call " << call << (news == News::at_once ? "" : ", told late"));
                play(call, card_vanishes(card), news);
            }
}

TEST_P(InterferenceSweep, GuestsOpenWhatIsThereAtAnyCall) {
    for (unsigned call = 1; call <= calls; ++call) {
        SCOPED_TRACE(call);
        play(call, guests_open_what_is_there(), News::after_the_job);
    }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, InterferenceSweep, testing::ValuesIn(scenarios()), [](const auto& test) { return test.param.name; });

} // namespace
