// SPDX-License-Identifier: LGPL-2.1-or-later
// Binding by driver_override through the real port, on a simulated z16 whose kernel has it; run by `apsim run
// --host z16 --kernel 7.2 --`.
#include "apsim_scene.hpp"
#include "core/bind_mode.hpp"

#include <gmock/gmock.h>

#include <cerrno>

namespace ap::host {
namespace {

using ::testing::HasSubstr;
using ApsimOverrides = testing::ApsimScene;

constexpr Apid a3{3};
constexpr Apqi d2f{0x2f};
constexpr Apqn queue{a3, d2f};
const QueueBinding with_host{"", Driver::host}, with_guests{"vfio_ap", Driver::guest};
const std::string file = "/sys/bus/ap/devices/03.002f/driver_override";

TEST_F(ApsimOverrides, MoveAQueueToVfioApAndBack) {
    ASSERT_EQ(mode_in_use(state), std::nullopt);
    ASSERT_TRUE(bus.rebind(queue, with_host, with_guests));
    follow();
    EXPECT_EQ(binding_of(state, queue), with_guests);
    EXPECT_EQ(state.guest.size(), 1U) << "and no other";
    EXPECT_EQ(mode_in_use(state), BindMode::overrides);
    ASSERT_TRUE(bus.rebind(queue, with_guests, with_host));
    follow();
    EXPECT_EQ(binding_of(state, queue), with_host);
}

TEST_F(ApsimOverrides, FinishAMoveThatWasCutShort) {
    ASSERT_EQ(foreign_write(file, "vfio_ap"), 0);
    ASSERT_EQ(foreign_write("/sys/bus/ap/drivers/cex4queue/unbind", "03.002f"), 0);
    ASSERT_TRUE(bus.rebind(queue, with_host, with_guests));
    follow();
    EXPECT_EQ(binding_of(state, queue), with_guests);
    ASSERT_TRUE(bus.rebind(queue, with_host, with_guests)) << "what is so already is a success";
    ASSERT_TRUE(bus.rebind(queue, with_guests, with_host));
}

TEST_F(ApsimOverrides, LeaveAQueueWithoutADriverWhileThereIsNone) {
    const QueueBinding waiting{"vfio_ap", Driver::none};
    control.call("module", {{"name", "vfio_ap"}, {"action", "unload"}});
    ASSERT_TRUE(bus.rebind(queue, with_host, waiting));
    EXPECT_EQ(binding_of(full_read(), queue), waiting);
    control.call("module", {{"name", "vfio_ap"}, {"action", "load"}});
    ASSERT_TRUE(bus.rebind(queue, with_host, waiting)) << "the module was loaded in between, and has it";
    follow();
    EXPECT_EQ(binding_of(state, queue), with_guests);
    ASSERT_TRUE(bus.rebind(queue, with_guests, with_host));
}

TEST_F(ApsimOverrides, AreNotWrittenOverSomebodyElses) {
    ASSERT_EQ(foreign_write(file, "other"), 0);
    const auto refused = bus.rebind(queue, with_host, with_guests);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::foreign_owner);
    EXPECT_THAT(refused.error().reason, HasSubstr("\"other\""));
    EXPECT_EQ(full_read().other_overrides, (std::map<Apqn, std::string>{{queue, "other"}}));
    EXPECT_TRUE(full_read().host.contains(queue));
    ASSERT_EQ(foreign_write(file, "\n"), 0);
}

TEST_F(ApsimOverrides, AreRefusedWhileAMaskHasAClearBit) {
    ASSERT_TRUE(bus.set_aqmask(~DomainSet{Apqi{4}}));
    const auto refused = bus.rebind(queue, with_host, with_guests);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().errno_value, EINVAL);
    EXPECT_THAT(refused.error().reason, HasSubstr("while a mask has a clear bit"));
    ASSERT_TRUE(bus.set_aqmask(DomainSet::all()));
}

} // namespace
} // namespace ap::host
