// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes as files: what is an answer, what is "not there", what is an error.
#include "host/sysfs.hpp"

#include "temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <set>

namespace ap::host {
namespace {

using ::testing::HasSubstr;

class DirectoryTest : public ::testing::Test {
  protected:
    DirectoryTest() { root.write("bus/apmask", "0xff\n"); }
    testing::TemporaryDirectory root;
    Directory directory{root.path()};
};

TEST_F(DirectoryTest, ReadsAnAttributeWithItsNewline) {
    EXPECT_EQ(directory.read("bus/apmask").value(), "0xff\n");
}

TEST_F(DirectoryTest, TellsAMissingAttributeFromAnEmptyOne) {
    root.write("empty", "");
    EXPECT_EQ(directory.read("empty").value(), "");
    EXPECT_EQ(directory.read("nothing").value(), std::nullopt);
    EXPECT_EQ(directory.read("bus/apmask/below").value(), std::nullopt);
}

TEST_F(DirectoryTest, NamesPathAndCauseOfAFailedRead) {
    auto read = directory.read("bus");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::host_io);
    EXPECT_EQ(read.error().subject, root.path("bus"));
    EXPECT_EQ(read.error().errno_value, EISDIR);
    EXPECT_THAT(read.error().reason, HasSubstr("Is a directory"));
}

TEST_F(DirectoryTest, SaysWhatCouldNotBeWrittenShortly) {
    auto written = directory.write("bus/nothing", std::string(200, 'f'));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().fault, Fault::kernel_refused);
    EXPECT_EQ(written.error().errno_value, ENOENT);
    EXPECT_THAT(written.error().reason, HasSubstr("\"ffff"));
    EXPECT_LT(written.error().reason.size(), 100u);
}

TEST_F(DirectoryTest, KeepsTheErrnoOfARefusedWrite) {
    Directory dev("/dev");
    auto written = dev.write("full", "1");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().errno_value, ENOSPC);
}

TEST_F(DirectoryTest, ListsNames) {
    root.write("bus/aqmask", "");
    std::set<std::string> names;
    ASSERT_EQ(directory.list("bus", [&](std::string_view name) { names.emplace(name); }).value(), true);
    EXPECT_EQ(names, (std::set<std::string>{"apmask", "aqmask"}));
    EXPECT_EQ(directory.list("nothing", [](std::string_view) {}).value(), false);
}

TEST_F(DirectoryTest, AnswersAsIfEmptyWhenItIsNotThere) {
    auto missing = directory.at("missing");
    EXPECT_EQ(missing.read("file").value(), std::nullopt);
    EXPECT_EQ(missing.at("deeper").read("file").value(), std::nullopt);
    EXPECT_FALSE(missing.has("file"));
    EXPECT_EQ(missing.link("file").value(), std::nullopt);
}

TEST_F(DirectoryTest, FollowsALinkByName) {
    root.symlink("iommu_group", "../../kernel/iommu_groups/7");
    EXPECT_EQ(directory.link("iommu_group").value(), "../../kernel/iommu_groups/7");
    EXPECT_EQ(directory.link("bus").value(), std::nullopt);
}

} // namespace
} // namespace ap::host
