// SPDX-License-Identifier: LGPL-2.1-or-later
// The model's mdevs: limits, and the rows of table F (run time and host changes).
#include <cerrno>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "model/binding.hpp"
#include "model/masks.hpp"
#include "model/mdev.hpp"
#include "model/scan.hpp"
#include "model/tree.hpp"
#include "scripted_waiting.hpp"

namespace apsim {

namespace {

const std::string m1 = "11111111-1111-4111-8111-111111111111";

Mask256 ids(std::initializer_list<unsigned> list) {
    Mask256 mask;
    for (const auto id : list) mask.set(id);
    return mask;
}

/// State S2 of the conformance tables.
class Mdevs : public testing::Test {
  protected:
    Mdevs() : machine(hardware(), linux_6_12), tree(machine, {}) {
        machine.waiting = &waiting;
        write("/bus/ap/apmask", "-3");
        EXPECT_EQ(store_create(machine, m1).error, 0);
        write_m1("assign_adapter", "3");
        write_m1("assign_domain", "4");
        write_m1("assign_domain", "0x47");
        write_m1("assign_control_domain", "4");
    }

    static Hardware hardware() {
        Hardware h;
        h.max_adapter = 63;
        h.max_domain = 84;
        h.domains = h.control = ids({4, 0x47});
        h.adapters[3] = h.adapters[5] = Adapter{};
        return h;
    }

    void write(std::string_view path, std::string_view bytes) {
        const auto node = tree.at(path);
        ASSERT_TRUE(node) << path;
        EXPECT_EQ(tree.store(*node, bytes).error, 0) << path;
    }
    void write_m1(const std::string& file, std::string_view bytes) {
        write("/devices/vfio_ap/matrix/" + m1 + "/" + file, bytes);
    }

    std::string shown(const std::string& path) {
        const auto node = tree.at(path);
        return node ? tree.show(*node).value_or("cannot be read") : "no such node";
    }
    std::string shown_m1(const std::string& file) {
        return shown("/devices/vfio_ap/matrix/" + m1 + "/" + file);
    }

    const std::string both = "03.0004\n03.0047\n", domains = ".0004\n.0047\n";
    ScriptedWaiting waiting;
    Machine machine;
    Tree tree;
};

TEST_F(Mdevs, F1AGuestTurnsAssignedIntoInUse) {
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "assigned\n");
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "in use\n");
    EXPECT_EQ(shown_m1("guest_matrix"), both);
}

TEST_F(Mdevs, F2AGuestThatStopsLeavesThemAssigned) {
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    ASSERT_EQ(guest_close(machine, m1).error, 0);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "assigned\n");
    EXPECT_EQ(shown_m1("guest_matrix"), both);
}

TEST_F(Mdevs, F3AndF4AnAdapterGoesAndComesBack) {
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    machine.hardware.adapters[3].reset();
    run_scan(machine);
    EXPECT_EQ(shown("/devices/ap/card03/hwtype"), "no such node");
    EXPECT_EQ(shown_m1("guest_matrix"), domains);
    EXPECT_EQ(shown_m1("matrix"), both);
    machine.hardware.adapters[3] = Adapter{};
    run_scan(machine);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "in use\n");
    EXPECT_EQ(shown_m1("guest_matrix"), both);
}

TEST_F(Mdevs, F5ADomainGoes) {
    machine.hardware.domains.clear(0x47);
    run_scan(machine);
    EXPECT_EQ(shown("/devices/ap/card05/05.0047/config"), "no such node");
    EXPECT_EQ(shown_m1("guest_matrix"), "03.0004\n");
}

TEST_F(Mdevs, F6AControlDomainThatGoesStaysInTheShadow) {
    machine.hardware.control.clear(4);
    run_scan(machine);
    EXPECT_EQ(shown_m1("control_domains"), "0004\n");
    EXPECT_TRUE(machine.find_mdev(m1)->shadow.control.test(4));
    write_m1("assign_control_domain", "0x47");
    EXPECT_FALSE(machine.find_mdev(m1)->shadow.control.test(4));
}

TEST_F(Mdevs, F7ACheckstopChangesNothingForTheGuest) {
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    run_scan(machine); // sends the BINDINGS=complete that the mask write made due
    machine.hardware.adapters[3]->state = response::checkstopped;
    EXPECT_TRUE(run_scan(machine).effects.uevents.empty());
    EXPECT_EQ(shown_m1("guest_matrix"), both);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "in use\n");
}

TEST_F(Mdevs, F8DeconfiguringReachesTheQueuesWithTheNextScan) {
    EXPECT_EQ(tree.store(tree.at("/devices/ap/card03/config").value(), "0").effects.uevents.size(), 1u);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/config"), "1\n");
    EXPECT_EQ(run_scan(machine).effects.uevents.size(), 2u + 1); // two queues and BINDINGS=complete
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/config"), "0\n");
    EXPECT_EQ(shown_m1("guest_matrix"), both);
}

