// SPDX-License-Identifier: LGPL-2.1-or-later
// Losing names is bad; a daemon that does not start because of them is worse. Hence a damaged file is set
// aside, never a reason to stop.
#include "host/database.hpp"

#include "core/parse.hpp"
#include "host/sysfs.hpp"
#include "host/whole_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>

#include <unistd.h>

namespace ap::host {
namespace {

/// Entry n brings schema version n to n + 1. Entries are only ever added.
constexpr std::array<std::string_view, 5> migrations{
    "CREATE TABLE record(uuid TEXT PRIMARY KEY NOT NULL, name TEXT UNIQUE, active INTEGER NOT NULL) STRICT;"
    "CREATE TABLE pool(kind TEXT NOT NULL, adapter INTEGER NOT NULL, domains TEXT NOT NULL, PRIMARY "
    "KEY(kind, adapter)) STRICT;",
    // open_job has one row or none. counter remembers numbers of jobs that left nothing else behind.
    "CREATE TABLE open_job(one INTEGER PRIMARY KEY CHECK(one = 1), job INTEGER NOT NULL, text TEXT NOT NULL) "
    "STRICT;"
    "CREATE TABLE history(job INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
    "CREATE TABLE mark(uuid TEXT PRIMARY KEY NOT NULL, boot TEXT NOT NULL, before TEXT, after TEXT) STRICT;"
    "CREATE TABLE counter(one INTEGER PRIMARY KEY CHECK(one = 1), last_job INTEGER NOT NULL) STRICT;"
    "INSERT INTO counter VALUES(1, 0);",
    "CREATE TABLE setting(key TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL) STRICT;",
    // One row or none.
    "CREATE TABLE checkpoint(one INTEGER PRIMARY KEY CHECK(one = 1), job INTEGER NOT NULL, text TEXT NOT NULL) "
    "STRICT;",
    // Adapters that are drained, and what each matrix had of them.
    "CREATE TABLE drain(adapter INTEGER PRIMARY KEY, reserved TEXT NOT NULL) STRICT;"
    "CREATE TABLE drain_share(adapter INTEGER NOT NULL, uuid TEXT NOT NULL, name TEXT NOT NULL, domains TEXT NOT "
    "NULL, gone INTEGER NOT NULL, PRIMARY KEY(adapter, uuid)) STRICT;",
};

Result<int> version_of(const Connection& connection) {
    auto statement = connection.prepare("PRAGMA user_version");
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row.error()));
    return statement.number_at(0);
}

Result<void> migrate(const Connection& connection, int from) {
    for (auto version = static_cast<std::size_t>(from); version < migrations.size(); ++version) {
        Transaction transaction(connection);
        auto script = fmt::format("{} PRAGMA user_version = {};", migrations[version], version + 1);
        if (auto done = connection.run(script); !done) return done;
        if (auto done = transaction.commit(); !done) return done;
    }
    return {};
}

/// False when SQLite finds the file inconsistent.
Result<bool> is_whole(const Connection& connection) {
    auto statement = connection.prepare("PRAGMA integrity_check(1)");
    auto row = statement.step();
    if (!row) return std::unexpected(std::move(row.error()));
    return statement.text_at(0) == "ok";
}

/// Can what we will ask for be asked for?
Result<void> try_queries(const Connection& connection) {
    if (auto r = connection.run("SELECT uuid, name, active FROM record LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT job, text FROM open_job LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT job, text FROM history LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT job, text FROM checkpoint LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT uuid, boot, before, after FROM mark LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT last_job FROM counter LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT key, value FROM setting LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT adapter, reserved FROM drain LIMIT 1"); !r) return r;
    if (auto r = connection.run("SELECT adapter, uuid, name, domains, gone FROM drain_share LIMIT 1"); !r)
        return r;
    return connection.run("SELECT kind, adapter, domains FROM pool LIMIT 1");
}

