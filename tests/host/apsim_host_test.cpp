// SPDX-License-Identifier: LGPL-2.1-or-later
// The real ports on a simulated z16; run by `apsim run --host z16 --`.
#include "apsim_scene.hpp"
#include "core/parse.hpp"
#include "host/device_names.hpp"
#include "host/store.hpp"
#include "put_definition.hpp"

#include <gmock/gmock.h>

#include <sys/socket.h>

#include <cerrno>
#include <filesystem>
#include <thread>

#include <unistd.h>

namespace ap::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ApsimHost = testing::ApsimScene;

constexpr Apid a3{3}, a4{4};
constexpr Apqi d2f{0x2f};
const Uuid web = *parse_uuid("11111111-2222-3333-4444-555555555555");
const Uuid db = *parse_uuid("22222222-2222-3333-4444-555555555555");
const std::string web_path = "/sys/devices/vfio_ap/matrix/" + to_string(web);
const Matrix small{{a3, a4}, {d2f}, {d2f}};

QueueSet queues_in(const nlohmann::json& names) {
    QueueSet queues;
    for (const auto& name : names) queues.insert(queue_of(name.get<std::string>()).value());
    return queues;
}

TEST_F(ApsimHost, IsKnownToUdev) { EXPECT_TRUE(udev_sees_ap_devices()); }

TEST_F(ApsimHost, IsReadAsItIs) {
    auto host = control.call("state")["state"];
    EXPECT_EQ(to_mask(state.apmask), host["apmask"]);
    EXPECT_EQ(to_mask(state.aqmask), host["aqmask"]);
    EXPECT_EQ(state.host, queues_in(host["queues"]["cex4queue"]));
    EXPECT_EQ(state.guest, queues_in(host["queues"]["vfio_ap"]));
    EXPECT_EQ(state.present, state.host | state.guest | queues_in(host["queues"]["unbound"]));
    EXPECT_EQ(state.adapters.size(), host["cards"].size());
    for (const auto& card : host["cards"]) {
        auto adapter = state.adapters.at(static_cast<Apid>(card["adapter"].get<unsigned>()));
        EXPECT_EQ(adapter.configured, card["config"].get<bool>()) << card;
        EXPECT_EQ(adapter.checkstopped, card["chkstop"].get<bool>()) << card;
        EXPECT_TRUE(type_name(adapter).starts_with(card["type"].get<std::string>())) << card;
    }
    EXPECT_TRUE(state.vfio_ap_present);
    EXPECT_TRUE(state.has_ap_config);
}

TEST_F(ApsimHost, IsFollowedThroughTheLifeOfAMatrix) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    follow();
    EXPECT_TRUE(state.guest.contains({a3, d2f}));
    ASSERT_TRUE(devices.create(web));
    follow();
    EXPECT_EQ(state.matrices.at(web), ActiveMatrix{});
    ASSERT_TRUE(devices.set_matrix(web, small));
    Dirty ours; // assigning has no event: the engine re-reads what it wrote
    ours.matrices.insert(web);
    follow(ours);
    EXPECT_EQ(state.matrices.at(web).effective, small);
    ASSERT_TRUE(
        devices.edit_matrix({.uuid = web, .what = EditMatrix::What::adapter, .id = 3, .assign = false}));
    follow(ours);
    EXPECT_EQ(state.matrices.at(web).effective.adapters, AdapterSet{a4});
    ASSERT_TRUE(devices.remove(web));
    follow();
    EXPECT_THAT(state.matrices, IsEmpty());
    ASSERT_TRUE(bus.set_aqmask(DomainSet::all()));
    follow();
    EXPECT_TRUE(state.guest.empty());
}

TEST_F(ApsimHost, IsFollowedWhenSomebodyElseChangesMasks) {
    ASSERT_EQ(foreign_write("/sys/bus/ap/apmask", "-3"), 0);
    EXPECT_TRUE(drain().binding);
    ASSERT_EQ(foreign_write("/sys/bus/ap/apmask", "-4"), 0);
    Dirty drained_before;
    drained_before.binding = true;
    follow(drained_before);
    EXPECT_EQ(state.apmask, (~AdapterSet{a3, a4}));
}

