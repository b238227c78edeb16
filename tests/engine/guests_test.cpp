// SPDX-License-Identifier: LGPL-2.1-or-later
// What libvirt tells of guests is part of the picture, and nothing waits for it.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace ap;
using namespace ap::engine;

constexpr Uuid guest_id{{0x91}};
const auto web = name_based_uuid({}, "web");

GuestMap with(const std::optional<Uuid>& matrix, const std::optional<Uuid>& next) {
    return {.guests = {{.name = "db2", .uuid = guest_id, .state = matrix ? "running" : "shut off", .running = matrix.has_value(), .matrix = matrix, .next_matrix = next}}};
}

TEST(GuestsOfLibvirt, AreInTheFirstSnapshot) {
    Rig rig(two_adapters());
    rig.guests.set(with(std::nullopt, web));
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->guests, with(std::nullopt, web));
}

TEST(GuestsOfLibvirt, AreTakenOverWhenThereIsNewsOfThem) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.guests.set(with(web, web));
    rig.engine.changed(Dirty{.guests = true});
    rig.wait_until([&] { return rig.engine.snapshot()->guests == with(web, web); });
    EXPECT_EQ(rig.gate.trace(), std::vector<std::string>{}) << "the kernel knows nothing about names";
}

TEST(GuestsOfLibvirt, AreLookedAtAgainOnRescan) {
    Rig rig(two_adapters());
    rig.start();
    const int before = rig.guests.asked;
    ASSERT_TRUE(rig.rescan());
    EXPECT_EQ(rig.guests.asked, before + 1);
}

TEST(GuestsOfLibvirt, ThatNameAMatrixAreNamedWhenItIsToBeUndefined) {
    Rig rig(two_adapters());
    rig.start();
    ASSERT_EQ(rig.apply({wish("define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "4"}})}).state, JobState::done);
    rig.guests.set(with(std::nullopt, rig.engine.snapshot()->wanted.definitions.begin()->first));
    rig.engine.changed(Dirty{.guests = true});
    rig.wait_until([&] { return !rig.engine.snapshot()->guests.guests.empty(); });
    const auto plan = rig.engine.plan({wish("undefine", {{"matrix", "web"}})}, false);
    ASSERT_TRUE(plan);
    EXPECT_TRUE(std::ranges::any_of(plan->notes, [](const std::string& note) { return note.starts_with("guest \"db2\" names web in its XML"); }));
    const auto harmless = rig.engine.plan({wish("modify", {{"matrix", "web"}, {"add-domains", "0x2f"}})}, false);
    ASSERT_TRUE(harmless);
    EXPECT_TRUE(std::ranges::none_of(harmless->notes, [](const std::string& note) { return note.find("db2") != std::string::npos; }));
}

TEST(GuestsOfLibvirt, NameTheHolderWhereNoProcessDoes) {
    auto host = two_adapters();
    host.matrices[web] = {.in_use = true};
    Rig rig(host);
    rig.guests.set(with(web, web));
    rig.start();
    EXPECT_EQ(rig.engine.snapshot()->host.matrices.at(web).holder, "guest db2");
}

} // namespace
