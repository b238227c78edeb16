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
        for (auto& [uuid, definition] : daemon.view.wanted.definitions) definition.autostart = definition.active = false;
        daemon.view.host.host = daemon.view.host.present - daemon.view.host.guest;
        daemon.when_applied = [this](const std::vector<cli::WireWish>& wishes) {
            told.push_back(wishes.empty() ? "bind" : wishes.front().first);
            daemon.news.emplace_back(cli::Woken::news, fakes::job_in(refusals-- > 0 ? "failed" : "done"));
        };
    }
    [[nodiscard]] Limits limits() const {
        using namespace std::chrono_literals;
        return {.until = std::chrono::steady_clock::now() + 30s, .settle_time = 0ms, .between_tries = 0ms, .just_started = just_started};
    }
    std::vector<std::string> bind() { return bind_queues(daemon, limits()); }
    std::vector<std::string> start() { return start_matrices(daemon, limits()); }
    Definition& definition(unsigned number) { return daemon.view.wanted.definitions.at(fakes::uuid_of(number)); }
    /// Nothing was bound for guests yet, and vfio_ap is not loaded.
    void early_in_a_boot() {
        auto& host = daemon.view.host;
        host.vfio_ap_present = false;
        host.matrices = {};
        host.guest = {};
        host.aqmask = DomainSet::all();
        host.host = host.present;
    }

    fakes::FakeProxy daemon;
    std::vector<std::string> told;
    int refusals = 0;
    bool just_started = true;
};

// --- Binding -----------------------------------------------------------------------------------------------------------

TEST_F(Boot, BindsWhatIsReservedAndWhatMatricesHadThatRan) {
    EXPECT_TRUE(bind().empty());
    EXPECT_TRUE(told.empty()) << "nothing is wished for guests";
    daemon.view.wanted.reserved = daemon.view.host.guest;
    EXPECT_TRUE(bind().empty());
    daemon.view.wanted.reserved = {};
    definition(1).active = true;
    EXPECT_TRUE(bind().empty());
    EXPECT_EQ(told, (std::vector<std::string>{"bind", "bind"}));
}

TEST_F(Boot, WaitsForTheKernelToHaveBoundWhatIsTheHosts) {
    definition(1).active = true;
    early_in_a_boot();
    auto unbound = daemon.view, nothing_found = daemon.view;
    unbound.host.host = {};
    nothing_found.host.present = nothing_found.host.host = {};
    daemon.views = {nothing_found, unbound};
    daemon.events = {cli::Changed{}, cli::Changed{}, cli::Changed{}};
    EXPECT_TRUE(bind().empty());
    EXPECT_TRUE(daemon.views.empty() && daemon.events.empty()) << "looked at each";
    EXPECT_EQ(told, (std::vector<std::string>{"bind"}));
}

TEST_F(Boot, DoesNotWaitForWhatHasNoDriverBeforeVfioApComes) {
    definition(1).active = true;
    for (const auto mode : {BindMode::masks, BindMode::overrides}) {
        early_in_a_boot();
        auto& host = daemon.view.host;
        daemon.view.bind_mode = mode;
        if (mode == BindMode::masks) host.aqmask -= definition(1).matrix.domains;
        host.host -= mode == BindMode::masks ? host.present - reserved_by_masks(host) : definition(1).matrix.queues();
        daemon.events = {cli::Changed{}, cli::Changed{}};
        EXPECT_TRUE(bind().empty());
        EXPECT_EQ(daemon.events.size(), 1U) << "of the first it is only known that it listens";
    }
}

TEST_F(Boot, WhatGetsNoDriverDoesNotKeepTheRestFromBeingBound) {
    definition(1).active = true;
    early_in_a_boot();
    daemon.view.host.host = {};
    EXPECT_TRUE(bind().empty());
    EXPECT_EQ(told, (std::vector<std::string>{"bind"}));
}

TEST_F(Boot, ABindingThatFailsIsSaid) {
    definition(1).active = true;
    refusals = 1;
    const auto complaints = bind();
    ASSERT_EQ(complaints.size(), 1U);
    EXPECT_EQ(complaints.front().find("binding: "), 0U) << complaints.front();
}

// --- Matrices ----------------------------------------------------------------------------------------------------------

TEST_F(Boot, StartsWhatStartsWithTheHost) {
    definition(1).autostart = true;
    EXPECT_TRUE(start().empty());
    EXPECT_EQ(told, std::vector<std::string>{"start"});
    EXPECT_EQ(daemon.rescans, 0U);
}

TEST_F(Boot, ADaemonThatHasNotSeenTheModuleYetLooksAgain) {
    definition(1).autostart = true;
    auto before = daemon.view;
    before.host.vfio_ap_present = false;
    daemon.views = {before};
    EXPECT_TRUE(start().empty());
    EXPECT_EQ(daemon.rescans, 1U);
    EXPECT_EQ(told, std::vector<std::string>{"start"});
}

TEST_F(Boot, AnotherTryFindsWhatMdevctlHasStarted) {
    definition(1).autostart = true;
    refusals = 1;
    EXPECT_TRUE(start().empty());
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(Boot, OneThatCannotBeStartedKeepsNoOtherFromIt) {
    definition(1).autostart = definition(2).autostart = true;
    refusals = 3;
    const auto complaints = start();
    ASSERT_FALSE(complaints.empty());
    EXPECT_EQ(complaints.front().find("matrix " + definition(1).name + ": "), 0U) << complaints.front();
    EXPECT_EQ(told.size(), 4U);
}

// --- Both --------------------------------------------------------------------------------------------------------------

TEST_F(Boot, TakesFromTheHostWhatWasAgreedToOnlyWhenNobodyHasGotUsedToIt) {
    definition(1).autostart = definition(1).active = true;
    const auto both = [this] { bind(), start(); };
    both();
    daemon.view.host.matrices.begin()->second.in_use = true;
    both();
    daemon.view.host.matrices.begin()->second.in_use = false;
    just_started = false;
    both();
    EXPECT_EQ(daemon.disrupted, (std::vector{true, true, false, false, false, false}));
}

TEST_F(Boot, WithoutAnApBusNothingIsDone) {
    daemon.view = fakes::no_host();
    EXPECT_TRUE(bind().empty());
    EXPECT_TRUE(start().empty());
    EXPECT_TRUE(told.empty());
    EXPECT_EQ(daemon.rescans, 0U);
}

TEST_F(Boot, ADaemonThatDoesNotAnswerIsSaid) {
    daemon.refuse_all = cli::Failure{Fault::unreachable, {"there is no daemon"}};
    EXPECT_EQ(bind(), std::vector<std::string>{"there is no daemon"});
    EXPECT_EQ(start(), std::vector<std::string>{"there is no daemon"});
}

} // namespace
} // namespace ap::boot
