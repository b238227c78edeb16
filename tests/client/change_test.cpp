// SPDX-License-Identifier: LGPL-2.1-or-later
// The way of a change: what is asked, what is carried out, and how it ends.
#include "canned.hpp"
#include "command_line.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>

namespace ap::fakes {
namespace {

using namespace cli;
using testing::Test;

const std::vector<std::string> assign{"assign", "web", "--adapters", "3,4", "--domains", "0x2f"};

std::vector<std::string> with(std::vector<std::string> words, std::vector<std::string> more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

FakeProxy fresh_daemon() {
    auto daemon = talkative();
    daemon.view = fresh_host();
    return daemon;
}

JobView failed_with(const char* name, std::vector<std::string> message) {
    auto job = job_in("failed");
    job.error_name = name;
    job.message = std::move(message);
    return job;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

TEST(Change, IsCarriedOutByTheDigestThatWasShown) {
    auto daemon = fresh_daemon();
    EXPECT_EQ(run(daemon, assign, {.terminal = true, .typed = "y\n"}).code, 0);
    EXPECT_EQ(daemon.applied, std::vector<std::string>{"0123456789abcdef"});
}

TEST(Change, OnTrialSaysForHowManySeconds) {
    for (const auto& [time, seconds] : std::map<std::string, std::uint32_t>{{"1", 1}, {"60s", 60}, {"5m", 300}, {"24h", 86400}}) {
        auto daemon = fresh_daemon();
        run(daemon, with(assign, {"--yes", "--confirm-within", time}));
        EXPECT_EQ(daemon.to_confirm_within, std::vector<std::optional<std::uint32_t>>{seconds}) << time;
    }
}

TEST(Change, IsNotOnTrialUnlessSaid) {
    auto daemon = fresh_daemon();
    run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(daemon.to_confirm_within, std::vector<std::optional<std::uint32_t>>{std::nullopt});
}

TEST(Change, SaysHowLongToWaitForTheHost) {
    for (const auto& [time, seconds] : std::map<std::string, std::uint32_t>{{"0", 0}, {"5s", 5}, {"1m", 60}}) {
        auto daemon = fresh_daemon();
        run(daemon, with(assign, {"--yes", "--drain-timeout", time}));
        EXPECT_EQ(daemon.to_drain, std::vector<std::optional<std::uint32_t>>{seconds}) << time;
    }
    auto daemon = fresh_daemon();
    run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(daemon.to_drain, std::vector<std::optional<std::uint32_t>>{std::nullopt}) << "the daemon knows what is usual";
}

TEST(Change, SaysWhatTheDaemonRemarks) {
    auto daemon = fresh_daemon();
    auto done = job_in("done");
    done.remarks = "7 requests of the host on 03.002f, not done after 5 s";
    daemon.news = {{Woken::news, done}};
    EXPECT_TRUE(contains(run(daemon, with(assign, {"--yes"})).out, "done: assign web\nNote          7 requests of the host on 03.002f, not done after 5 s\n"));
}

TEST(Change, ShowsHowManyQueuesHaveMoved) {
    auto daemon = fresh_daemon();
    auto moving = job_in("running");
    moving.queues_moved = 412;
    moving.queues_to_move = 1600;
    daemon.news = {{Woken::news, moving}, {Woken::news, job_in("done")}};
    const auto out = run(daemon, with(assign, {"--yes"}), {.terminal = true, .typed = {}}).out;
    EXPECT_TRUE(contains(out, "running, 2 of 4 steps, 412 of 1600 queues")) << out;
}

TEST(Change, ThatIsAlreadySoLeavesNothingToConfirm) {
    auto daemon = talkative();
    daemon.plans.front().steps.clear();
    EXPECT_TRUE(contains(run(daemon, with(assign, {"--confirm-within", "60"})).out, "already so: there will be nothing to confirm"));
}

TEST(Confirm, NamesTheJobThatWaits) {
    auto daemon = talkative();
    daemon.waiting = CheckpointView{.job = 21, .description = "assign web", .overdue = {}};
    EXPECT_EQ(run(daemon, {"confirm"}).code, 0);
    EXPECT_EQ(daemon.confirmed, std::vector<std::uint32_t>{21});
}

TEST(Rollback, WithoutANumberIsOfTheJobThatWaits) {
    auto daemon = talkative();
    daemon.waiting = CheckpointView{.job = 21, .description = "assign web", .overdue = {}};
    EXPECT_EQ(run(daemon, {"rollback", "--yes"}).code, 0);
    EXPECT_EQ(daemon.planned, (std::vector<std::vector<WireWish>>{{{"rollback", {{"job", "21"}}}}}));
}

TEST(Change, SendsExactlyTheArgumentsThatWereGiven) {
    auto daemon = fresh_daemon();
    run(daemon, with(assign, {"--dry-run"}));
    const WireWish wish{"assign", {{"adapters", "3,4"}, {"domains", "0x2f"}, {"matrix", "web"}}};
    EXPECT_EQ(daemon.planned, std::vector<std::vector<WireWish>>{{wish}});
}

TEST(Change, ToSeveralMatricesIsOne) {
    auto daemon = talkative();
    run(daemon, {"stop", "web", "db", "--dry-run"});
    ASSERT_EQ(daemon.planned.size(), 1U);
    EXPECT_EQ(daemon.planned.front().size(), 2U);
}

TEST(Change, IsLeftAloneWhenTheAnswerIsNo) {
    auto daemon = fresh_daemon();
    const auto outcome = run(daemon, assign, {.terminal = true, .typed = "n\n"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_TRUE(daemon.applied.empty());
    EXPECT_TRUE(contains(outcome.out, "nothing changed")) << outcome.out;
}

TEST(Change, IsLeftAloneWhenTheInputEnds) {
    auto daemon = fresh_daemon();
    run(daemon, assign, {.terminal = true, .typed = ""});
    EXPECT_TRUE(daemon.applied.empty());
}

TEST(Change, IsOnlyShownByADryRun) {
    auto daemon = fresh_daemon();
    EXPECT_EQ(run(daemon, with(assign, {"--dry-run", "--yes"})).code, 0);
    EXPECT_TRUE(daemon.applied.empty());
}

TEST(Change, IsOnlyShownByPlan) {
    auto daemon = fresh_daemon();
    EXPECT_EQ(run(daemon, with({"plan"}, assign), {.terminal = true, .typed = "y\n"}).code, 0);
    EXPECT_TRUE(daemon.applied.empty());
}

TEST(Change, NeedsYesWhereNobodyCanBeAsked) {
    auto daemon = fresh_daemon();
    const auto outcome = run(daemon, assign);
    EXPECT_EQ(outcome.code, 2);
    EXPECT_TRUE(daemon.applied.empty());
    EXPECT_TRUE(contains(outcome.err, "--yes")) << outcome.err;
}

TEST(Change, IsForRoot) {
    auto daemon = fresh_daemon();
    daemon.is_root = false;
    const auto outcome = run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(outcome.code, 6);
    EXPECT_EQ(lines(outcome.err), 1U);
    EXPECT_TRUE(contains(outcome.err, "run with sudo")) << outcome.err;
    EXPECT_TRUE(daemon.applied.empty());
}

TEST(Change, ThatIsAlreadySoIsASuccessForEverybody) {
    auto daemon = fresh_daemon();
    daemon.plans.front().steps.clear();
    daemon.is_root = false;
    const auto outcome = run(daemon, assign);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_TRUE(contains(outcome.out, "already so")) << outcome.out;
}

TEST(Change, ThatIsAlreadySoNamesTheJobsThatStillRun) {
    auto daemon = fresh_daemon();
    daemon.plans.front().steps.clear();
    daemon.job_list = {job_in("done"), job_in("running")};
    const auto outcome = run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(outcome.code, 0);
    const auto& out = outcome.out;
    EXPECT_TRUE(contains(out, "already so\njob 17 (")) << out;
    EXPECT_EQ(out.find("job 17 ("), out.rfind("job 17 (")) << "the one that is done is nobody's concern";
}

TEST(Change, IsShownAgainWhenTheHostHasChangedMeanwhile) {
    auto daemon = fresh_daemon();
    daemon.plans = {assign_plan(), disrupting_plan()};
    daemon.news = {{Woken::news, failed_with("org.apctl1.Error.StalePlan", {"the host has changed"})},
                   {Woken::news, job_in("done")}};
    const auto outcome = run(daemon, assign, {.terminal = true, .typed = "y\ny\n"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(daemon.applied, (std::vector<std::string>{"0123456789abcdef", "fedcba9876543210"}));
    EXPECT_TRUE(contains(outcome.out, "changed meanwhile")) << outcome.out;
}

TEST(Change, ToWhichYesWasSaidIsPlannedAnewWhenTheHostHasChanged) {
    auto daemon = fresh_daemon();
    daemon.plans = {assign_plan(), disrupting_plan()};
    daemon.news = {{Woken::news, failed_with("org.apctl1.Error.StalePlan", {"the host has changed"})},
                   {Woken::news, job_in("done")}};
    EXPECT_EQ(run(daemon, with(assign, {"--yes"})).code, 0);
    EXPECT_EQ(daemon.applied, (std::vector<std::string>{"0123456789abcdef", "fedcba9876543210"}));
}

TEST(Change, GivesUpOnAHostThatNeverComesToRest) {
    auto daemon = fresh_daemon();
    daemon.news.assign(9, {Woken::news, failed_with("org.apctl1.Error.StalePlan", {"the host has changed"})});
    EXPECT_EQ(run(daemon, with(assign, {"--yes"})).code, 4);
    EXPECT_EQ(daemon.applied.size(), 3U);
}

TEST(Change, SaysEveryReasonOnALineOfItsOwn) {
    auto daemon = fresh_daemon();
    daemon.refuse_plan =
        Failure{Fault::conflict, {"03.002f is held by web", "04.002f must stay with the host"}};
    const auto outcome = run(daemon, with(assign, {"--quiet"}));
    EXPECT_EQ(outcome.code, 4);
    EXPECT_EQ(outcome.err, "apctl: 03.002f is held by web\napctl: 04.002f must stay with the host\n");
}

TEST(Change, SaysWhatWasUnderstoodWhenItIsRefused) {
    auto daemon = fresh_daemon();
    daemon.refuse_plan = Failure{Fault::conflict, {"no"}};
    EXPECT_TRUE(contains(run(daemon, assign, {.terminal = true, .no_color = true}).out, "47 (0x2f)"));
}

TEST(Change, IsPlannedAgainWhenTheGuestInTheWayHasJustEnded) {
    auto daemon = fresh_daemon();
    daemon.refuse_plan = Failure{Fault::in_use, {"web: a running guest has it open"}};
    daemon.rescan_ends_refusal = true;
    daemon.news = {{Woken::news, job_in("done")}};
    EXPECT_EQ(run(daemon, with(assign, {"--yes"})).code, 0);
    EXPECT_EQ(daemon.planned.size(), 2U);
}

TEST(Change, IsRefusedWhenTheGuestInTheWayIsStillThere) {
    auto daemon = fresh_daemon();
    daemon.refuse_plan = Failure{Fault::in_use, {"web: a running guest has it open"}};
    const auto outcome = run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(outcome.code, 5);
    EXPECT_EQ(outcome.err, "apctl: web: a running guest has it open\n");
    EXPECT_TRUE(daemon.applied.empty());
}

TEST(Change, ThatIsRefusedIsAnErrorInJson) {
    auto daemon = fresh_daemon();
    daemon.refuse_plan = Failure{Fault::conflict, {"db: held", "db: also held"}};
    const auto outcome = run(daemon, with(assign, {"--yes", "--json"}));
    EXPECT_EQ(outcome.code, 4);
    const auto said = nlohmann::json::parse(outcome.out);
    EXPECT_EQ(said.at("error"), nlohmann::json::parse(
        R"({"name": "conflict", "exit_status": 4, "reasons": ["db: held", "db: also held"]})"));
    EXPECT_EQ(outcome.err, "apctl: db: held\napctl: db: also held\n");
}

TEST(Change, ThatFailsIsOneAnswerInJson) {
    auto daemon = fresh_daemon();
    daemon.news = {{Woken::news, failed_with("org.apctl1.Error.KernelRefused", {"apmask: EBUSY"})}};
    const auto outcome = run(daemon, with(assign, {"--yes", "--json"}));
    EXPECT_EQ(outcome.code, 7);
    EXPECT_EQ(nlohmann::json::parse(outcome.out).at("outcome"), "failed");
}

TEST(Change, GoesOnWhenWaitIsOver) {
    auto daemon = fresh_daemon();
    daemon.news = {{Woken::time_up, job_in("waiting")}};
    const auto outcome = run(daemon, with(assign, {"--yes", "--wait", "2"}));
    EXPECT_EQ(outcome.code, 11);
    EXPECT_TRUE(contains(outcome.err, "goes on, see: apctl jobs")) << outcome.err;
}

TEST(Change, GoesOnAfterCtrlC) {
    auto daemon = fresh_daemon();
    daemon.news = {{Woken::interrupted, job_in("running")}};
    const auto outcome = run(daemon, with(assign, {"--yes"}));
    EXPECT_EQ(outcome.code, 130);
    EXPECT_TRUE(contains(outcome.err, "goes on, see: apctl jobs")) << outcome.err;
}

TEST(Change, ThatEndedJustBeforeCtrlCIsDone) {
    auto daemon = fresh_daemon();
    daemon.news = {{Woken::interrupted, job_in("done")}};
    EXPECT_EQ(run(daemon, with(assign, {"--yes"})).code, 0);
}

TEST(Change, ShowsProgressOnOneLineOfATerminal) {
    auto daemon = fresh_daemon();
    const auto outcome = run(daemon, with(assign, {"--yes"}), {.terminal = true, .no_color = true});
    EXPECT_TRUE(contains(outcome.out, "\r\x1b[Kjob 17: waiting: reset of 03.002f in progress, 12 s\r\x1b[K"))
        << outcome.out;
}

TEST(Change, SaysOnceElsewhereThatItWaits) {
    auto daemon = fresh_daemon();
    daemon.news = {
        {Woken::news, job_in("waiting")}, {Woken::news, job_in("waiting")}, {Woken::news, job_in("done")}};
    const auto out = run(daemon, with(assign, {"--yes"})).out;
    const auto first = out.find("job 17: waiting");
    ASSERT_NE(first, std::string::npos) << out;
    EXPECT_EQ(out.find("job 17: waiting", first + 1), std::string::npos) << out;
}

TEST(Change, WithQuietSaysNothingWhenAllIsWell) {
    auto daemon = fresh_daemon();
    const auto outcome = run(daemon, with(assign, {"--yes", "--quiet"}), {.terminal = true});
    EXPECT_EQ(outcome.out + outcome.err, "");
}

struct End {
    const char* name;
    JobView job;
    int code;
};
class JobEnd : public testing::TestWithParam<End> {};

TEST_P(JobEnd, DecidesTheExitCode) {
    auto daemon = fresh_daemon();
    daemon.news = {{Woken::news, GetParam().job}};
    EXPECT_EQ(run(daemon, with(assign, {"--yes"})).code, GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    All, JobEnd,
    testing::Values(End{"done", job_in("done"), 0}, End{"cancelled", job_in("cancelled"), 1},
                    End{"degraded", job_in("degraded"), 9},
                    End{"refused_by_kernel", failed_with("org.apctl1.Error.KernelRefused", {"apmask: EBUSY"}),
                        7},
                    End{"conflict", failed_with("org.apctl1.Error.Conflict", {"held"}), 4},
                    End{"foreign", failed_with("org.apctl1.Error.ForeignOwner", {"lock held"}), 12},
                    End{"unknown_error", failed_with("org.example.Strange", {"?"}), 1}),
    [](const auto& row) { return std::string(row.param.name); });

class EveryFault : public testing::TestWithParam<FaultRow> {};

TEST_P(EveryFault, HasItsExitCode) {
    auto daemon = fresh_daemon();
    daemon.refuse_all = Failure{GetParam().fault, {"because"}};
    const auto outcome = run(daemon, {"status"});
    EXPECT_EQ(outcome.code, GetParam().exit_code);
    EXPECT_EQ(outcome.err, "apctl: because\n");
}

INSTANTIATE_TEST_SUITE_P(All, EveryFault, testing::ValuesIn(fault_table().begin(), fault_table().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Jobs, CancelNamesTheJob) {
    auto daemon = talkative();
    EXPECT_EQ(run(daemon, {"jobs", "--cancel", "18"}).code, 0);
    EXPECT_EQ(daemon.cancelled, std::vector<std::uint32_t>{18});
}

} // namespace
} // namespace ap::fakes
