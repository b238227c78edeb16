// SPDX-License-Identifier: LGPL-2.1-or-later
// Before a guest starts and after it has ended, against a daemon of canned answers.
#include "canned.hpp"
#include "hook/operations.hpp"

#include "core/parse.hpp"
#include "temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace ap::hook {
namespace {

const auto web = fakes::uuid_of(1), db = fakes::uuid_of(2), stopped = fakes::uuid_of(3);
const auto db2 = fakes::uuid_of(98), db3 = fakes::uuid_of(99);

class Hook : public testing::Test {
  protected:
    Hook() {
        daemon.view = fakes::mixed_host();
        daemon.view.host.matrices.at(web).in_use = false;
        policy.settle_time = std::chrono::seconds(0);
        // The daemon does what it is told.
        daemon.when_applied = [this](const std::vector<cli::WireWish>& wishes) {
            told.push_back(wishes.front().first + " " + wishes.front().second.at("matrix"));
            const auto uuid = parse_uuid(wishes.front().second.at("matrix")).value();
            const auto& matrix = daemon.view.wanted.definitions.at(uuid).matrix;
            if (wishes.front().first == "start") daemon.view.host.matrices[uuid] = {.assigned = matrix, .effective = matrix};
            else daemon.view.host.matrices.erase(uuid);
        };
        daemon.news = {{cli::Woken::news, fakes::job_in("running")}, {cli::Woken::news, fakes::job_in("done")}};
    }

    cli::Answer<void> start(const Uuid& matrix, const Uuid& guest = db2) { return prepare(daemon, {"of this test", guest, {matrix}}, policy, taken(guest), until()); }
    cli::Answer<void> end(const Uuid& guest = db2) { return release(daemon, policy, taken(guest), until()); }
    Taken taken(const Uuid& guest) { return {directory_.path("guests"), guest}; }
    void made_long_ago(const Uuid& matrix, const Uuid& guest) {
        const std::filesystem::path claim = directory_.path("guests") + "/" + to_string(matrix) + "." + to_string(guest);
        std::filesystem::last_write_time(claim, std::filesystem::last_write_time(claim) - std::chrono::hours(1));
    }
    /// The daemon is ready for one more job.
    void one_more_job() { daemon.news.emplace_back(cli::Woken::news, fakes::job_in("done")); }
    static cli::Patience until() { return std::chrono::steady_clock::now() + std::chrono::seconds(10); }
    static void expect_refused(const cli::Answer<void>& answer, Fault fault, std::string_view words) {
        ASSERT_FALSE(answer);
        EXPECT_EQ(answer.error().fault, fault);
        EXPECT_NE(answer.error().lines.front().find(words), std::string::npos) << answer.error().lines.front();
    }

    fakes::FakeProxy daemon;
    Policy policy;
    std::vector<std::string> told;