TEST_F(Mdevs, F11ADomainComesAndIsFilteredAtTheEndOfTheScan) {
    write_m1("assign_domain", "6");
    EXPECT_EQ(shown_m1("guest_matrix"), both);
    machine.hardware.domains.set(6);
    run_scan(machine);
    EXPECT_EQ(shown_m1("guest_matrix"), "03.0004\n03.0006\n03.0047\n");
}

TEST_F(Mdevs, GuestMatrixDoesNotDependOnTheOrderOfAssignment) {
    write("/bus/ap/apmask", "-5");
    ASSERT_EQ(store_unbind(machine, Driver::vfio_ap, "05.0047").error, 0);
    write_m1("ap_config", ",,");
    for (const auto& [file, id] : {std::pair{"assign_domain", "0x47"},
                                   {"assign_adapter", "5"},
                                   {"assign_domain", "4"},
                                   {"assign_adapter", "3"}})
        write_m1(file, id);
    EXPECT_EQ(shown_m1("guest_matrix"), both);
}

TEST_F(Mdevs, AGuestOpensOnceAndOnlyWhatIsThere) {
    EXPECT_EQ(guest_open(machine, "nonsense", "db2").error, ENOENT);
    EXPECT_EQ(guest_close(machine, m1).error, EINVAL);
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    EXPECT_EQ(guest_open(machine, m1, "db3").error, EBUSY);
    const auto life = machine.find_mdev(m1)->life;
    waiting.meanwhile([&] {
        EXPECT_EQ(store_remove(machine, life, "1").error, EAGAIN);
        EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "in use\n");
        EXPECT_EQ(guest_close(machine, m1).error, 0);
    });
    EXPECT_EQ(store_remove(machine, life, "1").error, 0);
    EXPECT_EQ(machine.find_mdev(m1), nullptr);
}

TEST_F(Mdevs, AnOpenGroupIsBusyAlsoWhileItsRemovalWaits) {
    const auto life = machine.find_mdev(m1)->life;
    ASSERT_EQ(group_open(machine, life, {4711, "qemu"}).error, 0);
    EXPECT_EQ(group_open(machine, life, {4712, "qemu"}).error, EBUSY);
    EXPECT_EQ(guest_open(machine, m1, "db2").error, EBUSY);
    EXPECT_EQ(guest_close(machine, m1).error, EBUSY);
    waiting.meanwhile([&] {
        EXPECT_EQ(group_open(machine, life, {4712, "qemu"}).error, EBUSY);
        EXPECT_EQ(group_close(machine, life).error, 0);
    });
    EXPECT_EQ(store_remove(machine, life, "1").error, 0);
    EXPECT_EQ(machine.find_mdev(m1), nullptr);
    EXPECT_EQ(group_open(machine, life, {4712, "qemu"}).error, ENODEV);
}

TEST_F(Mdevs, AGroupThatIsOnlyLookedAtHoldsNoRemovalUp) {
    const auto life = machine.find_mdev(m1)->life;
    ASSERT_EQ(group_open(machine, life, {4711, ""}).error, 0);
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "assigned\n");
    EXPECT_EQ(guest_open(machine, m1, "db2").error, EBUSY);
    EXPECT_EQ(store_remove(machine, life, "1").error, 0);
    EXPECT_TRUE(waiting.told.empty());
    EXPECT_EQ(machine.find_mdev(m1), nullptr);
    EXPECT_EQ(group_close(machine, life).error, 0);
}

TEST_F(Mdevs, UnbindingTheDriverLeavesAnEmptyDevice) {
    ASSERT_EQ(store_mdev_unbind(machine, m1 + "\n").error, 0);
    EXPECT_EQ(shown_m1("matrix"), "no such node");
    EXPECT_EQ(shown("/devices/ap/card03/03.0004/status"), "unassigned\n");
    EXPECT_EQ(guest_open(machine, m1, "db2").error, ENODEV);
    EXPECT_EQ(tree.store(tree.at("/bus/mdev/drivers/vfio_ap_mdev/bind").value(), m1).error, ENODEV);
    write("/bus/mdev/drivers_probe", m1);
    EXPECT_EQ(shown_m1("matrix"), "no such node");
}

TEST_F(Mdevs, E6There65536AndNoMore) {
    for (unsigned n = 1; n < max_mdevs; ++n)
        ASSERT_EQ(store_create(machine, fmt::format("00000000-0000-4000-8000-{:012x}", n)).error, 0);
    EXPECT_EQ(shown("/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/available_instances"),
              "0\n");
    EXPECT_EQ(store_create(machine, "ffffffff-0000-4000-8000-000000000000").error, EUSERS);
}

TEST_F(Mdevs, GetTheLowestFreeGroupNumber) {
    ASSERT_EQ(store_create(machine, "22222222-0000-4000-8000-000000000000").error, 0);
    ASSERT_EQ(store_remove(machine, machine.find_mdev(m1)->life, "1").error, 0);
    ASSERT_EQ(store_create(machine, "33333333-0000-4000-8000-000000000000").error, 0);
    EXPECT_EQ(machine.find_mdev("33333333-0000-4000-8000-000000000000")->group, 0u);
}

} // namespace

} // namespace apsim
