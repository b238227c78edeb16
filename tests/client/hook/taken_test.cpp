// SPDX-License-Identifier: LGPL-2.1-or-later
// What hooks remember for each other.
#include "hook/taken.hpp"

#include "canned.hpp"
#include "temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <memory>
#include <sys/file.h>
#include <unistd.h>

namespace ap::hook {
namespace {

const auto web = fakes::uuid_of(1), db = fakes::uuid_of(2);

class Hooks : public testing::Test {
  protected:
    host::testing::TemporaryDirectory directory_;
    std::string path = directory_.path("a/b");
    Taken one{path, fakes::uuid_of(98)}, other{path, fakes::uuid_of(99)};
};

TEST_F(Hooks, RememberNothingAtFirst) {
    EXPECT_FALSE(Taken::by_anybody(path));
    EXPECT_TRUE(one.matrices().empty());
    EXPECT_FALSE(one.by_others(web));
    one.forget(web);
}

TEST_F(Hooks, RememberWhoHasTakenWhat) {
    EXPECT_TRUE(one.add(web));
    EXPECT_TRUE(one.add(web));
    EXPECT_TRUE(other.add(db));
    EXPECT_EQ(one.matrices(), std::vector{web});
    EXPECT_FALSE(one.by_others(web));
    EXPECT_TRUE(other.by_others(web));
    one.forget(web);
    EXPECT_TRUE(one.matrices().empty());
    EXPECT_TRUE(Taken::by_anybody(path)) << "the other guest has";
}

TEST_F(Hooks, ForgetForOthersWhatTheyTookLongAgoAndDoNotLiveToRelease) {
    const auto nobody_lives = [](const Uuid&) { return false; };
    EXPECT_TRUE(one.add(web) && other.add(web));
    one.forget_others(web, std::chrono::hours(1), nobody_lives);
    EXPECT_TRUE(one.by_others(web)) << "it may be starting";
    one.forget_others(web, std::chrono::hours(-1), [](const Uuid&) { return true; });
    EXPECT_TRUE(one.by_others(web)) << "it runs";
    one.forget_others(db, std::chrono::hours(-1), nobody_lives);
    EXPECT_TRUE(one.by_others(web)) << "another matrix";
    one.forget_others(web, std::chrono::hours(-1), nobody_lives);
    EXPECT_FALSE(one.by_others(web));
    EXPECT_EQ(one.matrices(), std::vector{web}) << "its own it has to release itself";
}

TEST_F(Hooks, TakeTurns) {
    auto first = std::make_unique<Turn>(one.turn(web).value());
    EXPECT_TRUE(one.turn(db)) << "another matrix is another matter";
    const int lock = ::open((path + "/" + to_string(web) + ".lock").c_str(), O_RDONLY | O_CLOEXEC);
    EXPECT_NE(::flock(lock, LOCK_EX | LOCK_NB), 0) << "another hook would wait";
    first.reset();
    EXPECT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
    ::close(lock);
    EXPECT_FALSE(Taken::by_anybody(path)) << "whose turn it is has not yet taken anything";
}

TEST_F(Hooks, SayWhatCannotBeWritten) {
    const Taken nowhere("/proc/nowhere", fakes::uuid_of(98));
    EXPECT_EQ(nowhere.add(web).error().fault, Fault::host_io);
    EXPECT_EQ(nowhere.turn(web).error().fault, Fault::host_io);
}

} // namespace
} // namespace ap::hook
