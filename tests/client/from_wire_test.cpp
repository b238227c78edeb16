// SPDX-License-Identifier: LGPL-2.1-or-later
// What the daemon's own code puts on the bus is what the command reads; anything else is refused, never
// guessed.
#include "canned.hpp"
#include "dbus/wire.hpp"
#include "proxy/from_wire.hpp"

#include <gtest/gtest.h>

namespace ap::cli {
namespace {

engine::Snapshot snapshot_of(const HostView& view) {
    engine::Snapshot out;
    out.generation = view.generation;
    out.host = view.host;
    out.wanted = view.wanted;
    out.guests = view.guests;
    return out;
}

wire::Host message() { return dbus::to_wire(snapshot_of(fakes::mixed_host())); }

class EveryHost : public testing::TestWithParam<HostView (*)()> {};

TEST_P(EveryHost, ArrivesAsItWasSent) {
    auto sent = GetParam()();
    const auto arrived = from_wire(dbus::to_wire(snapshot_of(sent)));
    ASSERT_TRUE(arrived) << arrived.error().lines.front();
    // Does not travel: the kernel's abilities are properties, drift is a list of its own.
    sent.host.has_ap_config = arrived->host.has_ap_config;
    sent.drift.clear();
    EXPECT_EQ(*arrived, sent);
}

INSTANTIATE_TEST_SUITE_P(Wire, EveryHost,
                         testing::Values(fakes::mixed_host, fakes::fresh_host, fakes::wide_host,
                                         fakes::striped_host, fakes::no_host, fakes::drained_host));

TEST(FromWire, GivesTheSameConditionsAsTheDaemonHas) {
    const auto sent = fakes::mixed_host();
    const auto arrived = from_wire(dbus::to_wire(snapshot_of(sent)));
    ASSERT_TRUE(arrived);
    QueueSet::rectangle(AdapterSet::all(), DomainSet::all()).for_each([&](Apqn q) {
        ASSERT_EQ(condition_of(arrived->host, q), condition_of(sent.host, q)) << to_string(q);
        ASSERT_EQ(owner_of(arrived->host, q), owner_of(sent.host, q)) << to_string(q);
    });
}

TEST(FromWire, ReadsQueueListsLongerThanPeopleMayWrite) {
    std::string list;
    QueueSet expected;
    for (unsigned a = 0; a < 256; a += 2)
        for (unsigned d = 0; d < 16; d += 2) {
            const Apqn q{static_cast<Apid>(a), static_cast<Apqi>(d)};
            expected.insert(q);
            list += (list.empty() ? "" : ",") + to_string(q);
        }
    ASSERT_GT(list.size(), 4096U);
    auto host = message();
    std::get<4>(host) = wire::Pools(list, "");
    const auto arrived = from_wire(host);
    ASSERT_TRUE(arrived) << arrived.error().lines.front();
    EXPECT_EQ(arrived->wanted.reserved, expected);
}

TEST(FromWire, RefusesAMaskThatIsNone) {
    auto host = message();
    std::get<3>(std::get<1>(host)) = "0xff";
    const auto arrived = from_wire(host);
    ASSERT_FALSE(arrived);
    EXPECT_EQ(arrived.error().fault, Fault::internal);
}

TEST(FromWire, RefusesAMatrixWithoutUuid) {
    auto host = message();
    std::get<0>(std::get<3>(host).front()) = "web";
    EXPECT_FALSE(from_wire(host));
}

TEST(FromWire, ReadsAJob) {
    const auto job =
        job_from_wire({{"Id", sdbus::Variant(std::uint32_t{17})},
                       {"State", sdbus::Variant(std::string("failed"))},
                       {"Progress", sdbus::Variant(wire::Progress(2U, 4U))},
                       {"QueueProgress", sdbus::Variant(wire::Progress(412U, 1600U))},
                       {"Remarks", sdbus::Variant(std::string("left"))},
                       {"Error", sdbus::Variant(wire::JobError("org.apctl1.Error.Conflict", "one\ntwo"))}});
    ASSERT_TRUE(job);
    EXPECT_EQ(job->id, 17U);
    EXPECT_EQ(job->total, 4U);
    EXPECT_EQ(job->queues_moved, 412U);
    EXPECT_EQ(job->queues_to_move, 1600U);
    EXPECT_EQ(job->remarks, "left");
    EXPECT_EQ(job->message, (std::vector<std::string>{"one", "two"}));
}

TEST(FromWire, ReadsAPlanAsItWasSent) {
    Plan plan;
    plan.notes = {"one"};
    plan.host_losses = {{HostLoss::Kind::default_domain, QueueSet::rectangle({Apid{3}}, {Apqi{4}})}};
    plan.duration = {1600, 49'000};
    const auto view = from_wire(dbus::to_wire(plan));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->notes, plan.notes);
    EXPECT_EQ(view->host_losses, plan.host_losses);
    EXPECT_EQ(view->duration, plan.duration);
}

TEST(FromWire, RefusesALossOfAnUnknownKind) {
    auto plan = dbus::to_wire(Plan{});
    std::get<12>(plan).emplace_back("everything", "03.0004");
    EXPECT_FALSE(from_wire(plan));
}

TEST(FromWire, RefusesAJobWithoutAState) { EXPECT_FALSE(job_from_wire({})); }

TEST(FromWire, IgnoresAPropertyOfAnotherType) {
    EXPECT_TRUE(service_from_wire({{"Settled", sdbus::Variant(std::string("yes"))}}).settled);
}

TEST(FromWire, ReadsAJobOfThePastAsItWasSent) {
    engine::HistoryEntry entry;
    entry.origin = {17, {.uid = 1000, .bus_name = ":1.9", .pid = 4711, .unit = "session-2.scope"}, {{"stop", {{"matrix", "db"}}}}, "stop db",
                    std::chrono::sys_seconds(std::chrono::seconds(99))};
    entry.ended = std::chrono::sys_seconds(std::chrono::seconds(100));
    entry.state = engine::JobState::failed;
    entry.how = "undone";
    entry.steps = {"empty db"};
    entry.errors = {{Fault::kernel_refused, "db", "no", "wait", 16}};
    const auto view = from_wire(dbus::to_wire(entry));
    EXPECT_EQ(view.job.job, 17U);
    EXPECT_EQ(view.job.begun, 99);
    EXPECT_EQ(view.job.ended, 100);
    EXPECT_EQ(view.job.uid, 1000U);
    EXPECT_EQ(view.job.pid, 4711U);
    EXPECT_EQ(view.job.unit, "session-2.scope");
    EXPECT_EQ(view.job.state, "failed");
    EXPECT_EQ(view.job.description, "stop db");
    EXPECT_EQ(view.job.how, "undone");
    EXPECT_EQ(view.wishes, (std::vector<WireWish>{{"stop", {{"matrix", "db"}}}}));
    EXPECT_EQ(view.steps, entry.steps);
    EXPECT_EQ(view.errors, std::vector<std::string>{"db: no; wait"});
}

TEST(FromWire, ReadsAnOpenJobAsItWasSent) {
    engine::OpenJob open{17, engine::JobOrigin{}, {{Fault::degraded, "aqmask", "differs", "", 0}}, {"back"}, std::vector<std::string>{"on"}};
    open.origin->description = "stop db";
    auto view = from_wire(dbus::to_wire(open));
    EXPECT_EQ(view.job, 17U);
    EXPECT_TRUE(view.readable);
    EXPECT_EQ(view.description, "stop db");
    EXPECT_EQ(view.differences, std::vector<std::string>{"aqmask: differs"});
    EXPECT_EQ(view.undo, std::vector<std::string>{"back"});
    EXPECT_TRUE(view.can_finish);
    EXPECT_EQ(view.finish, std::vector<std::string>{"on"});
    view = from_wire(dbus::to_wire(engine::OpenJob{17, std::nullopt, {}, {}, std::nullopt}));
    EXPECT_FALSE(view.readable);
    EXPECT_FALSE(view.can_finish);
}

TEST(FromWire, ReadsTheSourcesOfOthersAsTheyWereSent) {
    engine::Snapshot snapshot;
    snapshot.policy = {Policy::enforce, "given up"};
    snapshot.sources = {{Source::Kind::chzdev, "/etc/udev/rules.d/41-ap.rules", 7, SaysApmask{~AdapterSet{Apid{3}}}, {}},
                        {Source::Kind::driverctl, "/etc/driverctl.d/ap-x", 1, NotUnderstood{}, "names no queue"}};
    const auto view = from_wire(dbus::source_list(snapshot));
    EXPECT_EQ(view.policy, "enforce");
    EXPECT_EQ(view.trouble, "given up");
    ASSERT_EQ(view.sources.size(), 2U);
    const auto& rule = view.sources.front();
    EXPECT_EQ(rule.kind, "chzdev");
    EXPECT_EQ(rule.file, "/etc/udev/rules.d/41-ap.rules");
    EXPECT_EQ(rule.line, 7U);
    EXPECT_EQ(rule.asks, "adapter 3 is clear in apmask at boot");
    EXPECT_EQ(rule.host, "differs");
    EXPECT_EQ(rule.host_why, "adapter 3 set now");
    EXPECT_EQ(rule.wanted, "differs");
    EXPECT_NE(rule.wanted_why.find("nobody wished it here"), std::string::npos);
    EXPECT_NE(rule.remedy.find("chzdev"), std::string::npos);
    EXPECT_EQ(view.sources.back().problem, "names no queue");
    EXPECT_EQ(view.sources.back().wanted, "silent");
}

class EveryError : public testing::TestWithParam<FaultRow> {};
TEST_P(EveryError, IsRecognisedByItsName) {
    EXPECT_EQ(failure_from_wire(GetParam().dbus_name, "m").fault, GetParam().fault);
}
INSTANTIATE_TEST_SUITE_P(Table, EveryError, testing::ValuesIn(fault_table().begin(), fault_table().end()),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Errors, OfABusWithoutTheDaemonMeanUnreachable) {
    for (const char* name :
         {"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.Spawn.ExecFailed",
          "org.freedesktop.DBus.Error.NoReply", "org.freedesktop.systemd1.NoSuchUnit"})
        EXPECT_EQ(failure_from_wire(name, "").fault, Fault::unreachable) << name;
}

TEST(Errors, SayWhySystemdDoesNotStartTheDaemon) {
    const auto failure = failure_from_wire("org.freedesktop.systemd1.UnitMasked", "Unit apctld.service is masked.");
    EXPECT_EQ(failure.fault, Fault::unreachable);
    EXPECT_EQ(failure.lines.front(), "the daemon cannot be started: Unit apctld.service is masked.");
}

TEST(Errors, WithoutATextSayTheirMeaning) {
    EXPECT_EQ(failure_from_wire("org.apctl1.Error.Denied", "").lines,
              std::vector<std::string>{std::string(row_of(Fault::denied).meaning)});
}

} // namespace
} // namespace ap::cli
