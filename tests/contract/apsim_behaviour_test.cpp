// SPDX-License-Identifier: LGPL-2.1-or-later
// What no table row can say: how the files behave as files, what blocks whom, that caches are never stale,
// and the order of events and answers.  To be started by `apsim run` on contract/topology.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <libudev.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "inside_apsim.hpp"

namespace apsim {

namespace {

using namespace contract;

const std::string apmask = "/sys/bus/ap/apmask";
const std::string m1_dir = "/sys/devices/vfio_ap/matrix/" + contract::m1;

class Descriptor {
  public:
    Descriptor(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC)) {}
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

  private:
    int fd_;
};

std::string read_at(int fd, off_t offset, std::size_t size) {
    std::string text(size, '\0');
    const auto got = ::pread(fd, text.data(), size, offset);
    text.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return text;
}

int errno_of(int result) { return result == 0 ? 0 : errno; }

class Files : public testing::Test {
  protected:
    void SetUp() override { enter(State::s2); }
};

TEST_F(Files, RefuseWhatSysfsRefuses) {
    EXPECT_EQ(errno_of(::mkdir("/sys/bus/ap/x", 0755)), EPERM);
    EXPECT_EQ(errno_of(::unlink(apmask.c_str())), EPERM);
    EXPECT_EQ(errno_of(::rmdir("/sys/bus/ap/devices")), EPERM);
    EXPECT_EQ(errno_of(::rename(apmask.c_str(), "/sys/bus/ap/x")), EPERM);
    EXPECT_EQ(errno_of(::symlink("x", "/sys/bus/ap/x")), EPERM);
    EXPECT_EQ(::open("/sys/bus/ap/x", O_WRONLY | O_CREAT | O_CLOEXEC, 0644), -1);
    EXPECT_EQ(errno, EACCES);
    EXPECT_EQ(write_once("/sys/bus/ap/bindings", "1"), EACCES);
    EXPECT_EQ(read_all("/sys/bus/ap/drivers_probe"), std::unexpected(EACCES));
}

TEST_F(Files, AreAPageLongAndCanBeTruncated) {
    struct stat st {};
    ASSERT_EQ(::stat(apmask.c_str(), &st), 0);
    EXPECT_EQ(st.st_size, 4096);
    EXPECT_EQ(st.st_mode, static_cast<mode_t>(S_IFREG | 0644));
    EXPECT_EQ(::truncate(apmask.c_str(), 0), 0);
    const Descriptor file(apmask, O_WRONLY | O_TRUNC);
    EXPECT_GE(file.get(), 0);
}

TEST_F(Files, DirectoriesCountTheirSubdirectories) {
    struct stat st {};
    ASSERT_EQ(::stat("/sys/devices/ap", &st), 0);
    EXPECT_EQ(st.st_nlink, 4u); // two cards
    control("plug 6");
    ASSERT_EQ(::stat("/sys/devices/ap", &st), 0);
    EXPECT_EQ(st.st_nlink, 5u);
    control("unplug 6");
    ASSERT_EQ(::stat("/sys/devices/ap", &st), 0);
    EXPECT_EQ(st.st_nlink, 4u);
}

TEST_F(Files, ShowOneTextPerPassFromTheStart) {
    const Descriptor file(apmask, O_RDONLY);
    EXPECT_EQ(read_at(file.get(), 0, 4), "0xef");
    ASSERT_EQ(write_once(apmask, "-5"), 0);
    EXPECT_EQ(read_at(file.get(), 2, 2), "ef"); // still the text of the pass that began at 0
    EXPECT_EQ(read_at(file.get(), 0, 4), "0xeb");
    EXPECT_EQ(read_at(file.get(), 67, 10), "");
}

TEST_F(Files, TakeAtMostAPagePerWrite) {
    std::string terms;
    while (terms.size() < 4098) terms += "+5,";
    const Descriptor file(apmask, O_WRONLY);
    EXPECT_EQ(::write(file.get(), terms.data(), terms.size()), -1); // cut in the middle of a term
    EXPECT_EQ(errno, EINVAL);
    const std::string newlines = "+5" + std::string(8000, '\n');
    EXPECT_EQ(::write(file.get(), newlines.data(), newlines.size()), 4096);
    const std::string huge = "+5" + std::string(1 << 20, '\n');
    EXPECT_EQ(::write(file.get(), huge.data(), huge.size()), 4096);
}

TEST_F(Files, IgnoreTheOffsetAndWhatIsBehindANul) {
    const Descriptor file(apmask, O_WRONLY);
    EXPECT_EQ(::pwrite(file.get(), "-5", 2, 100), 2);
    EXPECT_EQ(::pwrite(file.get(), std::string("+5\0x", 4).data(), 4, 7), 4);
    EXPECT_EQ(read_all(apmask)->substr(0, 4), "0xef");
}

TEST_F(Files, OfADeviceThatWentAnswerENODEV) {
    const Descriptor matrix(m1_dir + "/matrix", O_RDONLY);
    const Descriptor assign(m1_dir + "/assign_adapter", O_WRONLY);
    ASSERT_EQ(write_once(m1_dir + "/remove", "1"), 0);
    char byte;
    EXPECT_EQ(::read(matrix.get(), &byte, 1), -1);
    EXPECT_EQ(errno, ENODEV);
    EXPECT_EQ(::write(assign.get(), "3", 1), -1);
    EXPECT_EQ(errno, ENODEV);
    EXPECT_EQ(read_all(m1_dir + "/matrix"), std::unexpected(ENOENT));
}

TEST_F(Files, OfADeviceThatCameBackAreOtherFiles) {
    const Descriptor old(m1_dir + "/matrix", O_RDONLY);
    ASSERT_EQ(write_once(m1_dir + "/remove", "1"), 0);
    ASSERT_EQ(write_once(path_of("create"), contract::m1), 0);
    char byte;
    EXPECT_EQ(::read(old.get(), &byte, 1), -1);
    EXPECT_EQ(errno, ENODEV);
    EXPECT_EQ(read_all(m1_dir + "/matrix"), "");
}

TEST_F(Files, LinksResolve) {
    for (const std::string link : {"/subsystem", "/driver", "/mdev_type", "/iommu_group"})
        EXPECT_TRUE(exists(m1_dir + link)) << link;
    EXPECT_TRUE(exists("/sys/class/mdev_bus/matrix/mdev_supported_types"));
    EXPECT_TRUE(exists("/sys/bus/ap/drivers/vfio_ap/03.0004/status"));
    EXPECT_TRUE(exists("/sys/kernel/iommu_groups/0/devices/" + contract::m1 + "/matrix"));
    EXPECT_TRUE(exists("/sys/class/vfio/0/dev"));
    EXPECT_TRUE(exists("/sys/class/vfio-dev/vfio0/device/assign_adapter"));
}

TEST_F(Files, OfTheRealSysShowThrough) {
    EXPECT_TRUE(exists("/sys/devices/system/cpu/online"));
    EXPECT_EQ(names_in("/sys/class/net").value(), std::vector<std::string>{"lo"});
}

TEST_F(Files, TakeSyntheticUevents) {
    UeventReader reader;
    EXPECT_EQ(write_once("/sys/devices/ap/card03/03.0004/uevent", "change\n"), 0);
    EXPECT_EQ(write_once("/sys/devices/ap/card03/uevent", "add 12345678-1234-1234-1234-123456789012 A=b"), 0);
    EXPECT_EQ(write_once("/sys/devices/ap/card03/uevent", "nonsense"), EINVAL);
    EXPECT_EQ(write_once("/sys/devices/ap/card03/uevent", "add no-uuid"), EINVAL);
    const std::vector<std::string> expected{
        "change@/devices/ap/card03/03.0004 SUBSYSTEM=ap SYNTH_UUID=0 DEVTYPE=ap_queue DRIVER=vfio_ap "
        "MODE=cca",
        "add@/devices/ap/card03 SUBSYSTEM=ap SYNTH_UUID=12345678-1234-1234-1234-123456789012 SYNTH_ARG_A=b "
        "DEVTYPE=ap_card "
        "DRIVER=cex4card DEV_TYPE=000D MODALIAS=ap:t0D MODE=cca"};
    EXPECT_EQ(reader.drain(), expected);
}

/// A write in a thread of its own whose end can be looked for without waiting.
class PendingWrite {
  public:
    PendingWrite(std::string path, std::string bytes)
        : thread_([this, path = std::move(path), bytes = std::move(bytes)] {
              result_ = write_once(path, bytes);
              done_ = true;
          }) {}
    ~PendingWrite() {
        if (thread_.joinable()) thread_.join();
    }
    bool done() const { return done_; }
    int result() {
        thread_.join();
        return result_;
    }