TEST_F(ApsimHost, IsFollowedWhenSomebodyUnbindsAQueueByHand) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    ASSERT_TRUE(devices.create(web));
    ASSERT_TRUE(devices.set_matrix(web, small));
    ASSERT_TRUE(bus.refresh(state, drain()));
    ASSERT_EQ(foreign_write("/sys/bus/ap/drivers/vfio_ap/unbind", "03.002f"), 0);
    follow();
    EXPECT_EQ(state.matrices.at(web).effective.adapters, AdapterSet{a4})
        << "the guest loses the whole adapter";
    ASSERT_TRUE(bus.probe({a3, d2f}));
    follow();
    EXPECT_EQ(state.matrices.at(web).effective, small);
}

TEST_F(ApsimHost, IsFollowedThroughHotPlug) {
    control.call("plug", {{"adapter", 0x20}});
    follow();
    EXPECT_TRUE(state.adapters.contains(Apid{0x20}));
    EXPECT_TRUE(state.host_adapters.contains(Apid{0x20}));
    control.call("unplug", {{"adapter", 0x20}});
    follow();
    EXPECT_FALSE(state.adapters.contains(Apid{0x20}));
}

TEST_F(ApsimHost, IsFollowedWhenADomainGoesAndComes) {
    control.call("remove-domain", {{"domain", 0x2f}});
    follow();
    EXPECT_FALSE(state.present.contains({a3, d2f}));
    control.call("add-domain", {{"domain", 0x2f}});
    follow();
    EXPECT_TRUE(state.host.contains({a3, d2f}));
}

TEST_F(ApsimHost, IsFollowedWhenAnAdapterIsConfiguredOffAndOn) {
    control.call("config", {{"adapter", 3}, {"on", false}});
    follow();
    EXPECT_FALSE(state.adapters.at(a3).configured);
    control.call("config", {{"adapter", 3}, {"on", true}});
    follow();
    EXPECT_TRUE(state.adapters.at(a3).configured);
}

TEST_F(ApsimHost, IsFollowedThroughACheckstopWhichHasNoEvent) {
    control.call("checkstop", {{"adapter", 3}, {"on", true}});
    follow_silent();
    EXPECT_TRUE(state.adapters.at(a3).checkstopped);
    control.call("checkstop", {{"adapter", 3}, {"on", false}});
    follow_silent();
    EXPECT_FALSE(state.adapters.at(a3).checkstopped);
}

TEST_F(ApsimHost, IsFollowedWhenAQueueIsSwitchedOff) {
    ASSERT_EQ(foreign_write("/sys/devices/ap/card03/03.002f/online", "0"), 0);
    follow();
    EXPECT_TRUE(state.offline.contains({a3, d2f}));
    ASSERT_EQ(foreign_write("/sys/devices/ap/card03/03.002f/online", "1"), 0);
    follow();
    EXPECT_TRUE(state.offline.empty() || !state.offline.contains({a3, d2f}));
}

TEST_F(ApsimHost, ShowsAGuestThatOpensAMatrixAndOneThatClosesIt) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    ASSERT_TRUE(devices.create(web));
    ASSERT_TRUE(devices.set_matrix(web, small));
    control.call("guest-open", {{"uuid", to_string(web)}, {"guest", "db2"}});
    follow_silent();
    EXPECT_TRUE(state.matrices.at(web).in_use);
    control.call("guest-close", {{"uuid", to_string(web)}});
    follow_silent();
    EXPECT_FALSE(state.matrices.at(web).in_use);
}

TEST_F(ApsimHost, IsNeverAskedToRemoveAMatrixInUse) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    ASSERT_TRUE(devices.create(web));
    ASSERT_TRUE(devices.set_matrix(web, small));
    control.call("guest-open", {{"uuid", to_string(web)}, {"guest", "db2"}});
    control.call("trace", {{"clear", true}});
    auto removed = devices.remove(web);
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().fault, Fault::in_use);
    EXPECT_THAT(control.call("trace")["writes"], IsEmpty());
}

