// SPDX-License-Identifier: LGPL-2.1-or-later
// In what the simulated kernels differ, how they boot, and what their modules bring and take.
#include <algorithm>
#include <cerrno>
#include <gtest/gtest.h>

#include "model/mdev.hpp"
#include "model/modules.hpp"
#include "model/scan.hpp"
#include "small_kernel.hpp"

namespace apsim {

namespace {

const std::string m1 = "11111111-1111-4111-8111-111111111111";

/// A started kernel on adapters 3 and 5 with domains 4 and 0x47.
class Kernel : public SmallKernel {
  public:
    explicit Kernel(const Boot& boot, std::string_view adapters = two_adapters)
        : SmallKernel(small_hardware(adapters), boot) {}

    bool has(std::string_view path) const { return tree.at(path).has_value(); }
};

Boot boot_with(std::string_view parameters, std::string_view modules = "zcrypt_cex4,vfio_ap",
               const Personality& kernel = linux_6_12) {
    auto boot = boot_of(kernel);
    EXPECT_TRUE(take_kernel_parameters(boot, parameters));
    EXPECT_TRUE(take_modules(boot, modules));
    return boot;
}

std::vector<std::string> told(const Effects& effects) {
    std::vector<std::string> list;
    for (const auto& event : effects.uevents) list.push_back(std::string(event.action) + "@" + event.devpath);
    return list;
}

const std::string queue = "/devices/ap/card03/03.0004/";
const std::string type = "/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/";
const std::string mdev = "/devices/vfio_ap/matrix/" + m1 + "/";

TEST(Personality, HasTheFilesOfItsKernel) {
    struct Row {
        Personality kernel;
        bool ap_config, features, override;
        std::string_view depth;
    };
    for (const auto& row :
         {Row{linux_6_8, false, false, false, "7\n"}, Row{linux_6_12, true, true, false, "8\n"},
          Row{linux_6_19, true, true, true, "8\n"}, Row{linux_7_2, true, true, true, "8\n"}}) {
        Kernel kernel(boot_of(row.kernel));
        ASSERT_EQ(kernel.write(type + "create", m1), 0);
        EXPECT_EQ(kernel.has(mdev + "ap_config"), row.ap_config) << row.kernel.name;
        EXPECT_EQ(kernel.has("/devices/vfio_ap/matrix/features"), row.features) << row.kernel.name;
        EXPECT_EQ(kernel.has(queue + "driver_override"), row.override) << row.kernel.name;
        EXPECT_EQ(kernel.has("/bus/ap/bindings_complete_count"), row.override) << row.kernel.name;
        EXPECT_EQ(kernel.shown("/devices/ap/card03/depth"), row.depth) << row.kernel.name;
    }
}

TEST(Personality, AsksAboutOtherIdsFrom619On) {
    for (const auto& [version, error] : {std::pair{linux_6_12, 0}, {linux_6_19, EBUSY}, {linux_7_2, EBUSY}}) {
        Kernel kernel(boot_of(version));
        ASSERT_EQ(kernel.write("/bus/ap/apmask", "-3"), 0);
        ASSERT_EQ(kernel.write(type + "create", m1), 0);
        ASSERT_EQ(kernel.write(mdev + "assign_adapter", "3"), 0);
        ASSERT_EQ(kernel.write(mdev + "assign_domain", "4"), 0);
        ASSERT_EQ(kernel.write("/bus/ap/aqmask", "-4"), 0);
        EXPECT_EQ(kernel.write("/bus/ap/aqmask", "+4"), error) << version.name;
    }
}

TEST(Boot, TakesMasksFromNothingAndLeavesOverridesFree) {
    Kernel kernel(boot_with("quiet ap.apmask=-3 ap.aqmask=0xf0", "zcrypt_cex4,vfio_ap", linux_7_2));
    EXPECT_EQ(kernel.machine.apmask, Mask256());
    EXPECT_EQ(kernel.shown("/module/ap/parameters/apmask"), "-3\n");
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "4/4 (complete)\n");
    EXPECT_EQ(kernel.write(queue + "driver_override", "vfio_ap"), 0);
}

TEST(Boot, RefusesParametersTheBusDoesNotHave) {
    auto boot = boot_of(linux_6_12);
    EXPECT_EQ(take_kernel_parameters(boot, "ap.domain=x").error(), "ap.domain needs a number");
    EXPECT_FALSE(take_kernel_parameters(boot, "ap.colour=red"));
    EXPECT_EQ(take_modules(boot, "vfio").error(),
              "vfio is no module here; expected zcrypt_cex4, vfio_ap or none");
}

TEST(Modules, WithoutThemNothingIsBoundAndTheirTreesAreAbsent) {
    Kernel kernel(boot_with("", "none"));
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "0/4\n");
    for (auto path :
         {"/bus/ap/drivers/cex4card", "/bus/ap/drivers/vfio_ap", "/devices/vfio_ap", "/bus/matrix",
          "/bus/mdev", "/class/mdev_bus", "/module/vfio_ap", "/module/zcrypt_cex4"})
        EXPECT_FALSE(kernel.has(path)) << path;
    EXPECT_EQ(kernel.shown(queue + "reset"), "Reset in progress.\n");
}