  private:
    std::atomic<bool> done_ = false;
    int result_ = -1;
    std::thread thread_;
};

/// Waits until the event comes.
void await_uevent(UeventReader& reader, std::string_view start) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (std::chrono::steady_clock::now() < deadline) {
        for (const auto& event : reader.drain())
            if (event.starts_with(start)) return;
        std::this_thread::yield();
    }
    FAIL() << "no event " << start;
}

TEST(Removal, OfAnMdevAGuestHoldsBlocksTheWriterAndNobodyElse) {
    enter(State::s3);
    UeventReader reader;
    PendingWrite remove(m1_dir + "/remove", "1");
    await_uevent(reader, "remove@/devices/vfio_ap/matrix/" + contract::m1 + "/vfio-dev");
    EXPECT_EQ(read_all(m1_dir + "/matrix"), std::unexpected(ENOENT));
    EXPECT_EQ(write_once(m1_dir + "/assign_adapter", "3"), ENOENT);
    EXPECT_EQ(write_once(m1_dir + "/remove", "1"), ENOENT);
    EXPECT_EQ(names_in(m1_dir).value(), std::vector<std::string>{"iommu_group"});
    EXPECT_FALSE(exists("/sys/bus/mdev/devices/" + contract::m1));
    EXPECT_EQ(write_once(path_of("create"), contract::m1), EEXIST);
    EXPECT_EQ(read_all(path_of("03.0004/status")), "in use\n");
    EXPECT_EQ(write_once(path_of("create"), contract::m2), 0); // other mdevs are not held up
    EXPECT_EQ(write_once(path_of("M2/assign_adapter"), "3"), 0);
    EXPECT_EQ(write_once(path_of("M2/assign_domain"), "4"), EADDRINUSE);
    EXPECT_FALSE(remove.done());
    reader.drain();
    control("guest-close " + contract::m1);
    EXPECT_EQ(remove.result(), 0);
    const std::vector<std::string> expected{
        "remove@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=254 MINOR=0 DEVNAME=vfio/0",
        "unbind@/devices/vfio_ap/matrix/" + contract::m1 + " SUBSYSTEM=mdev",
        "remove@/devices/vfio_ap/matrix/" + contract::m1 + " SUBSYSTEM=mdev"};
    EXPECT_EQ(reader.drain(), expected);
    EXPECT_EQ(read_all(path_of("03.0004/status")), "unassigned\n");
    EXPECT_FALSE(exists(m1_dir));
}

