// SPDX-License-Identifier: LGPL-2.1-or-later
// Reading the bus from a tree of plain files: what is found, and that reading parts equals reading all.
#include "host/ap_bus_sysfs.hpp"

#include "core/bind_mode.hpp"
#include "core/parse.hpp"
#include "sysfs_tree.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace ap::host {
namespace {

using testing::SysfsTree;

constexpr Apid a3{3}, a4{4};
constexpr Apqi d4{4}, d2f{0x2f};
const Uuid web = *parse_uuid("11111111-2222-3333-4444-555555555555");

Dirty everything() {
    Dirty dirty;
    dirty.everything = true;
    return dirty;
}
Dirty silent() {
    Dirty dirty;
    dirty.silent = true;
    return dirty;
}
Dirty binding() { return {.binding = true}; }
Dirty binding_and_mdevs() { return {.binding = true, .matrix_list = true}; }

/// Two cards with two queues each, all with the host.
class ApBusSysfsTest : public ::testing::Test {
  protected:
    ApBusSysfsTest() {
        for (Apid a : {a3, a4}) {
            tree.add_card(a);
            for (Apqi d : {d4, d2f}) {
                tree.add_queue({a, d});
                tree.bind({a, d}, "cex4queue");
            }
        }
        state = full();
    }
    HostState full() {
        ApBusSysfs fresh(tree.path());
        HostState read;
        auto done = fresh.refresh(read, everything());
        EXPECT_TRUE(done) << to_string(done.error());
        return read;
    }
    /// Brings `state` up to date for `what` and compares it with a full read.
    void expect_equal_to_full_read(const Dirty& what) {
        auto done = bus.refresh(state, what);
        ASSERT_TRUE(done) << to_string(done.error());
        EXPECT_TRUE(state == full());
    }
    void give_adapter_3_to_web() {
        tree.load_vfio_ap();
        tree.set_masks(~AdapterSet{a3}, DomainSet::all());
        for (Apqi d : {d4, d2f}) tree.bind({a3, d}, "vfio_ap");
        tree.add_mdev(web, matrix, matrix);
        for (Apqi d : {d4, d2f}) tree.set_queue({a3, d}, "status", "assigned\n");
    }

    SysfsTree tree;
    ApBusSysfs bus{tree.path()};
    Matrix matrix{{a3}, {d4, d2f}, {d4}};
    HostState state;
};

TEST(ApBusSysfs, FindsNoBusOnAMachineWithoutOne) {
    testing::TemporaryDirectory empty;
    ApBusSysfs bus(empty.path());
    HostState state;
    state.bus_present = true;
    ASSERT_TRUE(bus.refresh(state, everything()));
    EXPECT_TRUE(state == HostState{});
}

TEST_F(ApBusSysfsTest, ReadsTheBusItself) {
    EXPECT_TRUE(state.bus_present);
    EXPECT_FALSE(state.vfio_ap_present);
    EXPECT_EQ(state.apmask, AdapterSet::all());
    EXPECT_EQ(state.host_adapters, (AdapterSet{a3, a4, Apid{5}}));
    EXPECT_EQ(state.host_domains, (DomainSet{d4, d2f, Apqi{0x47}}));
    EXPECT_EQ(state.max_adapter, 63u);
    EXPECT_EQ(state.max_domain, 84u);
    EXPECT_EQ(state.default_domain, d4);
}

TEST_F(ApBusSysfsTest, ReadsAnAdapter) {
    Adapter expected{.hwtype = 14,
                     .raw_hwtype = 15,
                     .mode = Mode::cca,
                     .online = true,
                     .configured = true,
                     .checkstopped = false,
                     .serial = "93AABEET"};
    ASSERT_TRUE(state.adapters.contains(a3));
    EXPECT_EQ(state.adapters.at(a3), expected);
}

TEST_F(ApBusSysfsTest, TellsAnAdapterWithoutADriverFromOneWithout) {
    for (const char* file : {"type", "online", "serialnr"})
        tree.remove(std::string("sys/devices/ap/card03/") + file);
    auto adapter = full().adapters.at(a3);
    EXPECT_EQ(adapter.mode, Mode::unknown);
    EXPECT_FALSE(adapter.online);
    EXPECT_FALSE(adapter.has_driver);
    EXPECT_TRUE(full().adapters.at(a4).has_driver);
}

TEST_F(ApBusSysfsTest, KnowsWhichQueuesAreWhose) {
    tree.load_vfio_ap();
    tree.bind({a3, d4}, "vfio_ap");
    tree.bind({a3, d2f}, "");
    auto now = full();
    EXPECT_EQ(now.present, QueueSet::rectangle({a3, a4}, {d4, d2f}));
    EXPECT_EQ(now.host, QueueSet::rectangle({a4}, {d4, d2f}));
    EXPECT_EQ(now.guest, QueueSet::rectangle({a3}, {d4}));
}

TEST_F(ApBusSysfsTest, TakesNotSupportedForAnEmptyConfiguration) {
    tree.write("sys/bus/ap/ap_adapter_mask", "not supported\n");
    EXPECT_TRUE(full().host_adapters.empty());
}

TEST_F(ApBusSysfsTest, LeavesTheStateAloneWhenAMaskIsNotUnderstood) {
    tree.write("sys/bus/ap/apmask", "0xff\n");
    auto before = state;
    auto done = bus.refresh(state, everything());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::host_io);
    EXPECT_EQ(done.error().subject, tree.path("sys/bus/ap/apmask"));
    EXPECT_TRUE(state == before);
}

