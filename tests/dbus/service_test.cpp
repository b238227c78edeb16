// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon on a real bus, with a host in memory behind the ports: what clients see, and when.
#include "daemon_on_fakes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include <poll.h>

namespace ap::tests {
namespace {

constexpr auto manager = "org.apctl1.Manager";
constexpr auto adapter = "org.apctl1.Adapter";
constexpr auto matrix = "org.apctl1.Matrix";
constexpr auto job = "org.apctl1.Job";
constexpr auto checkpoint = "org.apctl1.Checkpoint";
const std::string checkpoint_of_job_1 = "/org/apctl1/checkpoint/1";

wire::Wish assign_web() { return {"assign", {{"matrix", "web"}, {"adapters", "3,4"}, {"domains", "0x2f"}}}; }

class Service : public testing::Test {
  protected:
    static void SetUpTestSuite() { DaemonOnFakes::block_signals(); }
    void SetUp() override { ASSERT_TRUE(d.start()); }

    /// Carries out and waits for the end; its state.
    std::string carry_out(const std::vector<wire::Wish>& wishes) {
        const auto path = d.client.apply(wishes);
        EXPECT_TRUE(d.client.hears(path, "Completed"));
        return d.client.property<std::string>(path, job, "State");
    }
    /// Job 1, kept only when it is confirmed within a minute.
    void assign_on_trial() {
        const auto path = d.client.apply({assign_web()}, {{"confirm-within", sdbus::Variant(std::uint32_t{60})}});
        ASSERT_TRUE(d.client.hears(path, "Completed"));
    }
    bool hears_that_the_checkpoint_goes() {
        return d.client.hears([](const Heard& h) { return h.member == "InterfacesRemoved" && h.about == checkpoint_of_job_1; });
    }
    bool hears_that_job_1(const std::string& what) {
        return d.client.hears([&](const Heard& h) { return h.member == "CheckpointChanged" && h.about == "1" && h.names == std::vector<std::string>{what, "assign web"}; });
    }
    /// Calls a method of the checkpoint that begins a job, and waits for its end; the job's state.
    std::string end_checkpoint_by(const char* method, auto... arguments) {
        sdbus::ObjectPath path;
        d.client.proxy(checkpoint_of_job_1)->callMethod(method).onInterface(checkpoint).withArguments(arguments...).storeResultsTo(path);
        EXPECT_TRUE(d.client.hears(path, "Completed"));
        return d.client.property<std::string>(path, job, "State");
    }
    std::string path_of_the_matrix() const {
        auto uuid = std::get<0>(std::get<3>(d.client.get_host()).at(0));
        std::ranges::replace(uuid, '-', '_');
        return wire::matrix_prefix + uuid;
    }