TEST(HeldWrite, GoesOnWhenReleasedAndHoldsUpNobodyElse) {
    enter(State::s2);
    control("hold /sys/bus/ap/apmask");
    PendingWrite held(apmask, "-5");
    EXPECT_EQ(write_once("/sys/bus/ap/aqmask", "-9"), 0);
    EXPECT_EQ(read_all(apmask)->substr(0, 4), "0xef");
    EXPECT_FALSE(held.done());
    // The write may not have reached the host yet: release until it has gone on.
    while (!held.done()) control("release /sys/bus/ap/apmask");
    EXPECT_EQ(held.result(), 0);
    EXPECT_EQ(read_all(apmask)->substr(0, 4), "0xeb");
}

TEST(HeldWrite, CanTakeEffectBeforeItReturns) {
    enter(State::s2);
    control("hold /sys/bus/ap/apmask --after true");
    UeventReader reader;
    PendingWrite held(apmask, "-5");
    await_uevent(reader, "change@/devices/ap SUBSYSTEM=ap APMASK=");
    EXPECT_EQ(read_all(apmask)->substr(0, 4), "0xeb");
    while (!held.done()) control("release");
    EXPECT_EQ(held.result(), 0);
}

TEST(DelayedWrite, ReturnsByItself) {
    enter(State::s2);
    control("delay /sys/bus/ap/apmask --ms 50");
    const auto before = std::chrono::steady_clock::now();
    EXPECT_EQ(write_once(apmask, "-5"), 0);
    EXPECT_GE(std::chrono::steady_clock::now() - before, std::chrono::milliseconds(50));
}