TEST_F(ApBusSysfsTest, ReadsTheConfigurationAgainWhenItMayHaveChanged) {
    const auto before = state.host_adapters;
    tree.write("sys/bus/ap/ap_adapter_mask", to_mask(AdapterSet{a3}) + "\n");
    ASSERT_TRUE(bus.refresh(state, binding()));
    EXPECT_EQ(state.host_adapters, before) << "a change of ours cannot have changed it";
    expect_equal_to_full_read(Dirty{.configuration = true});
    EXPECT_EQ(state.host_adapters, AdapterSet{a3});
    tree.write("sys/bus/ap/ap_max_adapter_id", "15\n");
    expect_equal_to_full_read(silent());
    EXPECT_EQ(state.max_adapter, 15u);
}

TEST_F(ApBusSysfsTest, FollowsAQueueThatWentOffline) {
    tree.set_queue({a3, d4}, "online", "0\n");
    Dirty dirty;
    dirty.adapters.insert(a3);
    expect_equal_to_full_read(dirty);
    EXPECT_EQ(state.offline, QueueSet::rectangle({a3}, {d4}));
}

TEST_F(ApBusSysfsTest, FollowsAMaskChange) {
    tree.set_queue({a3, d4}, "online", "0\n");
    ASSERT_TRUE(bus.refresh(state, everything()));
    give_adapter_3_to_web();
    expect_equal_to_full_read(binding_and_mdevs());
    EXPECT_TRUE(state.offline.empty());
    EXPECT_EQ(state.guest, QueueSet::rectangle({a3}, {d4, d2f}));
}

TEST_F(ApBusSysfsTest, SeesAnOfflineQueueOnlineAgainAfterItChangedHandsTwice) {
    tree.set_queue({a3, d4}, "online", "0\n");
    ASSERT_TRUE(bus.refresh(state, everything()));
    tree.bind({a3, d4}, "");
    tree.bind({a3, d4}, "cex4queue");
    expect_equal_to_full_read(binding());
}

TEST_F(ApBusSysfsTest, FollowsAnAdapterThatGoes) {
    tree.remove_card(a4);
    Dirty dirty;
    dirty.adapters.insert(a4);
    expect_equal_to_full_read(dirty);
    EXPECT_FALSE(state.adapters.contains(a4));
}

TEST_F(ApBusSysfsTest, FollowsAnAdapterThatComes) {
    tree.add_card(Apid{5});
    tree.add_queue({Apid{5}, d4});
    tree.bind({Apid{5}, d4}, "cex4queue");
    Dirty dirty;
    dirty.adapters.insert(Apid{5});
    expect_equal_to_full_read(dirty);
    EXPECT_TRUE(state.host.contains({Apid{5}, d4}));
}