    DaemonOnFakes d{fakes::small_host({Apid{3}, Apid{4}}, {Apqi{4}, Apqi{0x2f}})};
};

TEST_F(Service, ShowsTheWholeHostAsSoonAsItsNameAppears) {
    const auto [generation, bus, adapters, matrices, pools, drift, drains, guests] = d.client.get_host();
    EXPECT_GE(generation, 1u);
    EXPECT_TRUE(std::get<0>(bus));
    EXPECT_EQ(adapters.size(), 2u);
    EXPECT_EQ(d.client.property<std::string>("/org/apctl1/adapter/03", adapter, "HostPool"), "4,47");
}

TEST_F(Service, EndsWithStatusZeroOnSigterm) {
    EXPECT_EQ(d.stop(), 0);
    EXPECT_TRUE(d.client.sees_name(false));
}

TEST_F(Service, CarriesOutAWishAsAJob) {
    const auto path = d.client.apply({assign_web()});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(d.client.property<std::string>(path, job, "State"), "done");
    EXPECT_EQ(d.client.property<std::string>(path_of_the_matrix(), matrix, "Name"), "web");
    EXPECT_EQ(d.client.property<wire::Triple>(path_of_the_matrix(), matrix, "Effective"), (wire::Triple{"3-4", "47", "47"}));
}

TEST_F(Service, WaitsForTheHostsRequestsAsLongAsItIsSaidAndTellsWhatIsLeft) {
    d.host.set_requests({Apid{3}, Apqi{0x2f}}, 12);
    const auto path = d.client.apply({assign_web()}, {{"drain-timeout", sdbus::Variant(std::uint32_t{2})}});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(d.client.property<std::string>(path, job, "Remarks").find("12 requests of the host on 03.002f, not done after 2 s"), 0u);
    EXPECT_EQ(d.client.property<wire::Progress>(path, job, "QueueProgress"), (wire::Progress{0U, 0U}));
}

TEST_F(Service, ShowsWhatAJobDidBeforeItAnnouncesItsEnd) {
    const auto path = d.client.apply({assign_web()});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    const auto heard = d.client.all();
    const auto end = std::ranges::find(heard, "Completed", &Heard::member);
    EXPECT_TRUE(std::any_of(heard.begin(), end, [](const Heard& h) { return h.member == "InterfacesAdded" && h.about.starts_with(wire::matrix_prefix); }));
}

TEST_F(Service, SaysWhoStartedAJob) {
    const auto path = d.client.apply({assign_web()});
    const auto [uid, name] = wire::fields(d.client.property<wire::StartedBy>(path, job, "StartedBy"));
    EXPECT_EQ(uid, getuid());
    EXPECT_TRUE(name.starts_with(":1."));
}

TEST_F(Service, PlansTheSameItCarriesOut) {
    wire::Plan plan;
    d.client.proxy()->callMethod("Plan").onInterface(manager).withArguments(std::vector{assign_web()}, wire::Options{}).storeResultsTo(plan);
    const auto path = d.client.apply({assign_web()}, {{"digest", sdbus::Variant(std::get<1>(plan))}});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(d.client.property<std::string>(path, job, "State"), "done");
    EXPECT_EQ(d.client.property<std::vector<std::string>>(path, job, "Steps"), std::get<2>(plan));
}

TEST_F(Service, RefusesAnotherPlanThanTheOneShown) {
    const auto path = d.client.apply({assign_web()}, {{"digest", sdbus::Variant(std::string("0000000000000000"))}});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(std::get<0>(d.client.property<wire::JobError>(path, job, "Error")), "org.apctl1.Error.StalePlan");
}

TEST_F(Service, TellsOfAForeignChangeByTheChangedPropertiesOnly) {
    d.host.change_masks(~AdapterSet{Apid{4}}, DomainSet::all());
    d.events.happen({.binding = true});
    ASSERT_TRUE(d.client.hears("/org/apctl1", "Changed"));
    const auto heard = d.client.all();
    const auto of = [&heard](const std::string& path) {
        const auto it = std::ranges::find_if(heard, [&](const Heard& h) { return h.path == path && h.member == "PropertiesChanged"; });
        return it == heard.end() ? std::vector<std::string>{} : it->names;
    };
    EXPECT_EQ(of("/org/apctl1/adapter/04"), (std::vector<std::string>{"GuestPool", "HostPool"}));
    EXPECT_EQ(of("/org/apctl1/adapter/03"), std::vector<std::string>{});
}

TEST_F(Service, SendsAndTakesBackMatrixObjects) {
    ASSERT_EQ(carry_out({assign_web()}), "done");
    const auto path = path_of_the_matrix();
    ASSERT_EQ(carry_out({{"unassign", {{"matrix", "web"}}}}), "done");
    EXPECT_TRUE(d.client.hears([&](const Heard& h) { return h.member == "InterfacesRemoved" && h.about == path; }));
    EXPECT_FALSE(d.client.error_of([&] { (void)d.client.property<std::string>(path, matrix, "Name"); }).empty());
}

TEST_F(Service, ListsItsObjectsByObjectManager) {
    std::map<sdbus::ObjectPath, std::map<std::string, std::map<std::string, sdbus::Variant>>> objects;
    d.client.proxy()->callMethod("GetManagedObjects").onInterface("org.freedesktop.DBus.ObjectManager").storeResultsTo(objects);
    ASSERT_TRUE(objects.contains("/org/apctl1/adapter/04"));
    EXPECT_EQ(objects["/org/apctl1/adapter/04"][adapter]["Id"].get<std::uint8_t>(), 4);
}

TEST_F(Service, ReadsWhileAWriteIsStuckAndSaysWhatTheJobWaitsFor) {
    d.gate.reset();
    d.gate.block(7); // past lock, reading, saving and a look at requests: a write to the kernel
    const auto path = d.client.apply({assign_web()});
    d.gate.wait_until_blocked();
    EXPECT_EQ(std::get<2>(d.client.get_host()).size(), 2u);
    EXPECT_TRUE(d.client.hears([&](const Heard& h) { return h.path == path && std::ranges::count(h.names, "WaitingFor") == 1; }));
    EXPECT_EQ(d.client.property<std::string>(path, job, "State"), "waiting");
    EXPECT_NE(d.client.property<std::string>(path, job, "WaitingFor"), "");
    d.gate.release();
    EXPECT_TRUE(d.client.hears(path, "Completed"));
}

TEST_F(Service, RescanAnswersWithTheNewGeneration) {
    d.host.change_masks(~AdapterSet{Apid{4}}, DomainSet::all());
    std::uint64_t generation = 0;
    d.client.proxy()->callMethod("Rescan").onInterface(manager).storeResultsTo(generation);
    EXPECT_EQ(generation, std::get<0>(d.client.get_host()));
    EXPECT_EQ(d.client.property<std::string>("/org/apctl1/adapter/04", adapter, "HostPool"), "");
}

TEST_F(Service, RefusesToCancelWhatHasEnded) {
    const auto path = d.client.apply({assign_web()});
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(d.client.error_of([&] { d.client.proxy(path)->callMethod("Cancel").onInterface(job); }), "org.apctl1.Error.Conflict");
}

TEST_F(Service, CancelTakesAJobBack) {
    d.gate.reset();
    d.gate.block(6);
    const auto before = d.host.state();
    const auto path = d.client.apply({assign_web()});
    d.gate.wait_until_blocked();
    EXPECT_EQ(d.client.error_of([&] { d.client.proxy(path)->callMethod("Cancel").onInterface(job); }), "");
    d.gate.release();
    ASSERT_TRUE(d.client.hears(path, "Completed"));
    EXPECT_EQ(d.client.property<std::string>(path, job, "State"), "cancelled");
    EXPECT_TRUE(d.host.state() == before);
}

TEST_F(Service, GivesEveryReasonOfARefusalALine) {
    ASSERT_EQ(carry_out({assign_web()}), "done");
    try {
        (void)d.client.apply({{"assign", {{"matrix", "a"}, {"adapters", "3"}, {"domains", "0x2f"}}}, {"start", {{"matrix", "nobody"}}}});
        FAIL() << "it was accepted";
    } catch (const sdbus::Error& e) {
        EXPECT_TRUE(e.getName().starts_with("org.apctl1.Error.")) << e.getName();
        EXPECT_NE(e.getMessage(), "");
    }
}

TEST_F(Service, SurvivesCallsThatMakeNoSense) {
    const auto proxy = d.client.proxy();
    const std::string megabyte(1 << 20, 'x');
    const auto error = [&](auto&& call) { return d.client.error_of(call); };
    EXPECT_NE(error([&] { proxy->callMethod("GetHost").onInterface(manager).withArguments(std::string("what")); }), "");
    EXPECT_NE(error([&] { proxy->callMethod("ExplainQueue").onInterface(manager).withArguments(std::uint32_t{3}); }), "");
    EXPECT_NE(error([&] { proxy->callMethod("Explode").onInterface(manager); }), "");
    for (const auto& text : {std::string(), megabyte, std::string("03.002f\n"), std::string("\xc3\xa9"), std::string("3")})
        EXPECT_EQ(error([&] { proxy->callMethod("ExplainQueue").onInterface(manager).withArguments(text); }), "org.apctl1.Error.Invalid");
    EXPECT_EQ(error([&] { (void)d.client.apply({{"reserve", {{"queues", megabyte}}}}); }), "org.apctl1.Error.Invalid");
    EXPECT_EQ(error([&] { (void)d.client.apply({assign_web()}, {{"force", sdbus::Variant(true)}}); }), "org.apctl1.Error.Invalid");
    EXPECT_EQ(std::get<2>(d.client.get_host()).size(), 2u) << "alive";
}

TEST_F(Service, CarriesOutWhatIsWishedAlreadyWithoutAWish) {
    ASSERT_EQ(carry_out({assign_web()}), "done");
    EXPECT_EQ(carry_out({}), "done");
}

TEST_F(Service, GivesTheHostdevElementOfAMatrix) {
    ASSERT_EQ(carry_out({assign_web()}), "done");
    std::string xml;
    d.client.proxy(path_of_the_matrix())->callMethod("GetHostdevXml").onInterface(matrix).storeResultsTo(xml);
    EXPECT_NE(xml.find("model='vfio-ap'"), std::string::npos);
}

TEST_F(Service, ShowsAChangeThatWaitsToBeConfirmed) {
    assign_on_trial();
    const auto heard = d.client.all();
    const auto end = std::ranges::find(heard, "Completed", &Heard::member);
    EXPECT_TRUE(std::any_of(heard.begin(), end, [](const Heard& h) { return h.member == "InterfacesAdded" && h.about == checkpoint_of_job_1; }));
    EXPECT_EQ(d.client.property<std::uint32_t>(checkpoint_of_job_1, checkpoint, "Job"), 1u);
    EXPECT_EQ(d.client.property<std::string>(checkpoint_of_job_1, checkpoint, "Description"), "assign web");
    EXPECT_EQ(d.client.property<std::uint64_t>(checkpoint_of_job_1, checkpoint, "TimeLeft"), 60u);
    EXPECT_EQ(d.client.property<std::uint64_t>(checkpoint_of_job_1, checkpoint, "Deadline"), 1'700'000'060u);
    EXPECT_EQ(d.client.property<std::string>(checkpoint_of_job_1, checkpoint, "Overdue"), "");
    EXPECT_EQ(d.client.error_of([&] { (void)d.client.apply({{"keep", {{"queues", "03.0004"}}}}); }), "org.apctl1.Error.Conflict");
}

TEST_F(Service, KeepsWhatIsConfirmed) {
    assign_on_trial();
    EXPECT_TRUE(hears_that_job_1("begun"));
    EXPECT_EQ(end_checkpoint_by("Confirm"), "done");
    EXPECT_TRUE(hears_that_the_checkpoint_goes());
    EXPECT_TRUE(hears_that_job_1("confirmed"));
    EXPECT_EQ(std::get<3>(d.client.get_host()).size(), 1u);
}

TEST_F(Service, RollsBackOnDemandWhatWaits) {
    assign_on_trial();
    EXPECT_EQ(end_checkpoint_by("RollBack", wire::Options{}), "done");
    EXPECT_TRUE(hears_that_the_checkpoint_goes());
    EXPECT_TRUE(hears_that_job_1("taken back"));
    EXPECT_EQ(std::get<3>(d.client.get_host()).size(), 0u);
}

TEST_F(Service, TakesBackByItselfWhatNobodyConfirms) {
    assign_on_trial();
    d.calendar.advance(std::chrono::seconds(60));
    d.events.happen({.silent = true}); // any turn of the loop will do
    ASSERT_TRUE(hears_that_the_checkpoint_goes());
    EXPECT_EQ(std::get<3>(d.client.get_host()).size(), 0u);
    EXPECT_TRUE(d.client.hears("/org/apctl1/job/2", "Completed"));
    EXPECT_EQ(std::get<1>(wire::fields(d.client.property<wire::StartedBy>("/org/apctl1/job/2", job, "StartedBy"))), "") << "nobody on the bus";
}

TEST_F(Service, LetsASecondDaemonSayThatTheNameIsTaken) {

    fakes::CallGate gate;
    fakes::FakeHost host(gate);
    fakes::FakeStore store(gate);
    fakes::FakeLock lock(gate);
    fakes::FakeCalendar calendar;
    fakes::FakeSources sources;
    fakes::FakeGuests guests;
    FakeEvents events;
    Daemon second({{host, host, store, lock, calendar, sources, guests}, events, [] { return true; }, [] {}}, connect_to(d.bus.address()));
    try {
        second.run();
        FAIL() << "two daemons on one name";
    } catch (const std::runtime_error& e) {
        EXPECT_NE(std::string(e.what()).find("org.apctl1"), std::string::npos) << e.what();
    }
}

TEST(ServiceWithoutApBus, AnswersReadsAndRefusesChanges) {
    DaemonOnFakes::block_signals();
    DaemonOnFakes d{HostState{}};
    ASSERT_TRUE(d.start());
    EXPECT_FALSE(d.client.property<bool>("/org/apctl1", manager, "BusPresent"));
    EXPECT_EQ(std::get<2>(d.client.get_host()).size(), 0u);
    EXPECT_EQ(d.client.error_of([&] { (void)d.client.apply({assign_web()}); }), "org.apctl1.Error.NoApBus");
}

TEST(ServiceWithoutVfioAp, SaysHowToLoadIt) {
    DaemonOnFakes::block_signals();
    auto host = fakes::small_host({Apid{3}, Apid{4}}, {Apqi{4}, Apqi{0x2f}});
    host.vfio_ap_present = false;
    DaemonOnFakes d{host};
    ASSERT_TRUE(d.start());
    try {
        (void)d.client.apply({assign_web()});
        FAIL() << "it was accepted";
    } catch (const sdbus::Error& e) {
        EXPECT_EQ(e.getName(), "org.apctl1.Error.NoApBus");
        EXPECT_NE(e.getMessage().find("modprobe vfio_ap"), std::string::npos) << e.getMessage();
    }
}

TEST(ServiceBesideOthers, TellsWhoDecidesToo) {
    DaemonOnFakes::block_signals();
    DaemonOnFakes d{fakes::small_host({Apid{3}, Apid{4}}, {Apqi{4}, Apqi{0x2f}})};
    d.sources.set({{Source::Kind::chzdev, "/etc/udev/rules.d/41-ap.rules", 7, SaysApmask{~AdapterSet{Apid{3}}}, {}}});
    ASSERT_TRUE(d.start());
    std::string policy, trouble;
    std::vector<wire::SourceRow> sources;
    d.client.proxy()->callMethod("GetSources").onInterface(manager).storeResultsTo(policy, trouble, sources);
    EXPECT_EQ(policy, "report");
    EXPECT_EQ(trouble, "");
    ASSERT_EQ(sources.size(), 1u);
    EXPECT_EQ(std::get<1>(wire::fields(sources.front())), "/etc/udev/rules.d/41-ap.rules");
    EXPECT_EQ(std::get<2>(wire::fields(sources.front())), 7u);
}

/// Receives until the service has something to wait for.
void serve_until_busy(sdbus::IConnection& connection, const dbus::Service& service) {
    while (!service.busy()) {
        if (connection.processPendingRequest()) continue;
        const auto data = connection.getEventLoopPollData();
        pollfd fd{.fd = data.fd, .events = data.events, .revents = 0};
        poll(&fd, 1, data.getPollTimeout());
    }
}

TEST(ServiceClock, AnswersARescanThatTakesTooLongAndIgnoresItsLateEnd) {
    PrivateBus bus;
    fakes::CallGate gate;
    fakes::FakeHost host(gate);
    fakes::FakeStore store(gate);
    fakes::FakeLock lock(gate);
    fakes::FakeCalendar calendar;
    fakes::FakeSources sources;
    fakes::FakeGuests guests;
    const auto connection = connect_to(bus.address());
    engine::Engine engine({host, host, store, lock, calendar, sources, guests}, [] {});
    dbus::Service service(*connection, engine, "0");
    connection->requestName(wire::bus_name);
    gate.block(1);
    engine.start();

    std::promise<std::string> error;
    BusClient client(bus.address());
    const auto proxy = client.proxy();
    proxy->callMethodAsync("Rescan").onInterface(manager).uponReplyInvoke([&](const sdbus::Error* e, std::uint64_t) { error.set_value(e ? e->getName() : ""); });
    serve_until_busy(*connection, service);
    service.look_at_clock(engine::Clock::now() + dbus::Service::rescan_patience);
    EXPECT_EQ(error.get_future().get(), "org.apctl1.Error.TimedOut");
    EXPECT_FALSE(service.busy());

    gate.release();
    ASSERT_TRUE(engine.stop(std::chrono::minutes(1)));
    for (const auto& notice : engine.take_notices()) service.handle(notice);
}

} // namespace
} // namespace ap::tests
