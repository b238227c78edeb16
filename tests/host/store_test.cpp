// SPDX-License-Identifier: LGPL-2.1-or-later
// Definitions and records together: round trips, files of others, and what happens when either side fails.
#include "host/store.hpp"

#include "temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace ap::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Uuid one = *parse_uuid("11111111-2222-3333-4444-555555555555");
const Uuid two = *parse_uuid("22222222-2222-3333-4444-555555555555");
const std::string file_one = "etc/mdevctl.d/matrix/" + to_string(one);
const std::string file_two = "etc/mdevctl.d/matrix/" + to_string(two);
const std::string foreign =
    R"({"mdev_type":"vfio_ap-passthrough","start":"manual","attrs":[{"assign_adapter":"9"}],"note":"mine"})";

class StoreOnDiskTest : public ::testing::Test {
  protected:
    Wanted load(StoreOnDisk& from) {
        problems.clear();
        auto wanted = from.load(problems);
        EXPECT_TRUE(wanted) << to_string(wanted.error());
        return wanted.value_or(Wanted{});
    }
    Wanted load() { return load(store); }
    StoreOnDisk again() { return StoreOnDisk(paths); }

    testing::TemporaryDirectory root;
    StoreOnDisk::Paths paths{root.path("etc/mdevctl.d/matrix"), root.path("var/lib/apctl/apctl.db")};
    StoreOnDisk store{paths};
    Definition web{
        .name = "web", .matrix = {{Apid{3}}, {Apqi{4}}, {Apqi{4}}}, .autostart = true, .active = true};
    std::vector<std::string> problems;
};

TEST_F(StoreOnDiskTest, IsEmptyOnAFreshMachineAndMakesNoDirectoryOfMdevctls) {
    EXPECT_TRUE(load() == Wanted{});
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(paths.definitions));
}