TEST_F(ApBusSysfsTest, FindsACheckstopAndTheQueuesItTakesOfflineWithoutAnEvent) {
    tree.set_card(a3, "chkstop", "1\n");
    tree.set_card(a3, "online", "0\n");
    tree.set_queue({a3, d4}, "online", "0\n");
    expect_equal_to_full_read(silent());
    EXPECT_TRUE(state.adapters.at(a3).checkstopped);
}

TEST_F(ApBusSysfsTest, ReadsAMatrix) {
    give_adapter_3_to_web();
    auto now = full();
    ASSERT_TRUE(now.matrices.contains(web));
    EXPECT_EQ(now.matrices.at(web),
              (ActiveMatrix{.assigned = matrix, .effective = matrix, .in_use = false, .holder = ""}));
    EXPECT_TRUE(now.has_ap_config);
    EXPECT_TRUE(now.has_guest_matrix);
}

TEST_F(ApBusSysfsTest, ReadsAMatrixOfAKernelWithoutApConfig) {
    give_adapter_3_to_web();
    tree.remove("sys/devices/vfio_ap/matrix/features");
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web) + "/ap_config");
    auto now = full();
    EXPECT_EQ(now.matrices.at(web).assigned, matrix);
    EXPECT_FALSE(now.has_ap_config);
}

TEST_F(ApBusSysfsTest, LeavesControlDomainsOutOfTheEffectiveMatrixThatTheHostDoesNotHave) {
    give_adapter_3_to_web();
    matrix.control = {d4, Apqi{0x10}};
    tree.add_mdev(web, matrix, matrix);
    EXPECT_EQ(full().matrices.at(web).effective.control, DomainSet{d4});
}

TEST_F(ApBusSysfsTest, ReadsAMatrixWithoutDomains) {
    give_adapter_3_to_web();
    matrix.domains = {};
    tree.add_mdev(web, matrix, matrix, false);
    EXPECT_EQ(full().matrices.at(web).assigned.adapters, AdapterSet{a3});
}

TEST_F(ApBusSysfsTest, PredictsTheEffectiveMatrixWhereTheKernelCutsIt) {
    give_adapter_3_to_web();
    Matrix large{AdapterSet::all(), {d4, d2f, Apqi{0x47}}, {}};
    tree.add_mdev(web, large, large);
    auto now = full().matrices.at(web);
    EXPECT_EQ(now.assigned, large);
    // Domain 0x47 has no queue anywhere, so every adapter is filtered; of the cut text one would read 171
    // adapters.
    EXPECT_TRUE(now.effective.adapters.empty());
}

TEST_F(ApBusSysfsTest, ReadsNoListThatDoesNotFitItsPage) {
    give_adapter_3_to_web();
    Matrix large{AdapterSet::all(), {d4, d2f}, {}};
    tree.add_mdev(web, large, large);
    const auto mdev = "sys/devices/vfio_ap/matrix/" + to_string(web);
    for (const char* file : {"/matrix", "/guest_matrix"}) tree.write(mdev + file, "read, and thus memory overwritten");
    EXPECT_EQ(full().matrices.at(web).assigned, large);
    large.adapters.erase(a3);
    large.domains.erase(d2f);
    tree.add_mdev(web, large, {});
    EXPECT_EQ(full().matrices.at(web).effective, Matrix{}) << "the kernel is asked where it can be";
}

TEST_F(ApBusSysfsTest, TellsAMatrixThatTheKernelCutsWithoutApConfig) {
    give_adapter_3_to_web();
    Matrix large{AdapterSet::all(), {d4, d2f}, {}};
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web) + "/ap_config");
    tree.add_mdev(web, large, large, false);
    auto now = full().matrices.at(web);
    EXPECT_TRUE(now.cut);
    EXPECT_EQ(now.assigned.domains, large.domains) << "a row has 256 queues at most, so the first one is complete";
    EXPECT_TRUE(now.assigned.adapters.subset_of(large.adapters));
    EXPECT_GE(now.assigned.adapters.size(), 255u);
}

