// SPDX-License-Identifier: LGPL-2.1-or-later
// What mdevctl's files have no place for: names, the wish that a matrix be active, reservations and
// must-keeps. SQLite.
#pragma once

#include "core/queue_set.hpp"
#include "core/uuid.hpp"
#include "host/sqlite.hpp"

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

/// Opened at first use and checked then. A damaged file is set aside as <path>.damaged-<n> and a new one
/// begun; one that a newer version wrote, or that cannot be opened, is left alone: then every function fails
/// (Fault::host_io), and the next call tries again. Engine thread only.
class Database {
  public:
    explicit Database(std::string path) : path_(std::move(path)) {}

    [[nodiscard]] Result<std::map<Uuid, Record>> records();
    [[nodiscard]] Result<Pools> pools();
    [[nodiscard]] Result<void> set_pools(const Pools& pools);
    /// Sets or (nullopt) removes all these records and runs `files`, all or nothing: when `files` fails, or
    /// the commit after it, the records are as they were.
    using Changes = std::map<Uuid, std::optional<Record>>;
    [[nodiscard]] Result<void> change(const Changes& changes, const std::function<Result<void>()>& files);

    /// Sentences about files that were set aside, as long as this object lives.
    [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

  private:
    [[nodiscard]] Result<void> ensure_open();
    [[nodiscard]] Result<bool> try_open(); ///< false: damaged
    [[nodiscard]] Result<void> set_aside();

    std::string path_;
    std::optional<Connection> connection_;
    std::vector<std::string> problems_;
};

} // namespace ap::host
