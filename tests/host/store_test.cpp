// SPDX-License-Identifier: LGPL-2.1-or-later
// Definitions and records together: round trips, files of others, and what happens when either side fails.
#include "host/store.hpp"

#include "put_definition.hpp"
#include "temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include <sys/resource.h>

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
    Result<void> put_pools(const QueueSet& reserved, const QueueSet& keep) {
        auto changes = store.prepare({SetPools{QueueSet{}, reserved, QueueSet{}, keep}}, {});
        return changes ? store.commit(*changes, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {})
                       : std::unexpected(changes.error());
    }
    RecordChanges prepared(const Uuid& uuid, const std::optional<Definition>& definition) {
        return store.prepare({SetDefinition{uuid, std::nullopt, definition}}, {}).value();
    }
    /// The files as a process leaves them that dies between them and the database.
    void write_files_of(const RecordChanges& changes) {
        for (const auto& file : changes.definitions)
            if (file.file_after)
                root.write("etc/mdevctl.d/matrix/" + to_string(file.uuid), *file.file_after);
            else
                root.remove("etc/mdevctl.d/matrix/" + to_string(file.uuid));
    }

    testing::TemporaryDirectory root;
    StoreOnDisk::Paths paths{root.path("etc/mdevctl.d/matrix"), root.path("var/lib/apctl/apctl.db"), "boot"};
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
    ASSERT_TRUE(testing::put_definition(store, one, web));
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions, (std::map<Uuid, Definition>{{one, web}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, WritesFilesOthersCanRead) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(root.path(file_one)).permissions(),
              perms::owner_read | perms::owner_write | perms::group_read | perms::others_read);
}

TEST_F(StoreOnDiskTest, LeavesNoTemporaryFiles) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(paths.definitions))
        names.push_back(entry.path().filename());
    EXPECT_THAT(names, ElementsAre(to_string(one)));
}

TEST_F(StoreOnDiskTest, RemembersPoolsAcrossARestart) {
    auto reserved = QueueSet::rectangle({Apid{0}, Apid{255}}, {Apqi{0}, Apqi{255}});
    auto keep = QueueSet::rectangle({Apid{7}}, DomainSet::all());
    ASSERT_TRUE(put_pools(QueueSet::rectangle(AdapterSet::all(), {Apqi{1}}), {}));
    ASSERT_TRUE(put_pools(reserved, keep));
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
    ASSERT_TRUE(testing::put_definition(store, one, definition));
    EXPECT_EQ(root.read(file_one), foreign);
    EXPECT_EQ(load().definitions.at(one), definition);
}

TEST_F(StoreOnDiskTest, KeepsTheForeignKeysOfAFileItChanges) {
    root.write(file_one, foreign);
    ASSERT_TRUE(testing::put_definition(store, one, web));
    EXPECT_THAT(root.read(file_one).value(), HasSubstr("\"note\": \"mine\""));
}

TEST_F(StoreOnDiskTest, NeverTouchesTheFilesOfOtherParents) {
    root.write("etc/mdevctl.d/0000:00:02.0/" + to_string(one), "anything");
    ASSERT_TRUE(testing::put_definition(store, one, web));
    ASSERT_TRUE(testing::put_definition(store, one, std::nullopt));
    EXPECT_EQ(root.read("etc/mdevctl.d/0000:00:02.0/" + to_string(one)), "anything");
}

TEST_F(StoreOnDiskTest, RemovesADefinition) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    ASSERT_TRUE(testing::put_definition(store, one, std::nullopt));
    EXPECT_TRUE(load() == Wanted{});
    EXPECT_THAT(problems, IsEmpty());
    EXPECT_EQ(root.read(file_one), std::nullopt);
}

TEST_F(StoreOnDiskTest, GivesANameOnAfterItsMatrixIsGone) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    ASSERT_TRUE(testing::put_definition(store, one, std::nullopt));
    ASSERT_TRUE(testing::put_definition(store, two, web));
    EXPECT_EQ(load().definitions.at(two).name, "web");
}

