// SPDX-License-Identifier: LGPL-2.1-or-later
// Beside others who decide about binding: their files are read, their contradictions told, and where the policy is to yield nothing is done against them.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace ap;
using namespace ap::engine;

const Source rule{Source::Kind::chzdev, "/etc/udev/rules.d/41-ap.rules", 7, SaysApmask{~AdapterSet{Apid{9}}}, {}};
const Source broken{Source::Kind::chzdev, "/etc/udev/rules.d/41-ap.rules", 2, NotUnderstood{}, "is no rule"};

Wish reserve() { return wish("reserve", {{"queues", "03.0004"}}); }

bool mentions(const std::vector<std::string>& notes, const std::string& text) {
    return std::ranges::any_of(notes, [&](const std::string& note) { return note.find(text) != std::string::npos; });
}

TEST(SourcesOfOthers, AreInTheFirstSnapshot) {
    Rig rig(two_adapters());
    rig.sources.set({rule});
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->sources, std::vector{rule});
}

TEST(SourcesOfOthers, AreReadAgainWhenTheirFilesChangeAndOnRescan) {
    Rig rig(two_adapters());
    rig.start();
    rig.sources.set({rule});
    rig.engine.changed(Dirty{.sources = true});
    rig.wait_until([&] { return rig.engine.snapshot()->sources == std::vector{rule}; });
    rig.sources.set({broken});
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.engine.snapshot()->sources, std::vector{broken});
}

TEST(SourcesOfOthers, AreNotReadFromTheKernel) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.sources.set({rule});
    rig.engine.changed(Dirty{.sources = true});
    rig.wait_until([&] { return !rig.engine.snapshot()->sources.empty(); });
    EXPECT_EQ(rig.gate.trace(), std::vector<std::string>{});
}

TEST(SourcesOfOthers, AreNamedInThePreviewOfWhatTheyContradict) {
    Rig rig(two_adapters());
    rig.sources.set({rule});
    rig.start();
    const auto plan = rig.engine.plan({reserve()}, false);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(mentions(plan->notes, "41-ap.rules line 7 gives"));
    EXPECT_EQ(rig.apply({reserve()}).state, JobState::done) << "the policy is to report";
}

TEST(SourcesOfOthers, AreYieldedToWhereThatIsThePolicy) {
    Rig rig(two_adapters(), Wanted{}, Policy::yield);
    rig.sources.set({rule});
    rig.start();
    const auto before = rig.world();
    const auto refused = rig.apply({reserve()});
    ASSERT_EQ(refused.state, JobState::failed);
    EXPECT_EQ(refused.errors.front().fault, Fault::foreign_owner);
    EXPECT_EQ(refused.errors.front().subject, "/etc/udev/rules.d/41-ap.rules line 7");
    EXPECT_NE(refused.errors.front().remedy.find("foreign-policy"), std::string::npos);
    EXPECT_EQ(rig.world(), before);
    EXPECT_EQ(rig.apply({wish("define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "4"}})}).state, JobState::done) << "nothing is bound by it";
}

TEST(SourcesOfOthers, ThatAppearAfterAJobWasQueuedAreYieldedToAsWell) {
    Rig rig(two_adapters(), Wanted{}, Policy::yield);
    rig.start();
    rig.gate.reset();
    rig.gate.before(1, [&] { rig.sources.set({rule}); }); // it waits for the lock, and nobody has told of the file yet
    const auto end = rig.wait_for_end(rig.queue({reserve()}));
    ASSERT_EQ(end.state, JobState::failed);
    EXPECT_EQ(end.errors.front().fault, Fault::foreign_owner);
}

TEST(SourcesOfOthers, ThatAreNotUnderstoodForbidNothing) {
    Rig rig(two_adapters(), Wanted{}, Policy::yield);
    rig.sources.set({broken});
    rig.start();
    EXPECT_EQ(rig.apply({reserve()}).state, JobState::done);
}

} // namespace
