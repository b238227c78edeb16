// SPDX-License-Identifier: LGPL-2.1-or-later
// Driving mdevs on plain files: what is written where, and what is refused before anything is. The kernel's
// part is tested on apsim.
#include "host/matrix_devices_sysfs.hpp"

#include "sysfs_tree.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace ap::host {
namespace {

const Uuid web = *parse_uuid("11111111-2222-3333-4444-555555555555");
const std::string mdev = "sys/devices/vfio_ap/matrix/11111111-2222-3333-4444-555555555555/";

class MatrixDevicesSysfsTest : public ::testing::Test {
  protected:
    MatrixDevicesSysfsTest() {
        tree.load_vfio_ap();
        tree.add_mdev(web, matrix, matrix);
    }
    Matrix matrix{{Apid{3}}, {Apqi{4}}, {}};
    testing::SysfsTree tree;
    MatrixDevicesSysfs devices{tree.path()};
};

TEST_F(MatrixDevicesSysfsTest, SaysHowToGetVfioApWhenItIsNotLoaded) {
    tree.remove("sys/devices/vfio_ap");
    auto done = devices.create(web);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::no_ap_bus);
    EXPECT_EQ(done.error().remedy, "modprobe vfio_ap");
}

TEST_F(MatrixDevicesSysfsTest, WritesTheUuidToCreate) {
    ASSERT_TRUE(devices.create(web));
    EXPECT_EQ(tree.read("sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create"),
              to_string(web));
}

TEST_F(MatrixDevicesSysfsTest, ReportsAnMdevThatDidNotAppear) {
    tree.remove(mdev);
    auto done = devices.create(web);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
}

TEST_F(MatrixDevicesSysfsTest, WritesAWholeMatrixAtOnce) {
    ASSERT_TRUE(devices.set_matrix(web, {{Apid{3}}, {Apqi{0x2f}}, {Apqi{0}}}));
    EXPECT_EQ(tree.read(mdev + "ap_config"), "0x1" + std::string(63, '0') + ",0x000000000001" +
                                                 std::string(52, '0') + ",0x8" + std::string(63, '0') + "\n");
}

TEST_F(MatrixDevicesSysfsTest, KeepsTheErrnoOfAnMdevThatIsNotThere) {
    tree.remove(mdev);
    auto done = devices.set_matrix(web, matrix);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
    EXPECT_EQ(done.error().errno_value, ENOENT);
}

TEST_F(MatrixDevicesSysfsTest, WritesAnIdInDecimal) {
    // Plain files do not obey, so the id is one the mdev has already.
    tree.add_mdev(web, {{Apid{3}}, {Apqi{0x2f}}, {}}, {});
    ASSERT_TRUE(
        devices.edit_matrix({.uuid = web, .what = EditMatrix::What::domain, .id = 0x2f, .assign = true}));
    EXPECT_EQ(tree.read(mdev + "assign_domain"), "47");
}

TEST_F(MatrixDevicesSysfsTest, ReportsAnEditWithoutEffect) {
    auto done =
        devices.edit_matrix({.uuid = web, .what = EditMatrix::What::control, .id = 5, .assign = true});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
    EXPECT_EQ(tree.read(mdev + "assign_control_domain"), "5");
}

TEST_F(MatrixDevicesSysfsTest, NeverWritesRemoveWhileAGuestSeesAQueue) {
    tree.add_queue({Apid{3}, Apqi{4}});
    tree.bind({Apid{3}, Apqi{4}}, "vfio_ap");
    tree.set_queue({Apid{3}, Apqi{4}}, "status", "in use\n");
    auto done = devices.remove(web);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::in_use);
    EXPECT_EQ(tree.read(mdev + "remove"), "");
}

TEST_F(MatrixDevicesSysfsTest, NeverWritesRemoveWhileAProcessHasTheGroupOpenAndNamesIt) {
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    auto done = devices.remove(web);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::in_use);
    EXPECT_NE(done.error().reason.find("pid 4711 (qemu-system-s390x)"), std::string::npos)
        << done.error().reason;
    EXPECT_EQ(tree.read(mdev + "remove"), "");
}

TEST_F(MatrixDevicesSysfsTest, NeverWritesRemoveWhileAProcessHasTheDeviceOpenThroughIommufd) {
    tree.mkdir(mdev + "vfio-dev/vfio9");
    tree.write("proc/4712/comm", "qemu-new\n");
    tree.symlink("proc/4712/fd/11", "/dev/vfio/devices/vfio9");
    auto done = devices.remove(web);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().reason.find("pid 4712 (qemu-new)"), std::string::npos) << done.error().reason;
}

TEST_F(MatrixDevicesSysfsTest, WritesRemoveWhenNobodyHasItOpen) {
    tree.hold(web, 7, 4711, "qemu-system-s390x");
    tree.remove("proc/4711/fd/4"); // the container alone holds no mdev
    auto done = devices.remove(web);
    EXPECT_EQ(tree.read(mdev + "remove"), "1");
    ASSERT_FALSE(done) << "a plain file does not take the mdev away, which must be noticed";
    EXPECT_EQ(done.error().fault, Fault::kernel_refused);
}

} // namespace
} // namespace ap::host