TEST_F(ApBusSysfsTest, NamesTheGuestOfAQemu) {
    give_adapter_3_to_web();
    const auto holder = [&](std::string_view command_line) {
        tree.write("proc/4711/cmdline", std::string(command_line));
        return full().matrices.at(web).holder;
    };
    using namespace std::string_view_literals;
    tree.hold(web, 7, 4711, "qemu-system-s39");
    tree.set_queue({a3, d4}, "status", "in use\n");
    EXPECT_EQ(holder("/usr/bin/qemu-system-s390x\0-name\0guest=db2,debug-threads=on\0-S\0"sv), "guest db2 (pid 4711)");
    EXPECT_EQ(holder("qemu-kvm\0-S\0-name\0a,,b,process=x\0"sv), "guest a,b (pid 4711)");
    EXPECT_EQ(holder("qemu-kvm\0-name"sv), "pid 4711 (qemu-system-s39)");
    EXPECT_EQ(holder("find\0-name\0db2\0"sv), "pid 4711 (qemu-system-s39)");
    EXPECT_EQ(holder(""sv), "pid 4711 (qemu-system-s39)");
    ASSERT_TRUE(bus.refresh(state, everything())); // a process that has just begun may have no command line yet
    (void)holder("/usr/bin/qemu-system-s390x\0-name\0guest=db2\0"sv);
    ASSERT_TRUE(bus.refresh(state, silent()));
    EXPECT_EQ(state.matrices.at(web).holder, "guest db2 (pid 4711)");
}

TEST_F(ApBusSysfsTest, KnowsAMatrixInUseByTheStatusOfAQueueAndNamesTheHolder) {
    give_adapter_3_to_web();
    tree.set_queue({a3, d4}, "status", "in use\n");
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    expect_equal_to_full_read(binding_and_mdevs());
    EXPECT_TRUE(state.matrices.at(web).in_use);
    EXPECT_EQ(state.matrices.at(web).holder, "pid 4711 (qemu-system-s390x)");
}

TEST_F(ApBusSysfsTest, KnowsAnEmptyMatrixInUseByTheProcessThatHasItOpen) {
    give_adapter_3_to_web();
    tree.add_mdev(web, {}, {});
    EXPECT_FALSE(full().matrices.at(web).in_use);
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    EXPECT_TRUE(full().matrices.at(web).in_use);
}

TEST_F(ApBusSysfsTest, ForgetsAHolderThatWasReplaced) {
    give_adapter_3_to_web();
    tree.set_queue({a3, d4}, "status", "in use\n");
    tree.hold(web, 7, 4711, "qemu-one");
    ASSERT_TRUE(bus.refresh(state, everything()));
    tree.remove("proc/4711");
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web) + "/iommu_group");
    tree.hold(web, 7, 4712, "qemu-two");
    ASSERT_TRUE(bus.refresh(state, silent()));
    EXPECT_EQ(state.matrices.at(web).holder, "pid 4712 (qemu-two)");
}

TEST_F(ApBusSysfsTest, KeepsWhatItKnewOfAMatrixThatIsBeingRemovedUnderItsGuest) {
    give_adapter_3_to_web();
    tree.set_queue({a3, d4}, "status", "in use\n");
    ASSERT_TRUE(bus.refresh(state, everything()));
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web));
    tree.mkdir("sys/devices/vfio_ap/matrix/" + to_string(web));
    for (auto what : {silent(), everything()}) {
        ASSERT_TRUE(bus.refresh(state, what));
        ASSERT_TRUE(state.matrices.contains(web));
        EXPECT_EQ(state.matrices.at(web).assigned, matrix);
        EXPECT_TRUE(state.matrices.at(web).in_use);
        EXPECT_TRUE(state.matrices.at(web).going);
    }
}

TEST_F(ApBusSysfsTest, RemembersWhoGoesOnWithoutTheMatrixThatWasRemoved) {
    give_adapter_3_to_web();
    tree.set_queue({a3, d4}, "status", "in use\n");
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    const auto bereft = [&](const Dirty& what) { return bus.refresh(state, what) ? state.bereft : std::map<Uuid, std::string>{{Uuid{}, "an error"}}; };
    const std::map<Uuid, std::string> nobody, somebody{{web, "pid 4711 (qemu-system-s390x)"}};
    EXPECT_EQ(bereft(everything()), nobody);
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web));
    for (auto what : {binding_and_mdevs(), silent(), everything()}) EXPECT_EQ(bereft(what), somebody);
    tree.add_mdev(web, matrix, matrix);
    tree.remove("proc/4711");
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    EXPECT_EQ(bereft(binding_and_mdevs()), nobody) << "it has its matrix again";
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web));
    EXPECT_EQ(bereft(binding_and_mdevs()), somebody);
    tree.remove("proc/4711");
    EXPECT_EQ(bereft(silent()), nobody) << "it needs nothing any more";
}

