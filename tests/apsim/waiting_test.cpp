// SPDX-License-Identifier: LGPL-2.1-or-later
// Operations that take time: how long, what is visible meanwhile, and whom they hold up.
#include <cerrno>
#include <gtest/gtest.h>

#include "model/mdev.hpp"
#include "model/modules.hpp"
#include "model/scan.hpp"
#include "small_kernel.hpp"

namespace apsim {

namespace {

const std::string m1 = "11111111-1111-4111-8111-111111111111";
const std::string dir = "/devices/vfio_ap/matrix/" + m1 + "/";

/// State S2 on hardware that can be made slow.
class Waits : public testing::Test, protected SmallKernel {
  protected:
    Waits() : SmallKernel(small_hardware(), linux_6_12) {
        write("/bus/ap/apmask", "-3");
        write("/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create", m1);
        write(dir + "assign_adapter", "3");
        write(dir + "assign_domain", "4");
        write(dir + "assign_domain", "0x47");
    }

    void become(std::string_view adapters) { machine.hardware = small_hardware(adapters); }

    /// How long a write takes, in milliseconds of the script's clock.
    std::int64_t time_of(std::string_view path, std::string_view bytes) {
        const auto before = waiting.now();
        EXPECT_EQ(write(path, bytes), 0) << path;
        return waiting.now() - before;
    }
};

TEST_F(Waits, NotWhenResetsTakeNoTime) {
    EXPECT_EQ(time_of(dir + "unassign_domain", "4"), 0);
    EXPECT_TRUE(waiting.told.empty());
}

TEST_F(Waits, UnassigningResetsAllQueuesTogether) {
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=300\n");
    EXPECT_EQ(time_of(dir + "unassign_adapter", "3"), 300);
}

TEST_F(Waits, AtLeastAnIntervalOfTwentyMilliseconds) {
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=1\n");
    EXPECT_EQ(time_of(dir + "unassign_adapter", "3"), 20);
}

TEST_F(Waits, AMaskMovesQueuesOneByOne) {
    write(dir + "ap_config", ",,\n");
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=300\n");
    waiting.meanwhile([&] {
        EXPECT_FALSE(tree.at("/devices/ap/card03/03.0004/driver"));
        EXPECT_FALSE(tree.at("/devices/ap/card03/03.0004/status"));
        EXPECT_TRUE(tree.at("/devices/ap/card03/03.0047/status"));
        EXPECT_EQ(shown("/bus/ap/bindings"), "4/4 (complete)\n");
    });
    EXPECT_EQ(time_of("/bus/ap/apmask", "+3"), 600);
    // The bus's own reset after vfio_ap's is not waited for, but the queue is not ready before it is over.
    EXPECT_EQ(shown("/devices/ap/card03/03.0047/reset"), "Reset in progress.\n");
}

TEST_F(Waits, WhatIsDoneIsToldAtOnce) {
    write(dir + "ap_config", ",,\n");
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=300\n");
    time_of("/bus/ap/apmask", "+3");
    std::vector<std::string> events;
    for (const auto& effects : waiting.told)
        for (const auto& event : effects.uevents) events.push_back(std::string(event.action) + event.devpath);
    EXPECT_EQ(events, (std::vector<std::string>{"unbind/devices/ap/card03/03.0004",
                                                "bind/devices/ap/card03/03.0004"}));
}

TEST_F(Waits, ForAQueueThatIsStuckUntilItIsNot) {
    become("adapter 3,5 type=CEX7 mode=cca\nqueue 3.4 state=resetting\n");
    for (int i = 0; i < 5; ++i) waiting.meanwhile([] {});
    waiting.meanwhile([&] {
        EXPECT_TRUE(machine.matrix_lock.held());
        become("adapter 3,5 type=CEX7 mode=cca reset-ms=1\n");
    });
    EXPECT_EQ(time_of(dir + "unassign_domain", "4"), 40); // one interval, then the reset is begun again
    EXPECT_FALSE(machine.matrix_lock.held());
}

TEST_F(Waits, ABadResetKeepsTheAdapterFromTheGuest) {
    become("adapter 3,5 type=CEX7 mode=cca\nqueue 3.4 state=rc:0x21\n");
    write(dir + "unassign_domain", "4");
    write(dir + "assign_domain", "4");
    EXPECT_EQ(shown(dir + "guest_matrix"), ".0004\n.0047\n");
}

TEST_F(Waits, ADeconfiguredQueueIsNotWaitedForAndStaysPassable) {
    become("adapter 3,5 type=CEX7 mode=cca state=deconfigured reset-ms=300\n");
    EXPECT_EQ(time_of(dir + "unassign_domain", "4"), 0);
    write(dir + "assign_domain", "4");
    EXPECT_EQ(shown(dir + "guest_matrix"), "03.0004\n03.0047\n");
}

TEST_F(Waits, AQueueThatVanishesIsNotReset) {
    become("adapter 5 type=CEX7 mode=cca reset-ms=300\n");
    const auto before = waiting.now();
    run_scan(machine);
    EXPECT_EQ(waiting.now(), before);
    EXPECT_EQ(shown(dir + "guest_matrix"), ".0004\n.0047\n");
}

TEST_F(Waits, LocksAreThoseOfTheKernel) {
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=300\n");
    const auto lock_of = [&](std::string_view path) { return tree.read_lock(tree.at(path).value()); };
    waiting.meanwhile([&] {
        EXPECT_TRUE(lock_of(dir + "matrix")->held());
        EXPECT_TRUE(lock_of(dir + "guest_matrix")->held());
        EXPECT_TRUE(lock_of(dir + "control_domains")->held());
        EXPECT_TRUE(lock_of("/devices/ap/card03/03.0004/status")->held());
        EXPECT_FALSE(lock_of("/bus/ap/apmask")->held());
        EXPECT_EQ(lock_of(dir + "ap_config"), nullptr);
        EXPECT_EQ(lock_of("/bus/ap/bindings"), nullptr);
    });
    time_of(dir + "unassign_domain", "4");
    waiting.meanwhile([&] { EXPECT_TRUE(lock_of("/bus/ap/apmask")->held()); });
    EXPECT_EQ(write(dir + "ap_config", "0x0,0x08,\n"), 0); // an assigning write takes the masks' lock too
}

TEST_F(Waits, TheGuestsEndResetsWhatItHad) {
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    become("adapter 3,5 type=CEX7 mode=cca reset-ms=300\n");
    const auto before = waiting.now();
    ASSERT_EQ(guest_close(machine, m1).error, 0);
    EXPECT_EQ(waiting.now() - before, 300);
}

TEST_F(Waits, RemovingAnMdevWhoseDriverIsBeingUnboundComesAfterThat) {
    ASSERT_EQ(guest_open(machine, m1, "db2").error, 0);
    const auto life = machine.find_mdev(m1)->life;
    waiting.meanwhile([&] {
        waiting.meanwhile([&] { EXPECT_EQ(guest_close(machine, m1).error, 0); });
        EXPECT_TRUE(tree.at(dir + "remove"));
        EXPECT_FALSE(tree.at(dir + "matrix"));
    });
    EXPECT_EQ(store_mdev_unbind(machine, m1).error, 0);
    EXPECT_EQ(store_remove(machine, life, "1").error, 0);
    EXPECT_EQ(machine.find_mdev(m1), nullptr);
}

TEST_F(Waits, ConfigTimeSetsTheTimerAnew) {
    write("/bus/ap/config_time", "5");
    EXPECT_EQ(machine.next_scan, waiting.now() + 5000);
    run_scan(machine);
    EXPECT_EQ(machine.next_scan, waiting.now() + 5000);
}

} // namespace

} // namespace apsim