TEST_F(ApsimHost, ShowsAMatrixThatSomebodyRemovesUnderItsGuestUntilTheGuestLetsGo) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    ASSERT_TRUE(devices.create(web));
    ASSERT_TRUE(devices.set_matrix(web, small));
    control.call("guest-open", {{"uuid", to_string(web)}, {"guest", "db2"}});
    Dirty all;
    all.everything = true;
    ASSERT_TRUE(bus.refresh(state, all));
    (void)drain();
    std::thread remover(
        [] { EXPECT_EQ(foreign_write(web_path + "/remove", "1"), 0); }); // blocks until guest-close
    while (!control.call("state")["state"]["mdevs"][0]["leaving"].get<bool>()) std::this_thread::yield();
    // The model is ahead of what this machine's kernel remembers of its files.
    for (const auto* file : {"/matrix", "/guest_matrix", "/control_domains", "/ap_config"})
        while (::access((web_path + file).c_str(), F_OK) == 0) std::this_thread::yield();
    Dirty silent;
    silent.silent = true;
    EXPECT_TRUE(bus.refresh(state, silent));
    EXPECT_TRUE(state.matrices.contains(web) && state.matrices.at(web).in_use);
    EXPECT_TRUE(state.matrices.contains(web) && state.matrices.at(web).assigned == small);
    control.call("guest-close", {{"uuid", to_string(web)}});
    remover.join();
    follow();
    EXPECT_THAT(state.matrices, IsEmpty());
}

TEST_F(ApsimHost, RefusesWithItsOwnErrno) {
    ASSERT_TRUE(devices.create(web));
    ASSERT_TRUE(devices.create(db));
    EXPECT_EQ(devices.create(web).error().errno_value, EEXIST);
    EXPECT_EQ(devices.set_matrix(web, small).error().errno_value, EADDRNOTAVAIL);
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{d2f}));
    ASSERT_TRUE(devices.set_matrix(web, small));
    EXPECT_EQ(devices.set_matrix(db, small).error().errno_value, EADDRINUSE);
    auto busy = bus.set_aqmask(DomainSet::all());
    ASSERT_FALSE(busy);
    EXPECT_EQ(busy.error().fault, Fault::kernel_refused);
    EXPECT_EQ(busy.error().errno_value, EBUSY);
}

TEST_F(ApsimHost, FailsAWriteWithTheErrnoThatWasInjected) {
    control.call("fail", {{"path", "/sys/bus/ap/apmask"}, {"errno", "EIO"}});
    auto failed = bus.set_apmask(~AdapterSet{a3});
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().errno_value, EIO);
    EXPECT_THAT(failed.error().reason, HasSubstr("Input/output error"));
    follow();
    EXPECT_EQ(state.apmask, AdapterSet::all());
}

TEST_F(ApsimHost, WritesOneWholeMaskAtATime) {
    control.call("trace", {{"clear", true}});
    ASSERT_TRUE(bus.set_apmask(~AdapterSet{a3}));
    auto writes = control.call("trace")["writes"];
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0]["bytes"], "0xefffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n");
}

TEST_F(ApsimHost, ReportsChangedDefinitions) {
    StoreOnDisk store({.definitions = "/etc/mdevctl.d/matrix", .database = "/var/lib/apctl/host-test.db", .boot = ""});
    ASSERT_TRUE(testing::put_definition(
        store, web, Definition{.name = "web", .matrix = small, .autostart = false, .active = true}));
    EXPECT_TRUE(drain().definitions);
    ASSERT_TRUE(testing::put_definition(store, web, std::nullopt));
    EXPECT_TRUE(drain().definitions);
}

TEST_F(ApsimHost, AsksForAFullReadWhenEventsWereLost) {
    // The smallest buffer the system allows, on the one netlink socket of this process.
    for (int fd = 3; fd < 256; ++fd) {
        sockaddr_storage name{};
        socklen_t size = sizeof name;
        int smallest = 1;
        bool netlink =
            ::getsockname(fd, reinterpret_cast<sockaddr*>(&name), &size) == 0 && name.ss_family == AF_NETLINK;
        if (netlink) {
            ASSERT_EQ(::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &smallest, sizeof smallest), 0);
        }
    }
    ASSERT_EQ(foreign_write("/sys/bus/ap/apmask", "-0-255"), 0);
    auto dirty = drain();
    EXPECT_TRUE(dirty.everything);
    follow(dirty);
}

} // namespace
} // namespace ap::host
