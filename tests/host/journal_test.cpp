// SPDX-License-Identifier: LGPL-2.1-or-later
// The journal on disk: what the next process, and the next boot, find.
#include "host/store.hpp"

#include "synced_files.hpp"
#include "temporary_directory.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace ap::host {
namespace {

const Uuid one = *parse_uuid("11111111-2222-3333-4444-555555555555");
const std::string file_one = "etc/mdevctl.d/matrix/" + to_string(one);

struct JournalTest : ::testing::Test {
    testing::TemporaryDirectory root;
    StoreOnDisk::Paths paths{root.path("etc/mdevctl.d/matrix"), root.path("var/lib/apctl/apctl.db"), "boot 1"};
    std::optional<StoreOnDisk> store{paths};
    Definition web{.name = "web", .matrix = {{Apid{3}}, {Apqi{4}}, {}}, .autostart = true, .active = true};

    void restart() { store.emplace(paths); }
    void reboot() {
        paths.boot = "boot 2";
        restart();
    }
    RecordChanges prepared(const std::optional<Definition>& definition) {
        return store->prepare({SetDefinition{one, std::nullopt, definition}}, {}).value();
    }
    Result<void> commit(const RecordChanges& changes, std::uint32_t job = 1) {
        return store->commit(changes, {job, "done"}, Store::Foreign::refuse, std::nullopt, {});
    }
};

TEST_F(JournalTest, IsEmptyAtFirst) {
    const auto journal = store->read_journal().value();
    EXPECT_EQ(journal.last_job, 0U);
    EXPECT_FALSE(journal.open);
    EXPECT_TRUE(journal.history.empty());
}

TEST_F(JournalTest, RemembersAnOpenJobUntilItsEnd) {
    ASSERT_TRUE(store->begin({7, "a record"}));
    restart();
    auto journal = store->read_journal().value();
    EXPECT_EQ(journal.open, (JournalEntry{7, "a record"}));
    EXPECT_EQ(journal.last_job, 7U);
    ASSERT_TRUE(store->close({7, "undone"}));
    restart();
    journal = store->read_journal().value();
    EXPECT_FALSE(journal.open);
    EXPECT_EQ(journal.history, (std::vector<JournalEntry>{{7, "undone"}}));
}

TEST_F(JournalTest, ANoteLeavesTheJobOpenAndIsReplacedByItsEnd) {
    ASSERT_TRUE(store->begin({7, "a record"}));
    ASSERT_TRUE(store->note({7, "degraded"}));
    EXPECT_TRUE(store->read_journal().value().open);
    ASSERT_TRUE(store->close({7, "undone"}));
    EXPECT_EQ(store->read_journal().value().history, (std::vector<JournalEntry>{{7, "undone"}}));
}

TEST_F(JournalTest, ACommitIsTheRecordsTheEntryAndTheEndOfTheOpenJob) {
    const auto changes = prepared(web);
    ASSERT_TRUE(store->begin({7, "a record"}));
    ASSERT_TRUE(commit(changes, 7));
    restart();
    const auto journal = store->read_journal().value();
    EXPECT_FALSE(journal.open);
    EXPECT_EQ(journal.history.size(), 1U);
    std::vector<std::string> problems;
    EXPECT_EQ(store->load(problems).value().definitions.at(one), web);
}

TEST_F(JournalTest, RemembersWhatWaitsToBeConfirmedUntilItIs) {
    const JournalEntry checkpoint{7, "a checkpoint"};
    ASSERT_TRUE(store->commit(prepared(web), {7, "done"}, Store::Foreign::refuse, checkpoint, {}));
    restart();
    EXPECT_EQ(store->read_journal().value().checkpoint, checkpoint);
    ASSERT_TRUE(store->begin({8, "a record"}));
    ASSERT_TRUE(store->close({8, "undone"}));
    EXPECT_EQ(store->read_journal().value().checkpoint, checkpoint) << "a job that changes nothing ends nothing";
    ASSERT_TRUE(store->confirm({7, "done; confirmed"}));
    restart();
    const auto journal = store->read_journal().value();
    EXPECT_FALSE(journal.checkpoint);
    EXPECT_EQ(journal.history, (std::vector<JournalEntry>{{7, "done; confirmed"}, {8, "undone"}}));
}

TEST_F(JournalTest, TheNextCommitEndsACheckpoint) {
    ASSERT_TRUE(store->commit(prepared(web), {7, "done"}, Store::Foreign::refuse, JournalEntry{7, "a checkpoint"}, {}));
    ASSERT_TRUE(commit(prepared(std::nullopt), 8));
    EXPECT_FALSE(store->read_journal().value().checkpoint);
}

TEST_F(JournalTest, KeepsTheLastThousandJobs) {
    for (std::uint32_t job = 1; job <= 3; ++job) ASSERT_TRUE(store->close({job, "old"}));
    ASSERT_TRUE(store->close({2000, "new"}));
    EXPECT_EQ(store->read_journal().value().history.size(), 4U);
    auto raw = Connection::open(paths.database);
    ASSERT_TRUE(raw && raw->run("WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 1002) "
                                "INSERT INTO history SELECT i, 'more' FROM n"));
    ASSERT_TRUE(store->close({2001, "newest"}));
    const auto history = store->read_journal().value().history;
    EXPECT_EQ(history.size(), Store::longest_history);
    EXPECT_EQ(history.front().job, 5U);
    EXPECT_EQ(history.back().job, 2001U);
}

TEST_F(JournalTest, RemembersTheNumberOfAJobThatLeftNothingElse) {
    ASSERT_TRUE(store->settle(12));
    ASSERT_TRUE(store->settle(3));
    restart();
    EXPECT_EQ(store->read_journal().value().last_job, 12U);
}

TEST_F(JournalTest, RewritesAFileThatTheLossOfPowerTook) {
    ASSERT_TRUE(commit(prepared(web)));
    const auto written = root.read(file_one).value();
    for (const auto& left : {std::optional<std::string>(), std::optional<std::string>(""), std::optional(written.substr(0, 9)),
                             std::optional(std::string(written.size(), '\0'))}) {
        if (left) root.write(file_one, *left);
        else root.remove(file_one);
        reboot();
        ASSERT_TRUE(store->read_journal());
        EXPECT_EQ(root.read(file_one), written);
    }
}

TEST_F(JournalTest, RemovesAFileThatCameBackWithTheLossOfPower) {
    ASSERT_TRUE(commit(prepared(web)));
    ASSERT_TRUE(store->settle(1));
    const auto written = root.read(file_one).value();
    ASSERT_TRUE(commit(prepared(std::nullopt), 2));
    root.write(file_one, written);
    reboot();
    ASSERT_TRUE(store->read_journal());
    EXPECT_EQ(root.read(file_one), std::nullopt);
}

TEST_F(JournalTest, LeavesWhatSomebodyElseWroteInstead) {
    ASSERT_TRUE(commit(prepared(web)));
    const std::string theirs = R"({"mdev_type":"vfio_ap-passthrough","start":"manual"})";
    root.write(file_one, theirs);
    reboot();
    ASSERT_TRUE(store->read_journal());
    EXPECT_EQ(root.read(file_one), theirs);
}

TEST_F(JournalTest, DoesNotBringBackASettledFileThatSomebodyRemoved) {
    ASSERT_TRUE(commit(prepared(web)));
    ASSERT_TRUE(store->settle(1));
    root.remove(file_one);
    reboot();
    ASSERT_TRUE(store->read_journal());
    EXPECT_EQ(root.read(file_one), std::nullopt);
}

TEST_F(JournalTest, AnOlderDatabaseIsBroughtForward) {
    {
        std::filesystem::create_directories(root.path("var/lib/apctl"));
        auto old = Connection::open(paths.database);
        ASSERT_TRUE(old && old->run("CREATE TABLE record(uuid TEXT PRIMARY KEY NOT NULL, name TEXT UNIQUE, active INTEGER NOT NULL) STRICT;"
                                    "CREATE TABLE pool(kind TEXT NOT NULL, adapter INTEGER NOT NULL, domains TEXT NOT NULL, PRIMARY "
                                    "KEY(kind, adapter)) STRICT; PRAGMA user_version = 1;"
                                    "INSERT INTO record VALUES('" + to_string(one) + "', 'db', 1)"));
    }
    restart();
    ASSERT_TRUE(store->begin({1, "a record"}));
    root.write(file_one, R"({"mdev_type":"vfio_ap-passthrough","start":"manual"})");
    std::vector<std::string> problems;
    EXPECT_EQ(store->load(problems).value().definitions.at(one).name, "db");
}

TEST_F(JournalTest, ACommitThatFailsPutsTheFilesBack) {
    const auto changes = prepared(web);
    ASSERT_TRUE(store->begin({7, "a record"}));
    auto other = Connection::open(paths.database);
    ASSERT_TRUE(other && other->run("CREATE TRIGGER full BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'disk full'); END"));
    EXPECT_FALSE(commit(changes, 7));
    EXPECT_EQ(root.read(file_one), std::nullopt);
    EXPECT_TRUE(store->read_journal().value().open);
}

TEST_F(JournalTest, AFileThatLosesQueuesIsOnTheDiskBeforeTheCommit) {
    ASSERT_TRUE(commit(prepared(web)));
    ASSERT_TRUE(store->settle(1));
    const auto less = prepared(Definition{.name = "web", .matrix = {{Apid{3}}, {}, {}}});
    testing::forget_synced_files();
    ASSERT_TRUE(commit(less, 2));
    EXPECT_EQ(testing::synced_files(), (std::vector<std::string>{to_string(one), "matrix", "apctl.db-wal"}));
}

TEST_F(JournalTest, AFileThatOnlyGainsIsBroughtToTheDiskLater) {
    ASSERT_TRUE(commit(prepared(web)));
    ASSERT_TRUE(store->settle(1));
    const auto more = prepared(Definition{.name = "web", .matrix = {{Apid{3}}, {Apqi{4}, Apqi{5}}, {}}});
    testing::forget_synced_files();
    ASSERT_TRUE(commit(more, 2));
    EXPECT_EQ(testing::synced_files(), std::vector<std::string>{"apctl.db-wal"});
    ASSERT_TRUE(store->settle(2));
    EXPECT_EQ(testing::synced_files().at(1), to_string(one));
}

} // namespace
} // namespace ap::host