TEST_F(StoreOnDiskTest, RemembersADefinitionAcrossARestart) {
    ASSERT_TRUE(store.set_definition(one, web));
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions, (std::map<Uuid, Definition>{{one, web}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, WritesFilesOthersCanRead) {
    ASSERT_TRUE(store.set_definition(one, web));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(root.path(file_one)).permissions(),
              perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
}

TEST_F(StoreOnDiskTest, LeavesNoTemporaryFiles) {
    ASSERT_TRUE(store.set_definition(one, web));
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(paths.definitions))
        names.push_back(entry.path().filename());
    EXPECT_THAT(names, ElementsAre(to_string(one)));
}

TEST_F(StoreOnDiskTest, RemembersPoolsAcrossARestart) {
    auto reserved = QueueSet::rectangle({Apid{0}, Apid{255}}, {Apqi{0}, Apqi{255}});
    auto keep = QueueSet::rectangle({Apid{7}}, DomainSet::all());
    ASSERT_TRUE(store.set_pools(QueueSet::rectangle(AdapterSet::all(), {Apqi{1}}), {}));
    ASSERT_TRUE(store.set_pools(reserved, keep));
    auto restarted = again();
    auto wanted = load(restarted);
    EXPECT_EQ(wanted.reserved, reserved);
    EXPECT_EQ(wanted.keep, keep);
}

TEST_F(StoreOnDiskTest, TakesAForeignDefinitionAsNamelessAndNotOurWish) {
    root.write(file_one, foreign);
    EXPECT_EQ(load().definitions.at(one),
              (Definition{.name = "", .matrix = {{Apid{9}}, {}, {}}, .autostart = false, .active = false}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, NamesAForeignDefinitionWithoutTouchingItsFile) {
    root.write(file_one, foreign);
    auto definition = load().definitions.at(one);
    definition.name = "db";
    definition.active = true;
    ASSERT_TRUE(store.set_definition(one, definition));
    EXPECT_EQ(root.read(file_one), foreign);
    EXPECT_EQ(load().definitions.at(one), definition);
}

TEST_F(StoreOnDiskTest, KeepsTheForeignKeysOfAFileItChanges) {
    root.write(file_one, foreign);
    ASSERT_TRUE(store.set_definition(one, web));
    EXPECT_THAT(root.read(file_one).value(), HasSubstr("\"note\": \"mine\""));
}

TEST_F(StoreOnDiskTest, NeverTouchesTheFilesOfOtherParents) {
    root.write("etc/mdevctl.d/0000:00:02.0/" + to_string(one), "anything");
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_TRUE(store.set_definition(one, std::nullopt));
    EXPECT_EQ(root.read("etc/mdevctl.d/0000:00:02.0/" + to_string(one)), "anything");
}

TEST_F(StoreOnDiskTest, RemovesADefinition) {
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_TRUE(store.set_definition(one, std::nullopt));
    EXPECT_TRUE(load() == Wanted{});
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_EQ(root.read(file_one), std::nullopt);
}

TEST_F(StoreOnDiskTest, GivesANameOnAfterItsMatrixIsGone) {
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_TRUE(store.set_definition(one, std::nullopt));
    ASSERT_TRUE(store.set_definition(two, web));
    EXPECT_EQ(load().definitions.at(two).name, "web");
}

TEST_F(StoreOnDiskTest, RefusesANameTwiceAndChangesNothing) {
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_FALSE(store.set_definition(two, web));
    EXPECT_EQ(root.read(file_two), std::nullopt);
    EXPECT_EQ(load().definitions, (std::map<Uuid, Definition>{{one, web}}));
}

TEST_F(StoreOnDiskTest, ReportsADefinitionThatSomebodyUndefined) {
    ASSERT_TRUE(store.set_definition(one, web));
    root.remove(file_one);
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr("matrix web: its definition")));
}

TEST_F(StoreOnDiskTest, KeepsTheNameOfAFileThatIsGoneOnlyForAMoment) {
    ASSERT_TRUE(store.set_definition(one, web));
    auto content = root.read(file_one).value();
    root.remove(file_one);
    load();
    root.write(file_one, content);
    EXPECT_EQ(load().definitions.at(one), web);
}

TEST_F(StoreOnDiskTest, ForgetsWhatSomebodyUndefinedWithTheNextChange) {
    ASSERT_TRUE(store.set_definition(one, web));
    root.remove(file_one);
    ASSERT_TRUE(store.set_definition(two, web)) << "the name is free";
    EXPECT_EQ(load().definitions, (std::map<Uuid, Definition>{{two, web}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, PutsBackWhatWasByteForByte) {
    root.write(file_one, foreign);
    auto saved = store.save(one);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_TRUE(store.restore(*saved));
    EXPECT_EQ(root.read(file_one), foreign);
    EXPECT_EQ(load().definitions.at(one).name, "");
}

TEST_F(StoreOnDiskTest, PutsBackThatThereWasNothing) {
    auto saved = store.save(one);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(store.set_definition(one, web));
    ASSERT_TRUE(store.restore(*saved));
    EXPECT_TRUE(load() == Wanted{});
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, PutsBackARecordWithItsFile) {
    ASSERT_TRUE(store.set_definition(one, web));
    auto saved = store.save(one);
    ASSERT_TRUE(saved);
    ASSERT_TRUE(store.set_definition(one, std::nullopt));
    ASSERT_TRUE(store.restore(*saved));
    EXPECT_EQ(load().definitions.at(one), web);
}

TEST_F(StoreOnDiskTest, NamesAFileItDoesNotUnderstandAndLeavesItAlone) {
    root.write(file_one, "{ half a file");
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr(root.path(file_one) + ": is not valid JSON")));
    auto refused = store.set_definition(one, web);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().subject, root.path(file_one));
    EXPECT_EQ(root.read(file_one), "{ half a file");
}

TEST_F(StoreOnDiskTest, DoesNotCallAnUnreadableDefinitionUndefined) {
    ASSERT_TRUE(store.set_definition(one, web));
    root.write(file_one, "{ half a file");
    load();
    EXPECT_THAT(problems, ElementsAre(HasSubstr("not valid JSON")));
}

TEST_F(StoreOnDiskTest, RefusesADefinitionOfOneMiB) {
    root.write(file_one, std::string(1024 * 1024, ' '));
    load();
    EXPECT_THAT(problems, ElementsAre(HasSubstr("larger than any such file should be")));
}

TEST_F(StoreOnDiskTest, IgnoresADirectoryInPlaceOfAFile) {
    root.mkdir(file_one);
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr("not a regular file")));
}