Result<void> put(const Connection& connection, const Uuid& uuid, const std::optional<Record>& record) {
    if (!record) return connection.prepare("DELETE FROM record WHERE uuid = ?").text(to_string(uuid)).run();
    auto statement =
        connection.prepare("INSERT INTO record(uuid, active, name) VALUES(?, ?, ?) "
                           "ON CONFLICT(uuid) DO UPDATE SET active = excluded.active, name = excluded.name");
    statement.text(to_string(uuid)).number(record->active ? 1 : 0);
    if (record->name.empty())
        statement.null();
    else
        statement.text(record->name);
    return statement.run();
}

Result<void> put_pool(const Connection& connection, const char* kind, const QueueSet& queues) {
    for (Apid adapter : queues.adapters()) {
        auto statement = connection.prepare("INSERT INTO pool(kind, adapter, domains) VALUES(?, ?, ?)");
        auto done = statement.text(kind)
                        .number(static_cast<int>(to_int(adapter)))
                        .text(to_mask(queues.row(adapter)))
                        .run();
        if (!done) return done;
    }
    return {};
}

Result<void> put_setting(const Connection& connection, const char* key, const std::string& value) {
    return connection.prepare("INSERT OR REPLACE INTO setting(key, value) VALUES(?, ?)")
        .text(key)
        .text(value)
        .run();
}

} // namespace

std::unexpected<Error> strange_row(const std::string& path, std::string_view table) {
    return std::unexpected(
        Error{.fault = Fault::host_io,
              .subject = path,
              .reason = fmt::format("a row of the table {} is not one that apctl wrote", table),
              .remedy = "remove the file while apctld is stopped; names and reservations are lost then"});
}

Result<void> Database::ensure_open() {
    if (connection_) return {};
    if (auto made = make_directory(path_.substr(0, path_.rfind('/'))); !made) return made;
    auto opened = try_open();
    if (opened && !*opened) {
        if (auto moved = set_aside(); !moved) return moved;
        opened = try_open();
    }
    if (!opened) return std::unexpected(std::move(opened.error()));
    if (*opened) return {};
    return std::unexpected(Error{.fault = Fault::host_io,
                                 .subject = path_,
                                 .reason = "a new database is damaged at once",
                                 .remedy = "check the disk"});
}

Result<bool> Database::try_open() {
    auto connection = Connection::open(path_);
    if (!connection) return std::unexpected(std::move(connection.error()));
    auto failed = [&](Error& error) -> Result<bool> {
        if (connection->damaged()) return false;
        return std::unexpected(std::move(error));
    };
    if (auto r = connection->run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; "
                                "PRAGMA wal_autocheckpoint = 0"); !r)
        return failed(r.error());
    auto whole = is_whole(*connection);
    if (!whole) return failed(whole.error());
    if (!*whole) return false;
    auto version = version_of(*connection);
    if (!version) return failed(version.error());
    if (*version < 0 || static_cast<std::size_t>(*version) > migrations.size())
        return std::unexpected(
            Error{.fault = Fault::host_io,
                  .subject = path_,
                  .reason = fmt::format("was written by a newer apctl (schema {}, this one knows {})",
                                        *version, migrations.size()),
                  .remedy = "install the newer apctl again"});
    if (auto r = migrate(*connection, *version); !r) return failed(r.error());
    if (auto r = try_queries(*connection); !r) return failed(r.error());
    connection_ = std::move(*connection);
    return true;
}

/// With its write-ahead log beside it, so that whoever tries to rescue it finds all there is.
Result<void> Database::set_aside() {
    std::string aside;
    for (int n = 1; aside.empty(); ++n) {
        auto candidate = fmt::format("{}.damaged-{}", path_, n);
        if (::access(candidate.c_str(), F_OK) != 0) aside = candidate;
    }
    for (const char* suffix : {"", "-wal", "-shm"})
        if (std::rename((path_ + suffix).c_str(), (aside + suffix).c_str()) != 0 && errno != ENOENT)
            return std::unexpected(
                io_error(Fault::host_io, path_, "is damaged and cannot be set aside", errno));
    problems_.push_back(fmt::format(
        "{} was damaged and is now {}: names, reservations, must-keeps, drains and the history of jobs are lost, "
        "and so is the record of a job that was on its way; definitions are not lost, and what such a job left in "
        "the kernel is told as drift",
        path_, aside));
    return {};
}

