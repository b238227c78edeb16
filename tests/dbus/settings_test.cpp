// SPDX-License-Identifier: LGPL-2.1-or-later
// The settings: what is not understood is told, and its default holds.
#include "settings.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace ap {
namespace {

class SettingsTest : public testing::Test {
  protected:
    ~SettingsTest() override { std::filesystem::remove(path_); }
    Settings read(const std::string& text) {
        std::ofstream(path_) << text;
        return read_settings(path_);
    }
    const std::string path_ = testing::TempDir() + "apctld-" + std::to_string(getpid()) + ".toml";
};

TEST_F(SettingsTest, NoFileSetsNothing) {
    const auto settings = read_settings("/nonexistent/apctld.toml");
    EXPECT_EQ(settings.foreign_policy, Policy::report);
    EXPECT_TRUE(settings.problems.empty());
}

TEST_F(SettingsTest, ThePolicyIsOneOfThree) {
    EXPECT_EQ(read("foreign-policy = \"yield\"\n").foreign_policy, Policy::yield);
    EXPECT_EQ(read("# as it is\nforeign-policy = \"enforce\"\n").foreign_policy, Policy::enforce);
    EXPECT_TRUE(read("foreign-policy = \"report\"\n").problems.empty());
}

TEST_F(SettingsTest, GuestsAreAskedForWhereItIsSaid) {
    EXPECT_EQ(read("").libvirt, "qemu:///system");
    EXPECT_EQ(read("libvirt = \"test:///default\"\n").libvirt, "test:///default");
    for (const char* value : {"\"\"", "\"system\"", "7"}) {
        const auto settings = read(std::string("libvirt = ") + value + "\n");
        EXPECT_EQ(settings.libvirt, "qemu:///system");
        ASSERT_EQ(settings.problems.size(), 1U) << value;
        EXPECT_NE(settings.problems.front().find("line 1"), std::string::npos) << settings.problems.front();
    }
}

TEST_F(SettingsTest, AnotherValueIsToldWithItsLine) {
    for (const char* value : {"\"fight\"", "3", "[\"yield\"]", "true"}) {
        const auto settings = read(std::string("\nforeign-policy = ") + value + "\n");
        EXPECT_EQ(settings.foreign_policy, Policy::report);
        ASSERT_EQ(settings.problems.size(), 1U) << value;
        EXPECT_NE(settings.problems.front().find("line 2: foreign-policy is to be"), std::string::npos) << settings.problems.front();
    }
}

TEST_F(SettingsTest, AnUnknownKeyIsToldAndTheOthersHold) {
    const auto settings = read("foreign-polcy = \"yield\"\nforeign-policy = \"enforce\"\n");
    EXPECT_EQ(settings.foreign_policy, Policy::enforce);
    ASSERT_EQ(settings.problems.size(), 1U);
    EXPECT_NE(settings.problems.front().find("there is no setting \"foreign-polcy\""), std::string::npos);
}

TEST_F(SettingsTest, WhatIsNoTomlIsToldWithItsLine) {
    const auto settings = read("foreign-policy = \"yield\"\n= what\n");
    EXPECT_EQ(settings.foreign_policy, Policy::report);
    ASSERT_EQ(settings.problems.size(), 1U);
    EXPECT_NE(settings.problems.front().find("line 2"), std::string::npos) << settings.problems.front();
}

} // namespace
} // namespace ap