TEST_F(ApBusSysfsTest, TakesAnMdevWithoutItsAttributesYetForAnEmptyOne) {
    tree.load_vfio_ap();
    tree.write("sys/devices/vfio_ap/matrix/" + to_string(web) + "/remove", "");
    EXPECT_EQ(full().matrices.at(web), ActiveMatrix{});
}

TEST_F(ApBusSysfsTest, FollowsAMatrixThatGoes) {
    give_adapter_3_to_web();
    ASSERT_TRUE(bus.refresh(state, everything()));
    tree.remove("sys/devices/vfio_ap/matrix/" + to_string(web));
    Dirty dirty;
    dirty.matrices.insert(web);
    expect_equal_to_full_read(dirty);
    EXPECT_TRUE(state.matrices.empty());
}

TEST_F(ApBusSysfsTest, FollowsGuestMatrixWithoutAnEvent) {
    give_adapter_3_to_web();
    ASSERT_TRUE(bus.refresh(state, everything()));
    tree.add_mdev(web, matrix, {{}, matrix.domains, {}});
    expect_equal_to_full_read(silent());
    EXPECT_TRUE(state.matrices.at(web).effective.adapters.empty());
}

TEST_F(ApBusSysfsTest, KnowsOverrides) {
    for (Apid a : {a3, a4})
        for (Apqi d : {d4, d2f}) tree.set_queue({a, d}, "driver_override", "\n");
    auto none = full();
    EXPECT_TRUE(none.has_driver_override);
    EXPECT_EQ(none.in_use_rule, InUseRule::all_opposite);
    EXPECT_EQ(mode_in_use(none), std::nullopt);
    tree.set_queue({a3, d4}, "driver_override", "vfio_ap\n");
    auto one = full();
    EXPECT_EQ(mode_in_use(one), BindMode::overrides);
    EXPECT_EQ(one.overridden, QueueSet::rectangle({a3}, {d4}));
    tree.set_queue({a4, d4}, "driver_override", "nosuch\n");
    const auto two = full();
    EXPECT_EQ(two.other_overrides, (std::map<Apqn, std::string>{{{a4, d4}, "nosuch"}}));
    EXPECT_EQ(marked_for_guests(two), QueueSet::rectangle({a3}, {d4}));
}

TEST_F(ApBusSysfsTest, RemembersThatAnOverrideWentWithItsQueue) { // kernel-abi, G15
    for (Apid a : {a3, a4})
        for (Apqi d : {d4, d2f}) tree.set_queue({a, d}, "driver_override", a == a4 ? "vfio_ap\n" : "\n");
    ASSERT_TRUE(bus.refresh(state, everything()));
    EXPECT_FALSE(state.masks_locked);
    tree.remove_card(a4);
    ASSERT_TRUE(bus.refresh(state, everything()));
    EXPECT_TRUE(state.masks_locked);
    EXPECT_TRUE(state.overridden.empty());
    ASSERT_TRUE(bus.refresh(state, everything()));
    EXPECT_TRUE(state.masks_locked) << "until the next boot";
}

TEST_F(ApBusSysfsTest, ReadsNothingWhenOnlyDefinitionsChanged) {
    tree.remove("sys/bus/ap");
    Dirty dirty;
    dirty.definitions = true;
    auto before = state;
    ASSERT_TRUE(bus.refresh(state, dirty));
    EXPECT_TRUE(state == before);
}

TEST_F(ApBusSysfsTest, NoticesThatTheBusWent) {
    tree.remove("sys/bus/ap");
    expect_equal_to_full_read(binding());
    EXPECT_FALSE(state.bus_present);
}