template <class T, class Read>
Result<T> Database::known(std::optional<T>& known, Read read) {
    if (known) return *known;
    if (auto open = ensure_open(); !open) return std::unexpected(std::move(open.error()));
    auto now = read();
    if (now) known = *now;
    return now;
}

Result<std::map<Uuid, Record>> Database::records() {
    return known(known_.records, [this] { return read_records(); });
}
Result<Pools> Database::pools() {
    return known(known_.pools, [this] { return read_pools(); });
}
Result<std::map<Apid, Drain>> Database::drains() {
    return known(known_.drains, [this] { return read_drains(); });
}
Result<std::optional<std::string>> Database::bind_choice() {
    return known(known_.bind_choice, [this] { return setting("bind_mode"); });
}

Result<std::map<Uuid, Record>> Database::read_records() const {
    std::map<Uuid, Record> records;
    auto statement = connection_->prepare("SELECT uuid, name, active FROM record");
    for (;;) {
        auto row = statement.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return records;
        auto uuid = parse_uuid(statement.text_at(0).value_or(""));
        if (!uuid) return strange_row(path_, "record");
        records[*uuid] = {statement.text_at(1).value_or(""), statement.number_at(2) != 0};
    }
}

Result<Pools> Database::read_pools() const {
    Pools pools;
    auto statement = connection_->prepare("SELECT kind, adapter, domains FROM pool");
    for (;;) {
        auto row = statement.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return pools;
        auto kind = statement.text_at(0);
        auto adapter = statement.number_at(1);
        auto domains = parse_domain_mask(statement.text_at(2).value_or(""));
        if (!domains || adapter < 0 || adapter > 255 || (kind != "reserved" && kind != "keep"))
            return strange_row(path_, "pool");
        (kind == "keep" ? pools.keep : pools.reserved).set_row(static_cast<Apid>(adapter), *domains);
    }
}

Result<std::optional<std::string>> Database::setting(const char* key) const {
    auto statement = connection_->prepare("SELECT value FROM setting WHERE key = ?");
    auto row = statement.text(key).step();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return std::nullopt;
    return statement.text_at(0);
}

Result<void> Database::write(const Batch& batch, const std::function<Result<void>()>& files) {
    if (auto open = ensure_open(); !open) return open;
    const bool other = batch.changes_what_is_wanted();
    if (other) known_ = {};
    auto done = write_all(batch, files);
    if (other && !done) known_ = {}; // `files` may have looked
    return done;
}

Result<void> Database::write_all(const Batch& batch, const std::function<Result<void>()>& files) const {
    Transaction transaction(*connection_);
    if (auto r = put_records(batch); !r) return r;
    if (auto r = put_journal(batch); !r) return r;
    if (files)
        if (auto r = files(); !r) return r;
    return transaction.commit();
}

Result<void> Database::put_records(const Batch& batch) const {
    // Removals first: a name may pass from a record that goes to one that comes, or two may swap theirs.
    for (const auto& [uuid, record] : batch.records)
        if (auto r = put(*connection_, uuid, std::nullopt); !r) return r;
    for (const auto& [uuid, record] : batch.records)
        if (record)
            if (auto r = put(*connection_, uuid, record); !r) return r;
    if (batch.bind_choice)
        if (auto r = put_setting(*connection_, "bind_mode", *batch.bind_choice); !r) return r;
    if (batch.masks_locked_in)
        if (auto r = put_setting(*connection_, "masks_locked_in", *batch.masks_locked_in); !r) return r;
    if (auto r = put_drains(batch); !r) return r;
    if (!batch.pools) return {};
    if (auto r = connection_->prepare("DELETE FROM pool").run(); !r) return r;
    if (auto r = put_pool(*connection_, "reserved", batch.pools->reserved); !r) return r;
    return put_pool(*connection_, "keep", batch.pools->keep);
}

} // namespace ap::host
