// SPDX-License-Identifier: LGPL-2.1-or-later
// What mdevctl's files have no place for: names, the wish that a matrix be active, reservations,
// must-keeps, drains, and the journal of jobs. SQLite.
#pragma once

#include "core/queue_set.hpp"
#include "core/uuid.hpp"
#include "host/sqlite.hpp"
#include "ports/store.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ap::host {

/// Our part of a definition.
struct Record {
    std::string name; ///< may be empty
    bool active = false;
    friend bool operator==(const Record&, const Record&) = default;
};
struct Pools {
    QueueSet reserved, keep;
    friend bool operator==(const Pools&, const Pools&) = default;
};

/// A definition file whose new content may not be on the disk yet.
struct Mark {
    Uuid uuid;
    std::string boot; ///< of the machine when it was written: a later one may have lost it
    std::optional<std::string> before, after;
};

/// What one transaction changes.
struct Batch {
    std::map<Uuid, std::optional<Record>> records{}; ///< nullopt: remove it
    std::optional<Pools> pools{};
    std::optional<std::string> bind_choice{};
    std::optional<std::string> masks_locked_in{}; ///< a boot of the machine
    std::map<Apid, std::optional<Drain>> drains{}; ///< nullopt: remove it
    std::optional<JournalEntry> open{}; ///< becomes the open job
    bool close = false;               ///< no job is open any more
    bool forget_checkpoint = false;   ///< nothing waits to be confirmed any more, but for
    std::optional<JournalEntry> checkpoint{};
    std::optional<JournalEntry> entry{}; ///< into the history
    std::vector<Mark> marks{};

    [[nodiscard]] bool changes_what_is_wanted() const {
        return !records.empty() || pools || bind_choice || !drains.empty();
    }
};

std::unexpected<Error> strange_row(const std::string& path, std::string_view table);

/// Opened at first use and checked then. A damaged file is set aside as <path>.damaged-<n> and a new one
/// begun; one that a newer version wrote, or that cannot be opened, is left alone: then every function fails
/// (Fault::host_io), and the next call tries again. What is wanted is read once, and again when it was changed:
/// nobody else writes here. Engine thread only.
class Database {
  public:
    explicit Database(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Result<std::map<Uuid, Record>> records();
    [[nodiscard]] Result<Pools> pools();
    [[nodiscard]] Result<std::map<Apid, Drain>> drains();
    /// nullopt: never chosen.
    [[nodiscard]] Result<std::optional<std::string>> bind_choice();
    [[nodiscard]] Result<Journal> journal();
    [[nodiscard]] Result<std::vector<Mark>> marks();

    /// Makes the changes and runs `files`, all or nothing: when `files` fails, or the commit after it, the
    /// database is as it was. Durable when it returns: one sync.
    [[nodiscard]] Result<void> write(const Batch& batch, const std::function<Result<void>()>& files = nullptr);
    /// Forgets all marks and remembers the highest number of a job. Not synced; it reaches the disk with the
    /// next write(). Now and then tidies the write-ahead log, so that write() never has to.
    [[nodiscard]] Result<void> settle(std::uint32_t last_job);

    /// Sentences about files that were set aside, as long as this object lives.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    /// What is in the database, as far as it was read since the last change of it.
    struct Known {
        std::optional<std::map<Uuid, Record>> records{};
        std::optional<Pools> pools{};
        std::optional<std::map<Apid, Drain>> drains{};
        std::optional<std::optional<std::string>> bind_choice{};
    };
    template <class T, class Read>
    [[nodiscard]] Result<T> known(std::optional<T>& known, Read read);
    [[nodiscard]] Result<std::map<Uuid, Record>> read_records() const;
    [[nodiscard]] Result<Pools> read_pools() const;
    [[nodiscard]] Result<std::map<Apid, Drain>> read_drains() const;
    [[nodiscard]] Result<void> write_all(const Batch& batch, const std::function<Result<void>()>& files) const;
    [[nodiscard]] Result<void> ensure_open();
    [[nodiscard]] Result<bool> try_open(); ///< false: damaged
    [[nodiscard]] Result<void> set_aside();
    [[nodiscard]] Result<std::optional<std::string>> setting(const char* key) const; ///< nullopt: never set
    [[nodiscard]] Result<void> put_records(const Batch& batch) const;
    [[nodiscard]] Result<void> put_drains(const Batch& batch) const;
    [[nodiscard]] Result<void> put_journal(const Batch& batch) const;
    [[nodiscard]] Result<void> settle_unsynced(std::uint32_t last_job) const;
    [[nodiscard]] Result<void> tidy() const;

    std::string path_;
    std::optional<Connection> connection_;
    Known known_;
    std::vector<std::string> problems_;
};

} // namespace ap::host
