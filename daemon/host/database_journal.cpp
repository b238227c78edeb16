// SPDX-License-Identifier: LGPL-2.1-or-later
// The journal in the database. Its texts are the engine's; here they are only kept.
#include "core/uuid.hpp"
#include "host/database.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>

namespace ap::host {
namespace {

/// Bytes of the write-ahead log from which on it is worth tidying.
constexpr off_t long_log = off_t{4} * 1024 * 1024;

/// Job numbers are below 2^31 for as long as anybody lives: one a second would take 68 years.
int number_of(std::uint32_t job) { return static_cast<int>(job); }
std::uint32_t job_at(const Statement& statement, int column) {
    return static_cast<std::uint32_t>(statement.number_at(column));
}

Statement& bind(Statement& statement, const std::optional<std::string>& text) {
    return text ? statement.text(*text) : statement.null();
}

Result<void> put_mark(const Connection& connection, const Mark& mark) {
    // Of two changes of a file the first one's "before" may still be what the disk has.
    auto statement =
        connection.prepare("INSERT INTO mark(uuid, boot, before, after) VALUES(?, ?, ?, ?) "
                           "ON CONFLICT(uuid) DO UPDATE SET boot = excluded.boot, after = excluded.after");
    statement.text(to_string(mark.uuid)).text(mark.boot);
    bind(statement, mark.before);
    bind(statement, mark.after);
    return statement.run();
}

Result<void> read_history(const Connection& connection, Journal& journal) {
    auto statement = connection.prepare("SELECT job, text FROM history ORDER BY job");
    for (;;) {
        auto row = statement.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return {};
        journal.history.push_back({job_at(statement, 0), statement.text_at(1).value_or("")});
    }
}

/// For tables of one row or none: empties it, and puts the new row there, if there is one.
Result<void> replace_row(const Connection& connection, std::string_view table,
                         const std::optional<JournalEntry>& row) {
    if (auto r = connection.prepare(fmt::format("DELETE FROM {}", table)).run(); !r || !row) return r;
    auto statement = connection.prepare(fmt::format("INSERT INTO {}(one, job, text) VALUES(1, ?, ?)", table));
    return statement.number(number_of(row->job)).text(row->text).run();
}

Result<std::optional<JournalEntry>> row_of(const Connection& connection, std::string_view table) {
    auto statement = connection.prepare(fmt::format("SELECT job, text FROM {}", table));
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return std::nullopt;
    return JournalEntry{job_at(statement, 0), statement.text_at(1).value_or("")};
}

} // namespace

Result<void> Database::put_journal(const Batch& batch) const {
    if (batch.close || batch.open)
        if (auto r = replace_row(*connection_, "open_job", batch.open); !r) return r;
    if (batch.forget_checkpoint)
        if (auto r = replace_row(*connection_, "checkpoint", batch.checkpoint); !r) return r;
    if (batch.entry) {
        auto statement = connection_->prepare("INSERT OR REPLACE INTO history(job, text) VALUES(?, ?)");
        if (auto r = statement.number(number_of(batch.entry->job)).text(batch.entry->text).run(); !r) return r;
        auto forget = connection_->prepare(
            "DELETE FROM history WHERE job <= (SELECT job FROM history ORDER BY job DESC LIMIT 1 OFFSET ?)");
        if (auto r = forget.number(static_cast<int>(Store::longest_history)).run(); !r) return r;
    }
    for (const auto& mark : batch.marks)
        if (auto r = put_mark(*connection_, mark); !r) return r;
    return {};
}

Result<Journal> Database::journal() {
    if (auto open = ensure_open(); !open) return std::unexpected(std::move(open.error()));
    Journal journal;
    if (auto r = read_history(*connection_, journal); !r) return std::unexpected(std::move(r.error()));
    auto open = row_of(*connection_, "open_job");
    if (!open) return std::unexpected(std::move(open.error()));
    journal.open = *std::move(open);
    auto checkpoint = row_of(*connection_, "checkpoint");
    if (!checkpoint) return std::unexpected(std::move(checkpoint.error()));
    journal.checkpoint = *std::move(checkpoint);
    auto locked_in = setting("masks_locked_in");
    if (!locked_in) return std::unexpected(std::move(locked_in.error()));
    journal.masks_locked_in = locked_in->value_or("");
    auto counter = connection_->prepare("SELECT last_job FROM counter");
    auto row = counter.step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (*row) journal.last_job = job_at(counter, 0);
    if (!journal.history.empty()) journal.last_job = std::max(journal.last_job, journal.history.back().job);
    if (journal.open) journal.last_job = std::max(journal.last_job, journal.open->job);
    return journal;
}

Result<std::vector<Mark>> Database::marks() {
    if (auto open = ensure_open(); !open) return std::unexpected(std::move(open.error()));
    std::vector<Mark> marks;
    auto statement = connection_->prepare("SELECT uuid, boot, before, after FROM mark");
    for (;;) {
        auto row = statement.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return marks;
        auto uuid = parse_uuid(statement.text_at(0).value_or(""));
        if (!uuid) return std::unexpected(std::move(uuid.error()));
        marks.push_back({*uuid, statement.text_at(1).value_or(""), statement.text_at(2), statement.text_at(3)});
    }
}

Result<void> Database::settle(std::uint32_t last_job) {
    if (auto open = ensure_open(); !open) return open;
    // NORMAL: the transaction is whole or not there after a crash, but nobody waits for the disk.
    if (auto r = connection_->run("PRAGMA synchronous = NORMAL"); !r) return r;
    auto done = settle_unsynced(last_job);
    if (auto r = connection_->run("PRAGMA synchronous = FULL"); !r) return r;
    return done ? tidy() : done;
}

Result<void> Database::settle_unsynced(std::uint32_t last_job) const {
    Transaction transaction(*connection_);
    if (auto r = connection_->prepare("DELETE FROM mark").run(); !r) return r;
    auto counter = connection_->prepare("UPDATE counter SET last_job = MAX(last_job, ?)");
    if (auto r = counter.number(number_of(last_job)).run(); !r) return r;
    return transaction.commit();
}

Result<void> Database::tidy() const {
    struct stat log {};
    if (::stat((path_ + "-wal").c_str(), &log) != 0 || log.st_size < long_log) return {};
    return connection_->run("PRAGMA wal_checkpoint(PASSIVE)");
}

} // namespace ap::host
