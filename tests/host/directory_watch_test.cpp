// SPDX-License-Identifier: LGPL-2.1-or-later
// Changes of a directory that may not exist yet. inotify queues events before the call that made them
// returns, so nothing has to be waited for.
#include "host/directory_watch.hpp"

#include "temporary_directory.hpp"

#include <gtest/gtest.h>

namespace ap::host {
namespace {

class DirectoryWatchTest : public ::testing::Test {
  protected:
    testing::TemporaryDirectory root;
};

TEST_F(DirectoryWatchTest, IsQuietWhenNothingChanges) {
    root.write("d/a", "1");
    DirectoryWatch watch(root.path("d"));
    EXPECT_FALSE(watch.changed());
}

TEST_F(DirectoryWatchTest, SeesAFileThatComesChangesAndGoes) {
    root.mkdir("d");
    DirectoryWatch watch(root.path("d"));
    root.write("d/a", "1");
    EXPECT_TRUE(watch.changed());
    EXPECT_FALSE(watch.changed()) << "said once";
    root.write("d/a", "2");
    EXPECT_TRUE(watch.changed());
    root.remove("d/a");
    EXPECT_TRUE(watch.changed());
}

TEST_F(DirectoryWatchTest, SeesAFileThatIsRenamedIntoPlace) {
    root.write("d/.temporary", "1");
    DirectoryWatch watch(root.path("d"));
    std::filesystem::rename(root.path("d/.temporary"), root.path("d/a"));
    EXPECT_TRUE(watch.changed());
}

TEST_F(DirectoryWatchTest, IgnoresHiddenFiles) {
    root.mkdir("d");
    DirectoryWatch watch(root.path("d"));
    root.write("d/.swap", "1");
    EXPECT_FALSE(watch.changed());
}

TEST_F(DirectoryWatchTest, SeesADirectoryAppearFarBelowWhatExists) {
    DirectoryWatch watch(root.path("etc/mdevctl.d/matrix"));
    root.mkdir("etc");
    EXPECT_FALSE(watch.changed()) << "nothing to read yet";
    root.write("etc/mdevctl.d/matrix/a", "1");
    EXPECT_TRUE(watch.changed());
    root.write("etc/mdevctl.d/matrix/b", "1");
    EXPECT_TRUE(watch.changed());
}

TEST_F(DirectoryWatchTest, IgnoresWhatHappensBesideTheMissingDirectory) {
    root.mkdir("etc");
    DirectoryWatch watch(root.path("etc/mdevctl.d/matrix"));
    root.write("etc/passwd", "1");
    EXPECT_FALSE(watch.changed());
}

TEST_F(DirectoryWatchTest, SeesTheDirectoryGoAndComeBack) {
    root.write("d/a", "1");
    DirectoryWatch watch(root.path("d"));
    root.remove("d");
    EXPECT_TRUE(watch.changed());
    root.write("d/a", "1");
    EXPECT_TRUE(watch.changed());
    root.write("d/b", "1");
    EXPECT_TRUE(watch.changed());
}

} // namespace
} // namespace ap::host
