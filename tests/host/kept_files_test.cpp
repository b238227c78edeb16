// SPDX-License-Identifier: LGPL-2.1-or-later
// Files that stay open show what is there now, not what was there when they were opened.
#include "host/kept_files.hpp"

#include "temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cerrno>

#include <fcntl.h>

namespace ap::host {
namespace {

class KeptFilesTest : public ::testing::Test {
  protected:
    testing::TemporaryDirectory root;
    Directory directory{root.path()};
    KeptFiles files{directory};
};

TEST_F(KeptFilesTest, AreReadAnewEachTime) {
    root.write("count", "1\n");
    EXPECT_EQ(files.read("count").value(), "1\n");
    root.write("count", "27\n");
    EXPECT_EQ(files.read("count").value(), "27\n");
}

TEST_F(KeptFilesTest, TellWhatIsNotThereAndFindItWhenItIs) {
    EXPECT_EQ(files.read("count").value(), std::nullopt);
    root.write("count", "1\n");
    EXPECT_EQ(files.read("count").value(), "1\n");
}

TEST_F(KeptFilesTest, FailAsOthersDo) {
    root.mkdir("folder");
    for (int i = 0; i < 2; ++i) {
        const auto read = files.read("folder");
        ASSERT_FALSE(read);
        EXPECT_EQ(read.error().subject, root.path("folder"));
        EXPECT_EQ(read.error().errno_value, EISDIR);
    }
}

TEST_F(KeptFilesTest, AreOpenedOnce) {
    root.write("count", "1\n");
    (void)files.read("count");
    const auto next = [] { return FileDescriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC)).get(); };
    const int before = next();
    for (int i = 0; i < 3; ++i) (void)files.read("count");
    EXPECT_EQ(next(), before) << "a descriptor was left open";
}

TEST_F(KeptFilesTest, AreNotKeptWithoutEnd) {
    for (std::size_t i = 0; i < KeptFiles::most + 10; ++i) {
        const auto name = "file" + std::to_string(i);
        root.write(name, name);
        EXPECT_EQ(files.read(name).value(), name);
        EXPECT_EQ(files.read(name).value(), name);
    }
    const FileDescriptor next(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    EXPECT_LT(next.get(), static_cast<int>(KeptFiles::most) + 20);
}

TEST_F(KeptFilesTest, ThoseThatAreReadAgainStay) {
    root.write("often", "old");
    root.write("once", "old");
    (void)files.read("once");
    for (std::size_t i = 0; i < KeptFiles::most; ++i) {
        EXPECT_EQ(files.read("often").value(), "old");
        const auto name = "file" + std::to_string(i);
        root.write(name, name);
        (void)files.read(name);
    }
    for (const auto* name : {"often", "once"}) {
        root.remove(name);
        root.write(name, "new"); // another file by that name
    }
    EXPECT_EQ(files.read("often").value(), "old");
    EXPECT_EQ(files.read("once").value(), "new");
}

} // namespace
} // namespace ap::host