TEST(Modules, A33LoadingVfioApBindsWhatItsMasksFreed) {
    Kernel kernel(boot_with("", "zcrypt_cex4"));
    ASSERT_EQ(kernel.write("/bus/ap/apmask", "-3"), 0);
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "2/4\n");
    EXPECT_EQ(told(load_module(kernel.machine, "vfio_ap").effects),
              (std::vector<std::string>{"add@/bus/mdev", "add@/module/mdev", "add@/bus/matrix",
                                        "add@/devices/vfio_ap/matrix", "bind@/devices/vfio_ap/matrix",
                                        "add@/bus/matrix/drivers/vfio_ap", "bind@/devices/ap/card03/03.0004",
                                        "bind@/devices/ap/card03/03.0047", "add@/bus/ap/drivers/vfio_ap",
                                        "change@/devices/ap", "add@/bus/mdev/drivers/vfio_ap_mdev",
                                        "change@/devices/vfio_ap/matrix", "add@/module/vfio_ap"}));
    EXPECT_EQ(load_module(kernel.machine, "vfio_ap").error, EEXIST);
}

TEST(Modules, E13UnloadingVfioApRemovesMdevsAndUnbindsBackwards) {
    Kernel kernel(boot_with(""));
    ASSERT_EQ(kernel.write("/bus/ap/apmask", "-3"), 0);
    ASSERT_EQ(kernel.write(type + "create", m1), 0);
    const auto events = told(unload_module(kernel.machine, "vfio_ap").effects);
    const auto at = [&](std::string_view event) { return std::ranges::find(events, event) - events.begin(); };
    EXPECT_LT(at("remove@/devices/vfio_ap/matrix/" + m1), at("change@/devices/vfio_ap/matrix"));
    EXPECT_LT(at("change@/devices/vfio_ap/matrix"), at("unbind@/devices/ap/card03/03.0047"));
    EXPECT_LT(at("unbind@/devices/ap/card03/03.0047"), at("unbind@/devices/ap/card03/03.0004"));
    EXPECT_EQ(events.back(), "remove@/module/vfio_ap");
    EXPECT_FALSE(kernel.has("/devices/vfio_ap"));
    EXPECT_TRUE(kernel.has("/bus/mdev"));
    EXPECT_EQ(kernel.shown(queue + "request_count"), "-\n");
    EXPECT_EQ(unload_module(kernel.machine, "vfio_ap").error, ENOENT);
}

TEST(Modules, E12VfioApStaysWhileAGuestHasAnMdev) {
    Kernel kernel(boot_with(""));
    ASSERT_EQ(kernel.write(type + "create", m1), 0);
    ASSERT_EQ(guest_open(kernel.machine, m1, "db2").error, 0);
    EXPECT_EQ(unload_module(kernel.machine, "vfio_ap").error, EAGAIN);
    EXPECT_TRUE(kernel.has(mdev + "matrix"));
}

TEST(Modules, ZcryptLeavesItsQueuesUnbound) {
    Kernel kernel(boot_with(""));
    ASSERT_EQ(unload_module(kernel.machine, "zcrypt_cex4").error, 0);
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "0/4\n");
    EXPECT_FALSE(kernel.has("/devices/ap/card03/online"));
    ASSERT_EQ(kernel.write("/bus/ap/drivers_probe", "03.0004"), 0);
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "0/4\n");
    ASSERT_EQ(load_module(kernel.machine, "zcrypt_cex4").error, 0);
    EXPECT_EQ(kernel.shown("/bus/ap/bindings"), "4/4 (complete)\n");
}

