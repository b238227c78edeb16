// SPDX-License-Identifier: LGPL-2.1-or-later
// /dev/vfio: a process that has an mdev's group open is its guest, for exactly as long.  To be started by
// `apsim run` on contract/topology.  What is expected is what Linux 6.12 does.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <functional>
#include <gtest/gtest.h>
#include <poll.h>
#include <stdexcept>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "control/client.hpp"
#include "inside_apsim.hpp"

namespace apsim {

namespace {

using namespace contract;

const std::string group = "/dev/vfio/0";
const std::string m1_dir = "/sys/devices/vfio_ap/matrix/" + contract::m1;

/// A descriptor, or the errno that open() gave.
class Opened {
  public:
    explicit Opened(const std::string& path, int flags = O_RDWR)
        : fd_(::open(path.c_str(), flags | O_CLOEXEC)), error_(fd_ < 0 ? errno : 0) {}
    ~Opened() { close(); }
    Opened(const Opened&) = delete;
    Opened& operator=(const Opened&) = delete;

    int fd() const { return fd_; }
    int error() const { return error_; }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

  private:
    int fd_, error_;
};

int open_error(const std::string& path, int flags = O_RDWR) { return Opened(path, flags).error(); }

std::string status() { return read_all(path_of("03.0004/status")).value_or("unreadable"); }

nlohmann::json m1_state() {
    const auto reply = nlohmann::json::parse(*call_control(R"({"op":"state"})"));
    for (const auto& mdev : reply["state"]["mdevs"])
        if (mdev["uuid"] == contract::m1) return mdev;
    return nullptr;
}

/// What the control socket says to a request that it refuses.
std::string refusal(const std::string& op) {
    const auto reply = call_control(request_from_words({op, contract::m1}));
    return nlohmann::json::parse(*reply).value("error", "");
}

/// A process that does something, tells that it has, and then waits for its end.
class Child {
  public:
    explicit Child(const std::function<void()>& first) {
        int ready[2];
        if (::pipe2(ready, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        pid_ = ::fork();
        if (pid_ == 0) {
            first();
            ::close(ready[1]);
            for (;;) ::pause();
        }
        ::close(ready[1]);
        char nothing;
        (void)!::read(ready[0], &nothing, 1);
        ::close(ready[0]);
    }
    ~Child() { end(SIGKILL); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t pid() const { return pid_; }

    void end(int signal) {
        if (pid_ <= 0) return;
        ::kill(pid_, signal);
        ::waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }

  private:
    pid_t pid_;
};

void hold_group() {
    if (::open(group.c_str(), O_RDWR) < 0) ::_exit(1);
}

class Vfio : public testing::Test {
  protected:
    void SetUp() override { enter(State::s2); }
};

TEST_F(Vfio, AGroupComesAndGoesWithItsMdev) {
    EXPECT_EQ(names_in("/dev/vfio").value(), (std::vector<std::string>{"0", "vfio"}));
    EXPECT_EQ(link_name(m1_dir + "/iommu_group"), "0");
    ASSERT_EQ(write_once(path_of("create"), contract::m2), 0);
    EXPECT_EQ(names_in("/dev/vfio").value(), (std::vector<std::string>{"0", "1", "vfio"}));
    ASSERT_EQ(write_once(m1_dir + "/remove", "1"), 0);
    EXPECT_EQ(open_error(group), ENOENT);
    EXPECT_EQ(names_in("/dev/vfio").value(), (std::vector<std::string>{"1", "vfio"}));
}

TEST_F(Vfio, OpeningItMakesTheProcessAGuest) {
    Child child(hold_group);
    EXPECT_EQ(status(), "in use\n");
    EXPECT_EQ(m1_state()["pid"], child.pid());
    EXPECT_EQ(m1_state()["guest"].get<std::string>() + "\n",
              *read_all("/proc/" + std::to_string(child.pid()) + "/comm"));
}

TEST_F(Vfio, TheHolderIsFoundThroughItsDescriptors) {
    Child child(hold_group);
    std::vector<std::string> targets;
    const auto fds = "/proc/" + std::to_string(child.pid()) + "/fd/";
    const auto open = names_in(fds).value();
    for (const auto& fd : open) {
        char target[256];
        const auto size = ::readlink((fds + fd).c_str(), target, sizeof target);
        targets.emplace_back(target, size < 0 ? 0 : static_cast<std::size_t>(size));
    }
    EXPECT_TRUE(std::ranges::find(targets, group) != targets.end());
}

TEST_F(Vfio, ClosingTheLastDescriptorEndsTheGuest) {
    Opened first(group);
    ASSERT_EQ(first.error(), 0);
    const int second = ::dup(first.fd());
    first.close();
    EXPECT_EQ(status(), "in use\n");
    ::close(second);
    EXPECT_EQ(status(), "assigned\n");
    EXPECT_EQ(m1_state()["guest"], nullptr);
    EXPECT_EQ(open_error(group), 0);
}

TEST_F(Vfio, TheEndOfTheProcessEndsTheGuest) {
    for (const int signal : {SIGTERM, SIGKILL}) {
        Child child(hold_group);
        EXPECT_EQ(status(), "in use\n");
        child.end(signal);
        EXPECT_EQ(status(), "assigned\n");
    }
}

TEST_F(Vfio, AnInheritedDescriptorKeepsTheGuest) {
    Opened ours(group);
    Child heir([] {});
    ours.close();
    EXPECT_EQ(status(), "in use\n");
    heir.end(SIGKILL);
    EXPECT_EQ(status(), "assigned\n");
}

TEST_F(Vfio, E14ASecondOpenIsBusy) {
    Opened ours(group);
    EXPECT_EQ(open_error(group), EBUSY);
    EXPECT_EQ(open_error(group, O_RDONLY), EBUSY);
    EXPECT_EQ(open_error("/dev/vfio/vfio"), 0);
    EXPECT_EQ(status(), "in use\n");
}

TEST_F(Vfio, ManyProcessesHaveTheContainer) {
    Opened first("/dev/vfio/vfio"), second("/dev/vfio/vfio");
    EXPECT_EQ(first.error(), 0);
    EXPECT_EQ(second.error(), 0);
    EXPECT_EQ(status(), "assigned\n");
}

TEST_F(Vfio, OpeningForReadingTakesTheGroupOnly) {
    Opened looks(group, O_RDONLY);
    EXPECT_EQ(status(), "assigned\n");
    EXPECT_EQ(open_error(group), EBUSY);
    EXPECT_EQ(write_once(m1_dir + "/remove", "1"), 0);
    EXPECT_FALSE(exists(m1_dir));
}

TEST_F(Vfio, RequestsAndProcessesGoByOneRule) {
    control("guest-open " + contract::m1);
    EXPECT_EQ(open_error(group), EBUSY);
    control("guest-close " + contract::m1);
    Opened ours(group);
    EXPECT_EQ(refusal("guest-open"), "mdev " + contract::m1 + " is open already");
    EXPECT_EQ(refusal("guest-close"),
              "mdev " + contract::m1 + " is open in a process, which alone can close it");
}

/// A removal that waits; the destructor waits for it.
struct Removal {
    std::jthread thread;
    int result = -1;
    Removal() : thread([this] { result = write_once(m1_dir + "/remove", "1"); }) {}
};

/// Waits until the kernel wants the device back.
void await_request(int fd) {
    pollfd asked{fd, POLLIN, 0};
    ASSERT_EQ(::poll(&asked, 1, 30'000), 1);
}

TEST_F(Vfio, ARemovalWaitsForTheHolderAndIsThenCarriedThrough) {
    Opened ours(group);
    Removal removal;
    await_request(ours.fd());
    EXPECT_EQ(open_error(m1_dir + "/matrix", O_RDONLY), ENOENT);
    EXPECT_EQ(write_once(path_of("create"), contract::m1), EEXIST);
    EXPECT_EQ(open_error(group), EBUSY);
    EXPECT_EQ(status(), "in use\n");
    ours.close();
    removal.thread.join();
    EXPECT_EQ(removal.result, 0);
    EXPECT_EQ(status(), "unassigned\n");
    EXPECT_EQ(open_error(group), ENOENT);
    EXPECT_EQ(write_once(path_of("create"), contract::m1), 0);
}

TEST_F(Vfio, ARemovalIsCarriedThroughWhenTheHolderIsKilled) {
    Opened ours(group);
    Child child([] {});
    Removal removal;
    await_request(ours.fd());
    ours.close();
    child.end(SIGKILL);
    removal.thread.join();
    EXPECT_EQ(removal.result, 0);
    EXPECT_FALSE(exists(m1_dir));
}

TEST_F(Vfio, ADeviceRequestIsReadOnceAsFromAnEventfd) {
    Opened ours(group);
    std::uint64_t requests = 0;
    EXPECT_EQ(::read(ours.fd(), &requests, sizeof requests), -1);
    EXPECT_EQ(errno, EAGAIN);
    Removal removal;
    await_request(ours.fd());
    EXPECT_EQ(::read(ours.fd(), &requests, sizeof requests), 8);
    EXPECT_EQ(requests, 1u);
    pollfd again{ours.fd(), POLLIN, 0};
    EXPECT_EQ(::poll(&again, 1, 0), 0);
    ours.close();
}

TEST_F(Vfio, ADeletedDriverTakesTheFileAlong) {
    const auto unbind = "/sys/bus/mdev/drivers/vfio_ap_mdev/unbind";
    ASSERT_EQ(write_once(unbind, contract::m1), 0);
    EXPECT_EQ(open_error(group), ENOENT);
    // There is no way back for this mdev (run 6.12: ENODEV), only a new one.
    EXPECT_EQ(write_once("/sys/bus/mdev/drivers/vfio_ap_mdev/bind", contract::m1), ENODEV);
    ASSERT_EQ(write_once(path_of("M1/remove"), "1"), 0);
    ASSERT_EQ(write_once(path_of("create"), contract::m1), 0);
    EXPECT_EQ(open_error(group), 0);
}

TEST_F(Vfio, OwnersAndPermissionsAreKeptAndNewFilesRefused) {
    struct stat st {};
    ASSERT_EQ(::stat(group.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 07777, 0600u);
    EXPECT_EQ(::chmod(group.c_str(), 0660), 0);
    ASSERT_EQ(::stat(group.c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 07777, 0660u);
    EXPECT_EQ(::chown(group.c_str(), 0, 0), 0);
    EXPECT_EQ(open_error("/dev/vfio/new", O_RDWR | O_CREAT), EACCES);
    EXPECT_EQ(::unlink(group.c_str()), -1);
}

/// mdev-hold with a pipe for its input; its output to the end.
class MdevHold {
  public:
    explicit MdevHold(const std::string& more = "") {
        int input[2];
        if (::pipe2(input, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        input_ = input[1];
        const auto command = "mdev-hold " + contract::m1 + " " + more + " 2>&1 <&" + std::to_string(input[0]);
        ::fcntl(input[0], F_SETFD, 0);
        output_ = ::popen(command.c_str(), "re");
        ::close(input[0]);
    }
    ~MdevHold() { end_input(); }
    MdevHold(const MdevHold&) = delete;
    MdevHold& operator=(const MdevHold&) = delete;

    void end_input() {
        if (input_ >= 0) ::close(std::exchange(input_, -1));
    }
    std::string line() {
        char text[256];
        return std::fgets(text, sizeof text, output_) == nullptr ? "" : text;
    }
    std::string upto(const std::string& last) {
        std::string text;
        for (auto next = line(); !next.empty(); next = line()) {
            text += next;
            if (next == last) break;
        }
        return text;
    }
    int exit_status() { return WEXITSTATUS(::pclose(output_)); }

  private:
    int input_;
    FILE* output_;
};

constexpr const char* holding = "iommu_group: ok\nopen container: ok\nopen group: ok\nholding\n";

TEST_F(Vfio, MdevHoldHoldsUntilItsInputEnds) {
    MdevHold first;
    EXPECT_EQ(first.upto("holding\n"), holding);
    EXPECT_EQ(m1_state()["guest"], "mdev-hold");
    MdevHold second;
    EXPECT_EQ(second.upto(""), "iommu_group: ok\nopen container: ok\nopen group: Device or resource busy\n");
    EXPECT_EQ(second.exit_status(), 1);
    first.end_input();
    EXPECT_EQ(first.line(), "close device: ok\n");
    EXPECT_EQ(first.exit_status(), 0);
    EXPECT_EQ(status(), "assigned\n");
}

TEST_F(Vfio, MdevHoldGivesADeviceBackWhenAsked) {
    MdevHold hold("release");
    ASSERT_EQ(hold.upto("holding\n"), holding);
    EXPECT_EQ(write_once(m1_dir + "/remove", "1"), 0);
    EXPECT_EQ(hold.upto(""), "device request from the kernel\nclose device: ok\n");
    EXPECT_EQ(hold.exit_status(), 0);
}

TEST_F(Vfio, MdevHoldKeepsADeviceThatIsAskedFor) {
    MdevHold hold;
    ASSERT_EQ(hold.upto("holding\n"), holding);
    Removal removal;
    EXPECT_EQ(hold.line(), "device request from the kernel\n");
    EXPECT_EQ(status(), "in use\n");
    hold.end_input();
    EXPECT_EQ(hold.line(), "close device: ok\n");
    EXPECT_EQ(hold.exit_status(), 0);
}

} // namespace

} // namespace apsim
