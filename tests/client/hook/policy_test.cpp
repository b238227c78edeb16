// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/policy.hpp"

#include "temporary_directory.hpp"

#include <gtest/gtest.h>

namespace ap::hook {
namespace {

class HookPolicy : public testing::Test {
  protected:
    Result<Policy> read(const std::string& text) {
        directory_.write("libvirt-hook.toml", text);
        return read_policy_file(path());
    }
    std::string path() { return directory_.path("libvirt-hook.toml"); }

  private:
    host::testing::TemporaryDirectory directory_;
};

TEST_F(HookPolicy, WithoutAFileIsTheDefault) {
    const auto policy = read_policy_file(path());
    ASSERT_TRUE(policy);
    EXPECT_EQ(*policy, Policy{});
}

TEST_F(HookPolicy, AMatrixDiffersFromAllInWhatItSays) {
    const auto policy = read("deadline = 30\nsettle-time = 0\nwithout-daemon = \"start\"\nrequire = \"none\"\nstop-with-guest = false\n"
                             "[matrix.web]\nrequire = \"all\"\n[matrix.6b000000-0000-4000-8000-000000000001]\nstop-with-guest = true\n");
    ASSERT_TRUE(policy) << to_string(policy.error());
    EXPECT_EQ(policy->deadline, std::chrono::seconds(30));
    EXPECT_EQ(policy->settle_time, std::chrono::seconds(0));
    EXPECT_TRUE(policy->start_without_daemon);
    EXPECT_EQ(policy->of("other", "other"), (MatrixPolicy{Require::none, false}));
    EXPECT_EQ(policy->of("other", "web"), (MatrixPolicy{Require::all, false}));
    EXPECT_EQ(policy->of("6b000000-0000-4000-8000-000000000001", "web"), (MatrixPolicy{Require::none, true}));
}

TEST_F(HookPolicy, WhatIsNotUnderstoodIsSaidWithItsLine) {
    const struct { const char* text; const char* words; } rows[] = {
        {"deadline = 0\n", "line 1: a time is to be 1 to 300"},
        {"\ndeadline = \"10\"\n", "line 2: a time is to be 1 to 300"},
        {"settle-time = 301\n", "line 1: a time is to be 0 to 300"},
        {"without-daemon = \"maybe\"\n", "line 1: is to be one of \"refuse\", \"start\""},
        {"require = \"some\"\n", "line 1: is to be one of \"all\", \"any\", \"none\""},
        {"stop-with-guest = 1\n", "line 1: stop-with-guest is to be true or false"},
        {"requires = \"all\"\n", "line 1: there is no setting \"requires\""},
        {"matrix = 1\n", "line 1: is to be tables"},
        {"[matrix]\nweb = 1\n", "line 2: is to be a table"},
        {"[matrix.web]\nrequires = 1\n", "line 2: there is no setting \"requires\""},
        {"require =\n", "line 1: "},
    };
    for (const auto& row : rows) {
        const auto policy = read(row.text);
        ASSERT_FALSE(policy) << row.text;
        EXPECT_EQ(policy.error().fault, Fault::invalid);
        EXPECT_NE(to_string(policy.error()).find(row.words), std::string::npos) << to_string(policy.error());
    }
}

} // namespace
} // namespace ap::hook
