// SPDX-License-Identifier: LGPL-2.1-or-later
// As much of SQLite as the store needs, with owners for its handles and its failures as Errors.
#pragma once

#include "core/error.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace ap::host {

using PreparedStatement = std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)>;

/// What the statements of one connection share: it outlives them, and does not move.
struct StatementsOf {
    sqlite3* db;
    std::string path;
    std::map<std::string, PreparedStatement, std::less<>> idle{}; ///< by their texts, each prepared once and kept
};

/// A prepared statement, lent by its connection. A failure to prepare or bind is reported by the next step().
class Statement {
  public:
    Statement(StatementsOf& owner, std::string_view sql);
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement();
    /// Parameters in order; the text is copied.
    Statement& text(std::string_view value);
    Statement& null();
    Statement& number(int value);
    /// True: there is a row. Fault::host_io otherwise, as Connection::failure().
    [[nodiscard]] Result<bool> step();
    /// Steps to the end, ignoring rows.
    [[nodiscard]] Result<void> run();
    [[nodiscard]] std::optional<std::string> text_at(int column) const; ///< nullopt for NULL
    [[nodiscard]] int number_at(int column) const;

  private:
    StatementsOf& owner_;
    std::string sql_;
    PreparedStatement statement_;
    int status_ = 0;
    int parameter_ = 0;
};

class Connection {
  public:
    /// Opens or creates. Fault::host_io with the system's errno.
    [[nodiscard]] static Result<Connection> open(const std::string& path);
    [[nodiscard]] Statement prepare(std::string_view sql) const { return {*statements_, sql}; }
    /// One or more statements without parameters or rows, once.
    [[nodiscard]] Result<void> run(std::string_view script) const;
    /// Did the last call fail because the file is not, or no longer, a proper database (rather than for want
    /// of space or permission)?
    [[nodiscard]] bool damaged() const;

  private:
    Connection(sqlite3* db, const std::string& path);
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> db_;
    std::unique_ptr<StatementsOf> statements_; ///< on the heap: statements refer to it while the connection may move
};

/// Begins at construction, rolls back unless committed.
class Transaction {
  public:
    explicit Transaction(const Connection& connection);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();
    /// Fails also when beginning had failed.
    [[nodiscard]] Result<void> commit();

  private:
    const Connection& connection_;
    Result<void> begun_;
    bool open_;
};

} // namespace ap::host