TEST(FailedWrite, IsTheNthAndChangesNothing) {
    enter(State::s2);
    control("fail /sys/devices/vfio_ap/matrix/*/assign_* --nth 2 --errno EIO");
    EXPECT_EQ(write_once(m1_dir + "/assign_domain", "5"), 0);
    EXPECT_EQ(write_once(m1_dir + "/assign_control_domain", "5"), EIO);
    EXPECT_EQ(read_all(m1_dir + "/control_domains"), "0004\n");
    EXPECT_EQ(write_once(m1_dir + "/assign_control_domain", "5"), 0);
}

/// Lists directories without pause until told to stop; counts what it saw twice or half.
class Lister {
  public:
    explicit Lister(std::string directory)
        : thread_([this, directory = std::move(directory)] {
              while (!stop_) {
                  const auto names = names_in(directory).value();
                  broken_ += std::ranges::adjacent_find(names) != names.end();
                  ++passes_;
              }
          }) {}
    ~Lister() {
        stop_ = true;
        thread_.join();
    }
    int broken() const { return broken_; }
    int passes() const { return passes_; }

  private:
    std::atomic<bool> stop_ = false;
    std::atomic<int> broken_ = 0, passes_ = 0;
    std::thread thread_;
};

TEST(Caches, AreNeverStaleWhileOthersListTheSameDirectories) {
    enter(State::s1);
    const Lister devices("/sys/bus/mdev/devices"), matrix("/sys/devices/vfio_ap/matrix");
    int stale = 0;
    for (int cycle = 0; cycle < 1000; ++cycle) {
        ASSERT_EQ(write_once(path_of("create"), contract::m1), 0);
        stale += !exists(m1_dir + "/assign_adapter") || names_in("/sys/bus/mdev/devices")->size() != 1;
        ASSERT_EQ(write_once(m1_dir + "/remove", "1"), 0);
        stale += exists(m1_dir) || !names_in("/sys/bus/mdev/devices")->empty();
    }
    EXPECT_EQ(stale, 0);
    EXPECT_EQ(devices.broken() + matrix.broken(), 0);
    EXPECT_GT(devices.passes(), 0);
}

TEST(Caches, FollowADriverThatMovesWhileOthersList) {
    enter(State::s0);
    const Lister host("/sys/bus/ap/drivers/cex4queue"), guests("/sys/bus/ap/drivers/vfio_ap"),
        queue("/sys/bus/ap/devices/03.0004");
    int stale = 0;
    for (int cycle = 0; cycle < 500; ++cycle) {
        ASSERT_EQ(write_once(apmask, "-3"), 0);
        stale += link_name(path_of("03.0004/driver")) != "vfio_ap" || exists(path_of("03.0004/online")) ||
                 !exists(path_of("03.0004/status")) || names_in("/sys/bus/ap/drivers/vfio_ap")->size() != 6;
        ASSERT_EQ(write_once(apmask, "+3"), 0);
        stale += link_name(path_of("03.0004/driver")) != "cex4queue" || exists(path_of("03.0004/status")) ||
                 names_in("/sys/bus/ap/drivers/vfio_ap")->size() != 4;
    }
    EXPECT_EQ(stale, 0);
}