  private:
    host::testing::TemporaryDirectory directory_;
};

TEST_F(Hook, AnActiveMatrixIsTakenAsItIsAndStays) {
    EXPECT_TRUE(start(web));
    EXPECT_TRUE(end());
    EXPECT_TRUE(told.empty());
}

TEST_F(Hook, ADefinedMatrixIsStartedAndStoppedAgain) {
    EXPECT_TRUE(start(stopped));
    daemon.news = {{cli::Woken::news, fakes::job_in("done")}};
    EXPECT_TRUE(end());
    EXPECT_TRUE(end()) << "once more does no harm";
    EXPECT_EQ(told, (std::vector{"start " + to_string(stopped), "stop " + to_string(stopped)}));
}

TEST_F(Hook, AMatrixStaysWhereThePolicySaysSo) {
    policy.matrices["test"].stop_with_guest = false;
    EXPECT_TRUE(start(stopped));
    EXPECT_TRUE(end());
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(Hook, AMatrixThatAnotherGuestHasByNowStays) {
    EXPECT_TRUE(start(stopped));
    auto refused = fakes::job_in("failed");
    refused.error_name = row_of(Fault::in_use).dbus_name;
    daemon.when_applied = [](const auto&) {};
    daemon.news = {{cli::Woken::news, refused}, {cli::Woken::news, refused}};
    EXPECT_TRUE(end());
    EXPECT_TRUE(daemon.news.empty()) << "asked twice";
    EXPECT_TRUE(end()) << "and it is nobody's business any more";
}

TEST_F(Hook, OfGuestsThatStartAtTheSameMomentTheLastOneReleasedStopsTheMatrix) {
    EXPECT_TRUE(start(stopped, db2));
    EXPECT_TRUE(start(stopped, db3)) << "neither has it open yet";
    one_more_job();
    EXPECT_TRUE(end(db2)) << "libvirt has refused the one that had it started";
    EXPECT_EQ(told.size(), 1U) << "the other one needs it";
    EXPECT_TRUE(end(db3));
    EXPECT_EQ(told.back(), "stop " + to_string(stopped));
}

TEST_F(Hook, AGuestThatNeverGotAProcessDoesNotKeepAMatrixForEver) {
    EXPECT_TRUE(start(stopped, db2));
    EXPECT_TRUE(start(stopped, db3));
    daemon.view.guests.trouble = "libvirt is away";
    made_long_ago(stopped, db3);
    EXPECT_TRUE(end(db2));
    EXPECT_EQ(told.size(), 1U) << "nobody knows whether it runs";

    daemon.view.guests.trouble = {};
    EXPECT_TRUE(start(stopped, db2));
    daemon.view.guests.guests = {{.name = "db3", .uuid = db3, .state = "running", .running = true}};
    made_long_ago(stopped, db3);
    EXPECT_TRUE(end(db2));
    EXPECT_EQ(told.size(), 1U) << "it runs";

    EXPECT_TRUE(start(stopped, db2));
    daemon.view.guests.guests.front().running = false;
    one_more_job();
    EXPECT_TRUE(end(db2));
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(Hook, WhoIsNotTheLastIsReleasedWithoutTheDaemon) {
    EXPECT_TRUE(start(stopped, db2));
    EXPECT_TRUE(start(stopped, db3));
    daemon.refuse_all = cli::Failure{Fault::unreachable, {"apctld does not answer"}};
    EXPECT_TRUE(end(db2)) << "the matrix is the other one's to stop";
    expect_refused(end(db3), Fault::unreachable, "apctld does not answer");
    daemon.refuse_all = {};
    one_more_job();
    EXPECT_TRUE(end(db3));
    EXPECT_EQ(told.back(), "stop " + to_string(stopped));
}

TEST_F(Hook, WhoIsReleasedWithoutHavingTakenStopsNothing) {
    EXPECT_TRUE(start(stopped, db2));
    daemon.view.host.matrices.at(stopped).in_use = true;
    EXPECT_FALSE(start(stopped, db3));
    EXPECT_TRUE(end(db3));
    EXPECT_EQ(told.size(), 1U);
}

TEST_F(Hook, AGuestThatHasLetGoIsNotInTheWay) {
    daemon.views = {daemon.view};
    daemon.views.front().host.matrices.at(web).in_use = true; // what the daemon had seen before the host was read again
    EXPECT_TRUE(start(web));
    EXPECT_EQ(daemon.rescans, 1U);
}

TEST_F(Hook, AMatrixNobodyKnowsIsRefused) { expect_refused(start(fakes::uuid_of(77)), Fault::not_found, to_string(fakes::uuid_of(77)) + " is neither defined nor active"); }

TEST_F(Hook, AMatrixOfAnotherGuestIsRefusedWithItsName) {
    daemon.view.host.matrices.at(web).in_use = true;
    expect_refused(start(web), Fault::in_use, "matrix web is in use by web1");
}

TEST_F(Hook, WithoutAnApBusNobodyGetsAny) {
    daemon.view = fakes::no_host();
    expect_refused(start(web), Fault::no_ap_bus, "no AP bus");
}

TEST_F(Hook, AnAdapterThatWouldBeHiddenIsRefusedWhereAllAreRequired) {
    EXPECT_TRUE(start(db));
    policy.matrices["db"].require = Require::all;
    expect_refused(start(db), Fault::conflict, "the guest would not see all of matrix db: adapter 6: 06.002d does not exist");
}

TEST_F(Hook, NothingToSeeIsRefusedWhereAnythingIsRequired) {
    daemon.view.host.matrices.at(web).effective = {};
    daemon.view.host.guest -= daemon.view.host.matrices.at(web).assigned.queues();
    expect_refused(start(web), Fault::conflict, "the guest would see no queue of matrix web: adapter 3: 03.002f is not in the guest pool; adapter 4: 04.002f is not in the guest pool");
    policy.matrix.require = Require::none;
    policy.settle_time = std::chrono::seconds(5);
    daemon.questions = 0;
    EXPECT_TRUE(start(web));
    EXPECT_EQ(daemon.questions, 1U) << "and nothing is waited for";
}

TEST_F(Hook, AnMdevThatIsNotAsDefinedSaysTheWayOut) {
    policy.matrix.require = Require::all;
    auto& mdev = daemon.view.host.matrices.at(web);
    mdev.assigned.adapters.erase(Apid{4});
    mdev.effective = mdev.assigned;
    expect_refused(start(web), Fault::conflict, "not as it is defined: apctl start web");
}

TEST_F(Hook, QueuesThatAreOnTheirWayAreWaitedFor) {
    policy.settle_time = std::chrono::seconds(5);
    policy.matrix.require = Require::all;
    const auto whole = daemon.view;
    auto early = whole;
    early.host.matrices.at(web).effective.adapters.erase(Apid{4});
    daemon.views = {early, early, whole, whole};
    daemon.events = {cli::Changed{18, {"queues"}}, cli::Changed{19, {"queues"}}};
    EXPECT_TRUE(start(web));
}

TEST_F(Hook, AJobThatFailsSaysWhy) {
    auto job = fakes::job_in("failed");
    job.error_name = row_of(Fault::conflict).dbus_name;
    job.message = {"0c.0020: the host must keep it"};
    daemon.news = {{cli::Woken::news, job}};
    expect_refused(start(stopped), Fault::conflict, "0c.0020: the host must keep it");
}

TEST_F(Hook, AJobThatTakesTooLongGoesOn) {
    daemon.news = {{cli::Woken::time_up, fakes::job_in("waiting")}};
    expect_refused(start(stopped), Fault::timed_out, "goes on");
}

TEST_F(Hook, WhatCouldNotBeStoppedIsStoppedTheNextTime) {
    EXPECT_TRUE(start(stopped));
    daemon.refuse_all = cli::Failure{Fault::unreachable, {"there is no daemon"}};
    expect_refused(end(), Fault::unreachable, "there is no daemon");
    daemon.refuse_all.reset();
    daemon.news = {{cli::Woken::news, fakes::job_in("done")}};
    EXPECT_TRUE(end());
    EXPECT_EQ(told.back(), "stop " + to_string(stopped));
}

} // namespace
} // namespace ap::hook