TEST_F(ApBusSysfsTest, WritesAWholeMask) {
    ASSERT_TRUE(bus.set_apmask(~AdapterSet{a3}));
    EXPECT_EQ(tree.read("sys/bus/ap/apmask"),
              "0xefffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\n");
    ASSERT_TRUE(bus.set_aqmask(DomainSet{}));
    EXPECT_EQ(tree.read("sys/bus/ap/aqmask"), "0x" + std::string(64, '0') + "\n");
}

TEST_F(ApBusSysfsTest, KeepsTheErrnoOfARefusedWrite) {
    tree.remove("sys/bus/ap/apmask");
    auto done = bus.set_apmask(AdapterSet::all());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
    EXPECT_EQ(done.error().errno_value, ENOENT);
}

TEST_F(ApBusSysfsTest, ReportsAMaskThatDoesNotReadAsWritten) {
    tree.remove("sys/bus/ap/apmask");
    tree.symlink("sys/bus/ap/apmask", "/dev/null");
    auto done = bus.set_apmask(AdapterSet::all());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
}

TEST_F(ApBusSysfsTest, ProbesAQueueByItsName) {
    ASSERT_TRUE(bus.probe({a3, d2f}));
    EXPECT_EQ(tree.read("sys/bus/ap/drivers_probe"), "03.002f");
}

TEST_F(ApBusSysfsTest, CountsTheRequestsOfTheHost) {
    using Found = std::map<Apqn, std::uint64_t>;
    const auto all = QueueSet::rectangle({a3, a4}, {d4, d2f});
    EXPECT_EQ(*bus.requests(all), Found{});
    tree.set_queue({a3, d4}, "requestq_count", "2\n");
    tree.set_queue({a3, d4}, "pendingq_count", "1\n");
    tree.set_queue({a3, d2f}, "pendingq_count", "2\n");
    EXPECT_EQ(*bus.requests(all), (Found{{{a3, d4}, 3}, {{a3, d2f}, 2}}));
    EXPECT_EQ(*bus.requests(QueueSet::rectangle({a3}, {d2f})), (Found{{{a3, d2f}, 2}}));
    tree.set_card(a3, "load", "118\n");
    EXPECT_EQ(*bus.requests(QueueSet::rectangle({a3}, {d2f})), (Found{{{a3, d2f}, 2}}));
    tree.set_card(a3, "load", "0\n");
    EXPECT_EQ(*bus.requests(all), Found{}) << "its queues are not asked";
    tree.remove_card(a3);
    EXPECT_EQ(*bus.requests(all), Found{}) << "what is gone has none";
}

TEST_F(ApBusSysfsTest, TellsByTheStateMachineWhichQueuesOfTheHostAreInReset) {
    const auto all = QueueSet::rectangle({a3, a4}, {d4, d2f});
    tree.set_queue({a3, d4}, "reset", "Reset in progress.\n");
    tree.set_queue({a3, d2f}, "reset", "No Reset Timer set.\n");
    EXPECT_EQ(*bus.in_reset(all, {}), QueueSet::rectangle({a3}, {d4}));
    tree.set_queue({a3, d4}, "config", "0\n");
    EXPECT_TRUE(bus.in_reset(all, {})->empty()) << "deconfigured is a state, and no reset ends in it";
    tree.set_queue({a3, d4}, "config", "1\n");
    tree.set_queue({a3, d4}, "chkstop", "1\n");
    EXPECT_TRUE(bus.in_reset(all, {})->empty());
}

TEST_F(ApBusSysfsTest, TellsByTheirInterruptsWhichQueuesOfVfioApHaveNotBeenReset) {
    give_adapter_3_to_web();
    const auto given = QueueSet::rectangle({a3}, {d4, d2f});
    for (Apqi d : {d4, d2f}) {
        tree.set_queue({a3, d}, "reset", "Reset in progress.\n"); // stands still since it left the host's driver
        tree.set_queue({a3, d}, "interrupt", "Interrupts disabled.\n");
    }
    EXPECT_TRUE(bus.in_reset({}, given)->empty());
    tree.set_queue({a3, d2f}, "interrupt", "Interrupts enabled.\n");
    EXPECT_EQ(*bus.in_reset({}, given), QueueSet::rectangle({a3}, {d2f}));
}

} // namespace
} // namespace ap::host