TEST(Override, MovesAQueueOnlyByUnbindAndProbe) {
    Kernel kernel(boot_of(linux_7_2));
    ASSERT_EQ(kernel.write(queue + "driver_override", "vfio_ap\nrest"), 0);
    EXPECT_EQ(kernel.shown(queue + "driver_override"), "vfio_ap\n");
    EXPECT_TRUE(kernel.has(queue + "online"));
    ASSERT_EQ(kernel.write("/bus/ap/drivers/cex4queue/unbind", "03.0004"), 0);
    ASSERT_EQ(kernel.write("/bus/ap/drivers_probe", "03.0004"), 0);
    EXPECT_TRUE(kernel.has(queue + "status"));
}

TEST(Override, AndMasksExcludeEachOther) {
    Kernel kernel(boot_of(linux_7_2));
    ASSERT_EQ(kernel.write(queue + "driver_override", "x"), 0);
    EXPECT_EQ(kernel.write("/bus/ap/apmask", "+3"), EINVAL);
    ASSERT_EQ(kernel.write(queue + "driver_override", "\n"), 0);
    ASSERT_EQ(kernel.write("/bus/ap/apmask", "-9"), 0);
    EXPECT_EQ(kernel.write(queue + "driver_override", "\n"), EINVAL);
}

TEST(Override, G15IsLostWithItsQueueButStillCounted) {
    Kernel kernel(boot_of(linux_7_2));
    ASSERT_EQ(kernel.write(queue + "driver_override", "x"), 0);
    const auto adapter = kernel.machine.hardware.adapters[3];
    kernel.machine.hardware.adapters[3].reset();
    run_scan(kernel.machine);
    kernel.machine.hardware.adapters[3] = adapter;
    run_scan(kernel.machine);
    EXPECT_EQ(kernel.shown(queue + "driver_override"), "\n");
    EXPECT_EQ(kernel.write("/bus/ap/apmask", "-3"), EINVAL);
}

TEST(Override, DecidesWhoOwnsAQueueOnlyWhileItIsBound) {
    Kernel kernel(boot_of(linux_7_2));
    ASSERT_EQ(kernel.write(type + "create", m1), 0);
    ASSERT_EQ(kernel.write(mdev + "assign_domain", "4"), 0);
    ASSERT_EQ(kernel.write(queue + "driver_override", "vfio_ap"), 0);
    EXPECT_EQ(kernel.write(mdev + "assign_adapter", "3"), EADDRNOTAVAIL);
    ASSERT_EQ(kernel.write("/bus/ap/drivers/cex4queue/unbind", "03.0004"), 0);
    EXPECT_EQ(kernel.write(mdev + "assign_adapter", "3"), EADDRNOTAVAIL);
    ASSERT_EQ(kernel.write("/bus/ap/drivers_probe", "03.0004"), 0);
    EXPECT_EQ(kernel.write(mdev + "assign_adapter", "3"), 0);
}

TEST(Hardware, AnswersThatTellNothingMakeNoQueue) {
    Kernel kernel(boot_with(""),
                  "adapter 3 type=CEX8\nqueue 3.4 state=rc:0x21\nadapter 6 type=9\nadapter 7 type=15\n"
                  "adapter 8 state=absent\nadapter 9 state=busy\n");
    EXPECT_FALSE(kernel.has("/devices/ap/card03/03.0004"));
    EXPECT_TRUE(kernel.has("/devices/ap/card03/03.0047"));
    EXPECT_FALSE(kernel.has("/devices/ap/card06"));
    EXPECT_EQ(kernel.shown("/devices/ap/card07/hwtype"), "14\n");
    EXPECT_EQ(kernel.shown("/devices/ap/card07/raw_hwtype"), "15\n");
    EXPECT_FALSE(kernel.has("/devices/ap/card08"));
    EXPECT_TRUE(kernel.has("/devices/ap/card09/09.0004"));
}

} // namespace

} // namespace apsim
