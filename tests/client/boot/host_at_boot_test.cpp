// SPDX-License-Identifier: LGPL-2.1-or-later
// After the machine has started, against a daemon of canned answers.
#include "boot/host_at_boot.hpp"
#include "canned.hpp"

#include <gtest/gtest.h>

namespace ap::boot {
namespace {

class Boot : public testing::Test {
  protected:
    Boot() {
        daemon.view = fakes::mixed_host();
        daemon.view.wanted.reserved = {};
        for (auto& [uuid, matrix] : daemon.view.host.matrices) matrix.in_use = false;
        for (auto& [uuid, definition] : daemon.view.wanted.definitions) definition.autostart = false;
        daemon.view.host.host = daemon.view.host.present - daemon.view.host.guest;
        daemon.when_applied = [this](const std::vector<cli::WireWish>& wishes) {
            told.push_back(wishes.front().first);
            daemon.news.emplace_back(cli::Woken::news, fakes::job_in(refusals-- > 0 ? "failed" : "done"));
        };
    }
    std::vector<std::string> restore() {
        using namespace std::chrono_literals;
        return restore_host(daemon, {.until = std::chrono::steady_clock::now() + 30s, .settle_time = 0ms, .between_tries = 0ms, .just_started = just_started});
    }
    Definition& definition(unsigned number) { return daemon.view.wanted.definitions.at(fakes::uuid_of(number)); }

    fakes::FakeProxy daemon;
    std::vector<std::string> told;
    int refusals = 0;
    bool just_started = true;
};

TEST_F(Boot, StartsWhatStartsWithTheHost) {
    definition(1).autostart = true;
    EXPECT_TRUE(restore().empty());
    EXPECT_EQ(told, std::vector<std::string>{"start"});
}

TEST_F(Boot, ReservedQueuesComeFirst) {
    definition(1).autostart = definition(2).autostart = true;
    daemon.view.wanted.reserved = daemon.view.host.guest;
    EXPECT_TRUE(restore().empty());
    EXPECT_EQ(told, (std::vector<std::string>{"reserve", "start", "start"}));
}

TEST_F(Boot, AnotherTryFindsWhatMdevctlHasStarted) {
    definition(1).autostart = true;
    refusals = 1;
    EXPECT_TRUE(restore().empty());
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(Boot, OneThatCannotBeStartedKeepsNoOtherFromIt) {
    definition(1).autostart = definition(2).autostart = true;
    refusals = 3;
    const auto complaints = restore();
    ASSERT_FALSE(complaints.empty());
    EXPECT_EQ(complaints.front().find("matrix " + definition(1).name + ": "), 0U) << complaints.front();
    EXPECT_EQ(told.size(), 4U);
}

TEST_F(Boot, TakesFromTheHostWhatWasAgreedToOnlyWhenNobodyHasGotUsedToIt) {
    definition(1).autostart = true;
    restore();
    daemon.view.host.matrices.begin()->second.in_use = true;
    restore();
    daemon.view.host.matrices.begin()->second.in_use = false;
    just_started = false;
    restore();
    EXPECT_EQ(daemon.disrupted, (std::vector{true, false, false}));
}

TEST_F(Boot, WithoutAnApBusNothingIsDone) {
    daemon.view = fakes::no_host();
    EXPECT_TRUE(restore().empty());
    EXPECT_TRUE(told.empty());
}

TEST_F(Boot, ADaemonThatDoesNotAnswerIsSaid) {
    daemon.refuse_all = cli::Failure{Fault::unreachable, {"there is no daemon"}};
    EXPECT_EQ(restore(), std::vector<std::string>{"there is no daemon"});
}

} // namespace
} // namespace ap::boot