TEST_F(StoreOnDiskTest, NamesFilesThatAreNoUuid) {
    root.write("etc/mdevctl.d/matrix/web.bak", foreign);
    root.write("etc/mdevctl.d/matrix/.swap", foreign);
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr("\"web.bak\" is not the UUID")));
}

// --- The database fails
// ---------------------------------------------------------------------------------------------

TEST_F(StoreOnDiskTest, SetsADamagedDatabaseAsideAndGoesOn) {
    ASSERT_TRUE(store.set_definition(one, web));
    root.remove("var/lib/apctl");
    root.write("var/lib/apctl/apctl.db",
               "this is no database, and long enough to be seen as none" + std::string(4096, 'x'));
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions.at(one).name, "") << "the definition is there, its name is lost";
    EXPECT_THAT(problems, ElementsAre(HasSubstr("apctl.db.damaged-1")));
    EXPECT_TRUE(root.read("var/lib/apctl/apctl.db.damaged-1").value().starts_with("this is no database"));
    EXPECT_TRUE(restarted.set_definition(one, web));
}

TEST_F(StoreOnDiskTest, NoticesADatabaseDamagedInTheMiddle) {
    ASSERT_TRUE(store.set_definition(one, web));
    { auto closing = std::move(store); }
    auto content = root.read("var/lib/apctl/apctl.db").value();
    ASSERT_GT(content.size(), 8192u);
    root.write("var/lib/apctl/apctl.db",
               content.substr(0, 4096) + std::string(content.size() - 4096, '\xa5'));
    auto restarted = again();
    load(restarted);
    EXPECT_THAT(problems, ElementsAre(HasSubstr("damaged-1")));
}

TEST_F(StoreOnDiskTest, NumbersDamagedDatabases) {
    for (int n = 1; n <= 2; ++n) {
        root.write("var/lib/apctl/apctl.db", std::string(8192, 'x'));
        auto restarted = again();
        load(restarted);
        EXPECT_THAT(problems, ElementsAre(HasSubstr("damaged-" + std::to_string(n))));
    }
}

TEST_F(StoreOnDiskTest, LeavesADatabaseOfANewerVersionAlone) {
    {
        ASSERT_TRUE(store.set_definition(one, web));
        auto newer = Connection::open(paths.database);
        ASSERT_TRUE(newer && newer->run("PRAGMA user_version = 99"));
    }
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions.at(one).name, "");
    EXPECT_THAT(problems, ElementsAre(HasSubstr("newer apctl (schema 99")));
    EXPECT_FALSE(restarted.set_definition(one, std::nullopt));
    EXPECT_NE(root.read(file_one), std::nullopt);
}

TEST_F(StoreOnDiskTest, StartsWithoutADatabaseAndRefusesChanges) {
    root.mkdir("var/lib");
    root.write("var/lib/apctl", "a file in the way");
    root.write(file_one, foreign);
    EXPECT_TRUE(load().definitions.contains(one));
    EXPECT_THAT(problems, ElementsAre(HasSubstr("nothing can be changed")));
    auto refused = store.set_definition(one, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::host_io);
    EXPECT_EQ(root.read(file_one), foreign);
}

TEST_F(StoreOnDiskTest, ChangesNoRecordWhenTheFileCannotBeWritten) {
    ASSERT_TRUE(store.set_pools({}, {}));
    root.write("etc/mdevctl.d", "a file in the way");
    ASSERT_FALSE(store.set_definition(one, web));
    root.remove("etc/mdevctl.d");
    load();
    EXPECT_THAT(problems, IsEmpty()) << "a record without a file would be reported";
}

} // namespace
} // namespace ap::host
