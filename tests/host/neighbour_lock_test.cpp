// SPDX-License-Identifier: LGPL-2.1-or-later
// The lock of s390-tools: taken, respected, recognised as stale, given back.
#include "host/neighbour_lock.hpp"

#include "temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <csignal>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <thread>

namespace ap::host {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

/// The number of a process that has ended and been waited for.
pid_t dead_pid() {
    auto pid = ::fork();
    if (pid == 0) ::_exit(0);
    ::waitpid(pid, nullptr, 0);
    return pid;
}

class NeighbourLockTest : public ::testing::Test {
  protected:
    void let_mtime_be(time_t when) {
        timespec times[2] = {{when, 0}, {when, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, root.path("lock").c_str(), times, 0), 0);
    }
    testing::TemporaryDirectory root;
    NeighbourLockFile lock{root.path("lock")};
};

TEST_F(NeighbourLockTest, HoldsOurPidAsTheNeighboursExpectIt) {
    ASSERT_TRUE(lock.acquire(0ms));
    EXPECT_EQ(root.read("lock"), std::to_string(::getpid()) + "\n");
}

TEST_F(NeighbourLockTest, LeavesNothingBehind) {
    ASSERT_TRUE(lock.acquire(0ms));
    lock.release();
    EXPECT_TRUE(std::filesystem::is_empty(root.path()));
}

TEST_F(NeighbourLockTest, IsGivenBackAtTheEnd) {
    {
        NeighbourLockFile other(root.path("lock"));
        ASSERT_TRUE(other.acquire(0ms));
    }
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, NamesALivingHolder) {
    root.write("lock", std::to_string(::getppid()) + "\n");
    auto held = lock.acquire(0ms);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().fault, Fault::foreign_owner);
    EXPECT_THAT(held.error().reason, HasSubstr("pid " + std::to_string(::getppid()) + " ("));
    EXPECT_EQ(root.read("lock"), std::to_string(::getppid()) + "\n");
}

TEST_F(NeighbourLockTest, LeavesNoTemporaryFileWhenItGivesUp) {
    root.write("lock", std::to_string(::getppid()) + "\n");
    ASSERT_FALSE(lock.acquire(0ms));
    EXPECT_FALSE(std::filesystem::exists(root.path("lock." + std::to_string(::getpid()))));
}

TEST_F(NeighbourLockTest, IsHadWhenTheHolderGivesItBackInTime) {
    root.write("lock", std::to_string(::getppid()) + "\n");
    std::thread holder([&] { std::filesystem::remove(root.path("lock")); });
    EXPECT_TRUE(lock.acquire(10s));
    holder.join();
}

TEST_F(NeighbourLockTest, TakesALockWhoseHolderIsGone) {
    root.write("lock", std::to_string(dead_pid()) + "\n");
    EXPECT_TRUE(lock.acquire(0ms));
    EXPECT_EQ(root.read("lock"), std::to_string(::getpid()) + "\n");
}

TEST_F(NeighbourLockTest, TakesALockLeftByAFormerProcessOfOurNumber) {
    root.write("lock", std::to_string(::getpid()) + "\n");
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, TakesALockOfAFormerDaemonWhosePidIsAnotherProgramsByNow) {
    root.write("lock", "1\n"); // alive, and not this program
    EXPECT_FALSE(lock.acquire(0ms));
    lock.left_by(1);
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, RespectsALockOfAFormerDaemonThatIsStillThere) {
    // A process of our own name, as one that is stuck in the kernel would be.
    const auto child = ::fork();
    if (child == 0) ::pause();
    root.write("lock", std::to_string(child) + "\n");
    lock.left_by(static_cast<std::uint32_t>(child));
    EXPECT_FALSE(lock.acquire(0ms));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, TakesALockThatADaemonOfOursWasKilledWith) {
    const auto daemon = ::fork();
    if (daemon == 0) {
        if (lock.acquire(0ms)) ::kill(::getpid(), SIGKILL);
        ::_exit(1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(daemon, &status, 0), daemon);
    ASSERT_TRUE(WIFSIGNALED(status));
    ASSERT_EQ(root.read("lock"), std::to_string(daemon) + "\n");
    ASSERT_TRUE(lock.acquire(0ms));
    lock.release();
    EXPECT_TRUE(std::filesystem::is_empty(root.path())) << "neither lock nor temporary file is left";
}

TEST_F(NeighbourLockTest, IsHadWhenACalloutOfTheNamedProcessGivesItBack) {
    // ap-check writes the pid of mdevctl, which lives on; the callout that removes the lock is another process.
    root.write("lock", std::to_string(::getppid()) + "\n");
    ASSERT_FALSE(lock.acquire(0ms));
    const auto callout = ::fork();
    if (callout == 0) ::_exit(::unlink(root.path("lock").c_str()));
    EXPECT_TRUE(lock.acquire(10s));
    ::waitpid(callout, nullptr, 0);
}

TEST_F(NeighbourLockTest, RespectsALockThatHasNoPidYet) {
    root.write("lock", "");
    auto held = lock.acquire(0ms);
    ASSERT_FALSE(held);
    EXPECT_THAT(held.error().reason, HasSubstr("not written its pid yet"));
}

TEST_F(NeighbourLockTest, TakesALockThatHasHadNoPidForTwoMinutes) {
    root.write("lock", "");
    let_mtime_be(::time(nullptr) - 121);
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, TreatsGarbageAsNoPid) {
    root.write("lock", "who knows\n" + std::string(100000, 'x'));
    EXPECT_FALSE(lock.acquire(0ms));
    let_mtime_be(::time(nullptr) - 121);
    EXPECT_TRUE(lock.acquire(0ms));
}

TEST_F(NeighbourLockTest, DoesNotTakeAwayALockThatIsSomebodyElsesByNow) {
    ASSERT_TRUE(lock.acquire(0ms));
    root.write("lock", std::to_string(::getppid()) + "\n");
    lock.release();
    EXPECT_EQ(root.read("lock"), std::to_string(::getppid()) + "\n");
}

TEST_F(NeighbourLockTest, SaysWhyItCannotBeMade) {
    NeighbourLockFile nowhere(root.path("missing/lock"));
    auto held = nowhere.acquire(0ms);
    ASSERT_FALSE(held);
    EXPECT_EQ(held.error().fault, Fault::host_io);
    EXPECT_EQ(held.error().errno_value, ENOENT);
}

} // namespace
} // namespace ap::host
