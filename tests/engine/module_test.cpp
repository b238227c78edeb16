// SPDX-License-Identifier: LGPL-2.1-or-later
// The module vfio_ap comes after the daemon, and finds every queue that is meant for it, and no other.
#include "engine/rig.hpp"

#include <cerrno>
#include <gtest/gtest.h>

namespace {

using namespace ap;
using namespace ap::engine;

const auto both = QueueSet::rectangle({Apid{3}, Apid{4}}, {Apqi{0x47}});

HostState without_module(bool overrides) {
    auto host = two_adapters();
    host.vfio_ap_present = false;
    host.has_driver_override = overrides;
    host.in_use_rule = overrides ? InUseRule::all_opposite : InUseRule::current_opposite;
    return host;
}

/// As the kernel does it: what fits and has no driver is bound at once.
void load_module(HostState& host) {
    host.vfio_ap_present = true;
    const auto fits = host.overridden.empty() ? host.present - reserved_by_masks(host) : host.present & marked_for_guests(host);
    host.guest |= fits - host.host;
}

class Module : public testing::TestWithParam<bool> {
  protected:
    Module() { rig.start(), rig.gate.reset(); }
    static Wish reserve() { return wish("reserve", {{"queues", "03-04.0047"}}); }
    Rig rig{without_module(GetParam())};
};
INSTANTIATE_TEST_SUITE_P(Binding, Module, testing::Bool(), [](const auto& row) { return row.param ? "Overrides" : "Masks"; });

TEST_P(Module, FindsWhatWasTakenFromTheHostBeforeItCame) {
    const auto job = rig.apply({reserve()});
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_FALSE(rig.host.state().host.intersects(both));
    EXPECT_TRUE(rig.host.state().guest.empty());
    rig.host.change(load_module);
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.host.state().guest, both);
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
    EXPECT_EQ(rig.apply({assign_web()}).state, JobState::done);
}

TEST_P(Module, ThatIsLoadedInTheMiddleHasAllOfThemAtTheEnd) {
    ASSERT_EQ(rig.apply({reserve()}).state, JobState::done);
    const auto at = GetParam() ? rig.call_named("unbind") + 1 /* between the two queues */ : rig.call_named("set_aqmask");
    ASSERT_EQ(rig.apply({wish("release", {{"queues", "03-04.0047"}})}).state, JobState::done);
    rig.gate.reset();
    rig.gate.before(at, [this] { rig.host.change(load_module); });
    const auto job = rig.apply({reserve()});
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_EQ(rig.host.state().guest, both);
    EXPECT_TRUE(rig.rescan());
    EXPECT_TRUE(rig.engine.snapshot()->drift.empty());
}

TEST_P(Module, AFailureBeforeItComesLeavesNothingBehind) {
    const auto found = rig.world();
    ASSERT_EQ(rig.apply({reserve()}).state, JobState::done);
    const auto commit = rig.call_named("commit");
    ASSERT_EQ(rig.apply({wish("release", {{"queues", "03-04.0047"}})}).state, JobState::done);
    EXPECT_EQ(rig.world().host, found.host);
    ASSERT_TRUE(rig.rescan());
    rig.gate.reset();
    rig.gate.fail(commit, {EIO, false});
    EXPECT_EQ(rig.apply({reserve()}).state, JobState::failed);
    EXPECT_EQ(rig.world().host, found.host);
    EXPECT_EQ(rig.world().wanted, found.wanted);
}

TEST_P(Module, WhatWasWishedBeforeTheMachineStartedIsBoundWithoutAnotherWish) {
    Wanted wanted;
    wanted.reserved = both;
    Rig next(without_module(GetParam()), wanted);
    next.start();
    const auto job = next.apply({});
    ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    EXPECT_EQ(job.description, "bind what is wished");
    EXPECT_EQ(next.host.state().present - next.host.state().host, both);
    EXPECT_EQ(next.store.wanted().reserved, both);
    EXPECT_TRUE(next.apply({}).steps.empty()) << "once more changes nothing";
}

} // namespace