TEST_F(StoreOnDiskTest, RefusesANameTwiceAndChangesNothing) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    ASSERT_FALSE(testing::put_definition(store, two, web));
    EXPECT_EQ(root.read(file_two), std::nullopt);
    EXPECT_EQ(load().definitions, (std::map<Uuid, Definition>{{one, web}}));
}

TEST_F(StoreOnDiskTest, ReportsADefinitionThatSomebodyUndefined) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    root.remove(file_one);
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr("matrix web: its definition")));
}

TEST_F(StoreOnDiskTest, KeepsTheNameOfAFileThatIsGoneOnlyForAMoment) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    auto content = root.read(file_one).value();
    root.remove(file_one);
    load();
    root.write(file_one, content);
    EXPECT_EQ(load().definitions.at(one), web);
}

TEST_F(StoreOnDiskTest, ForgetsWhatSomebodyUndefinedWithTheNextChange) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    root.remove(file_one);
    ASSERT_TRUE(testing::put_definition(store, two, web)) << "the name is free";
    EXPECT_EQ(load().definitions, (std::map<Uuid, Definition>{{two, web}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, PutsBackWhatWasByteForByte) {
    root.write(file_one, foreign);
    const auto changes = prepared(one, web);
    write_files_of(changes);
    EXPECT_THAT(store.put_back(changes).value(), IsEmpty());
    EXPECT_EQ(root.read(file_one), foreign);
}

TEST_F(StoreOnDiskTest, RemembersTheChosenWayOfBinding) {
    EXPECT_EQ(load().binding, BindChoice::automatic);
    for (auto choice : {BindChoice::masks, BindChoice::overrides}) {
        auto changes = store.prepare({SetBindChoice{BindChoice::automatic, choice}}, {});
        ASSERT_TRUE(changes && store.commit(*changes, {1, "entry"}, Store::Foreign::refuse, {}, {}));
        EXPECT_EQ(load().binding, choice);
    }
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, PutsBackThatThereWasNothing) {
    const auto changes = prepared(one, web);
    write_files_of(changes);
    ASSERT_TRUE(store.put_back(changes));
    EXPECT_TRUE(load() == Wanted{});
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, PutsBackWhatWasNeverWritten) {
    const auto changes = prepared(one, web);
    EXPECT_THAT(store.put_back(changes).value(), IsEmpty()) << "there is not even a directory";
    EXPECT_TRUE(load() == Wanted{});
}

TEST_F(StoreOnDiskTest, PutsBackWhatWasRemoved) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    const auto changes = prepared(one, std::nullopt);
    write_files_of(changes);
    ASSERT_TRUE(store.put_back(changes));
    EXPECT_EQ(load().definitions.at(one), web);
}

TEST_F(StoreOnDiskTest, LeavesAFileThatSomebodyElseChangedMeanwhile) {
    const auto changes = prepared(one, web);
    root.write(file_one, foreign);
    EXPECT_THAT(store.put_back(changes).value(), ElementsAre(one));
    EXPECT_EQ(root.read(file_one), foreign);
    const auto refused = store.commit(changes, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::conflict);
    ASSERT_TRUE(store.commit(changes, {1, "entry"}, Store::Foreign::leave, std::nullopt, {}));
    EXPECT_EQ(root.read(file_one), foreign);
}

/// Files grow no further than this, as on a disk that is full.
class FilesOfAtMost {
  public:
    explicit FilesOfAtMost(rlim_t bytes) {
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit limit{bytes, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    FilesOfAtMost(const FilesOfAtMost&) = delete;
    ~FilesOfAtMost() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        (void)std::signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_{};
    void (*handler_)(int) = std::signal(SIGXFSZ, SIG_IGN);
};

TEST_F(StoreOnDiskTest, GivesWhatIsWantedBeforeItIsOnTheDiskAndTheOldAgainWhenThatFails) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    const auto found = load();
    auto db = web;
    db.name = "db";
    const auto changes = store.prepare({SetDefinition{one, web, db}}, {}).value();
    std::vector<std::string> seen;
    const auto look = [&] { seen.push_back(load().definitions.at(one).name); };
    {
        const FilesOfAtMost one_kilobyte(1024); // enough for a definition, not for the database
        EXPECT_FALSE(store.commit(changes, {2, "entry"}, Store::Foreign::refuse, std::nullopt, look));
    }
    EXPECT_TRUE(load() == found);
    ASSERT_TRUE(store.commit(changes, {2, "entry"}, Store::Foreign::refuse, std::nullopt, look));
    look();
    EXPECT_THAT(seen, ElementsAre("db", "db", "db"));
}

TEST_F(StoreOnDiskTest, PutsBackAFileOfWhichACrashLeftTheBeginning) {
    root.write(file_one, foreign);
    const auto changes = prepared(one, web);
    root.write(file_one, changes.definitions.front().file_after->substr(0, 10));
    EXPECT_THAT(store.put_back(changes).value(), IsEmpty());
    EXPECT_EQ(root.read(file_one), foreign);
}

TEST_F(StoreOnDiskTest, NamesAFileItDoesNotUnderstandAndLeavesItAlone) {
    root.write(file_one, "{ half a file");
    EXPECT_THAT(load().definitions, IsEmpty());
    EXPECT_THAT(problems, ElementsAre(HasSubstr(root.path(file_one) + ": is not valid JSON")));
    auto refused = testing::put_definition(store, one, web);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().subject, root.path(file_one));
    EXPECT_EQ(root.read(file_one), "{ half a file");
}

TEST_F(StoreOnDiskTest, DoesNotCallAnUnreadableDefinitionUndefined) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
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

// --- Drained adapters

const Drain had_by_web{{{one, {"web", {Apqi{4}, Apqi{255}}, false}}, {two, {"", {}, true}}}, {Apqi{0}}};

TEST_F(StoreOnDiskTest, RemembersWhoHadADrainedAdapterAcrossARestart) {
    const auto drained = store.prepare({SetDrain{Apid{255}, std::nullopt, had_by_web}, SetDrain{Apid{0}, std::nullopt, Drain{}}}, {}).value();
    ASSERT_TRUE(store.commit(drained, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    auto restarted = again();
    EXPECT_EQ(load(restarted).drains, (std::map<Apid, Drain>{{Apid{0}, {}}, {Apid{255}, had_by_web}}));
    const auto restored = restarted.prepare({SetDrain{Apid{255}, had_by_web, std::nullopt}}, {}).value();
    ASSERT_TRUE(restarted.commit(restored, {2, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    EXPECT_EQ(load(restarted).drains, (std::map<Apid, Drain>{{Apid{0}, {}}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, BringsADatabaseFromBeforeDrainsUpToDate) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    { auto closing = std::move(store); }
    {
        auto older = Connection::open(paths.database);
        ASSERT_TRUE(older && older->run("DROP TABLE drain; DROP TABLE drain_share; PRAGMA user_version = 4"));
    }
    auto newer = again();
    EXPECT_EQ(load(newer).definitions, (std::map<Uuid, Definition>{{one, web}}));
    const auto drained = newer.prepare({SetDrain{Apid{4}, std::nullopt, had_by_web}}, {}).value();
    ASSERT_TRUE(newer.commit(drained, {2, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    EXPECT_EQ(load(newer).drains, (std::map<Apid, Drain>{{Apid{4}, had_by_web}}));
    EXPECT_THAT(problems, IsEmpty());
}

TEST_F(StoreOnDiskTest, ADrainThatIsNotUnderstoodIsSaidAndNothingIsChanged) {
    const auto drained = store.prepare({SetDrain{Apid{4}, std::nullopt, had_by_web}}, {}).value();
    ASSERT_TRUE(store.commit(drained, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {}));
    { auto closing = std::move(store); }
    {
        auto somebody = Connection::open(paths.database);
        ASSERT_TRUE(somebody && somebody->run("UPDATE drain_share SET domains = 'all'"));
    }
    auto restarted = again();
    load(restarted);
    EXPECT_THAT(problems, ElementsAre(HasSubstr("a row of the table drain_share is not one that apctl wrote")));
}

// --- The database fails
// ---------------------------------------------------------------------------------------------

TEST_F(StoreOnDiskTest, SetsADamagedDatabaseAsideAndGoesOn) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
    root.remove("var/lib/apctl");
    root.write("var/lib/apctl/apctl.db",
               "this is no database, and long enough to be seen as none" + std::string(4096, 'x'));
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions.at(one).name, "") << "the definition is there, its name is lost";
    EXPECT_THAT(problems, ElementsAre(HasSubstr("apctl.db.damaged-1")));
    EXPECT_TRUE(root.read("var/lib/apctl/apctl.db.damaged-1").value().starts_with("this is no database"));
    EXPECT_TRUE(testing::put_definition(restarted, one, web));
}

TEST_F(StoreOnDiskTest, NoticesADatabaseDamagedInTheMiddle) {
    ASSERT_TRUE(testing::put_definition(store, one, web));
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
        ASSERT_TRUE(testing::put_definition(store, one, web));
        auto newer = Connection::open(paths.database);
        ASSERT_TRUE(newer && newer->run("PRAGMA user_version = 99"));
    }
    auto restarted = again();
    EXPECT_EQ(load(restarted).definitions.at(one).name, "");
    EXPECT_THAT(problems, ElementsAre(HasSubstr("newer apctl (schema 99")));
    EXPECT_FALSE(testing::put_definition(restarted, one, std::nullopt));
    EXPECT_NE(root.read(file_one), std::nullopt);
}

TEST_F(StoreOnDiskTest, StartsWithoutADatabaseAndRefusesChanges) {
    root.mkdir("var/lib");
    root.write("var/lib/apctl", "a file in the way");
    root.write(file_one, foreign);
    EXPECT_TRUE(load().definitions.contains(one));
    EXPECT_THAT(problems, ElementsAre(HasSubstr("nothing can be changed")));
    auto refused = testing::put_definition(store, one, std::nullopt);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::host_io);
    EXPECT_EQ(root.read(file_one), foreign);
}

TEST_F(StoreOnDiskTest, ChangesNoRecordWhenTheFileCannotBeWritten) {
    ASSERT_TRUE(put_pools({}, {}));
    root.write("etc/mdevctl.d", "a file in the way");
    ASSERT_FALSE(testing::put_definition(store, one, web));
    root.remove("etc/mdevctl.d");
    load();
    EXPECT_THAT(problems, IsEmpty()) << "a record without a file would be reported";
}

TEST_F(StoreOnDiskTest, RemembersInWhichBootTheMasksWereLocked) {
    EXPECT_EQ(store.read_journal()->masks_locked_in, "");
    ASSERT_TRUE(store.remember_locked_masks("boot"));
    auto restarted = again();
    EXPECT_EQ(restarted.read_journal()->masks_locked_in, "boot");
    ASSERT_TRUE(restarted.remember_locked_masks("another boot"));
    EXPECT_EQ(again().read_journal()->masks_locked_in, "another boot");
}

TEST_F(StoreOnDiskTest, AFileThatComesBackHasWhatOthersHadWrittenThere) {
    const auto changes = store.prepare({SetDefinition{one, std::nullopt, Definition{.name = "", .matrix = {{Apid{9}}, {}, {}}, .autostart = false, .active = false}}},
                                       {{one, foreign}});
    ASSERT_TRUE(changes) << to_string(changes.error());
    EXPECT_EQ(changes->definitions.front().file_after, foreign) << "byte for byte where it says the same";
    EXPECT_EQ(changes->definitions.front().file_before, std::nullopt);
    const auto other = store.prepare({SetDefinition{one, std::nullopt, web}}, {{one, foreign}});
    ASSERT_TRUE(other);
    EXPECT_THAT(*other->definitions.front().file_after, HasSubstr("\"note\""));
}

TEST_F(StoreOnDiskTest, AFileThatIsThereIsNotTakenForTheOneThatWas) {
    root.write(file_one, foreign);
    const auto changes = store.prepare({SetDefinition{one, std::nullopt, web}}, {{one, "not even JSON"}});
    ASSERT_TRUE(changes);
    EXPECT_THAT(*changes->definitions.front().file_after, HasSubstr("\"note\""));
}

} // namespace
} // namespace ap::host