TEST(HotPlug, SendsTheKernelsEventsInTheKernelsOrder) {
    enter(State::s1);
    UeventReader reader;
    control("plug 6 --type CEX8 --mode ep11");
    const std::string card = " SUBSYSTEM=ap DEVTYPE=ap_card ", queue = " SUBSYSTEM=ap DEVTYPE=ap_queue ",
                      at = "@/devices/ap/card06";
    auto events = reader.drain();
    ASSERT_FALSE(events.empty());
    EXPECT_TRUE(
        events.back().starts_with("change@/devices/ap SUBSYSTEM=ap BINDINGS=complete COMPLETECOUNT="));
    events.pop_back();
    const std::vector<std::string> came{"add" + at + card + "DEV_TYPE=000E MODALIAS=ap:t0E MODE=ep11",
                                        "bind" + at + card +
                                            "DRIVER=cex4card DEV_TYPE=000E MODALIAS=ap:t0E MODE=ep11",
                                        "add" + at + "/06.0004" + queue + "MODE=ep11",
                                        "bind" + at + "/06.0004" + queue + "DRIVER=cex4queue MODE=ep11",
                                        "add" + at + "/06.0047" + queue + "MODE=ep11",
                                        "bind" + at + "/06.0047" + queue + "DRIVER=cex4queue MODE=ep11"};
    EXPECT_EQ(events, came);
    control("unplug 6");
    const std::vector<std::string> went{"unbind" + at + "/06.0004" + queue + "MODE=ep11",
                                        "remove" + at + "/06.0004" + queue + "MODE=ep11",
                                        "unbind" + at + "/06.0047" + queue + "MODE=ep11",
                                        "remove" + at + "/06.0047" + queue + "MODE=ep11",
                                        "unbind" + at + card + "DEV_TYPE=000E MODE=ep11",
                                        "remove" + at + card + "DEV_TYPE=000E MODALIAS=ap:t0E MODE=ep11"};
    EXPECT_EQ(reader.drain(), went);
    EXPECT_FALSE(exists("/sys/bus/ap/devices/06.0004"));
}

TEST(Udev, MonitorsHearEventsWithoutAUdevd) {
    enter(State::s0);
    udev* context = udev_new();
    udev_monitor* monitor = udev_monitor_new_from_netlink(context, "udev");
    ASSERT_NE(monitor, nullptr);
    udev_monitor_filter_add_match_subsystem_devtype(monitor, "ap", "ap_queue");
    ASSERT_EQ(udev_monitor_enable_receiving(monitor), 0);
    ASSERT_EQ(write_once(apmask, "-3"), 0);
    pollfd ready{udev_monitor_get_fd(monitor), POLLIN, 0};
    ASSERT_EQ(::poll(&ready, 1, 10'000), 1);
    udev_device* device = udev_monitor_receive_device(monitor);
    ASSERT_NE(device, nullptr);
    EXPECT_STREQ(udev_device_get_sysname(device), "03.0004");
    EXPECT_STREQ(udev_device_get_action(device), "unbind");
    udev_device_unref(device);
    udev_monitor_unref(monitor);
    udev_unref(context);
}

TEST(Udev, EnumeratesCardsAndQueues) {
    enter(State::s0);
    udev* context = udev_new();
    udev_enumerate* list = udev_enumerate_new(context);
    udev_enumerate_add_match_subsystem(list, "ap");
    ASSERT_EQ(udev_enumerate_scan_devices(list), 0);
    int found = 0;
    for (auto* entry = udev_enumerate_get_list_entry(list); entry != nullptr;
         entry = udev_list_entry_get_next(entry))
        ++found;
    EXPECT_EQ(found, 6);
    udev_enumerate_unref(list);
    udev_unref(context);
}

} // namespace

} // namespace apsim
