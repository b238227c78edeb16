// SPDX-License-Identifier: LGPL-2.1-or-later
// Thin: every call's status is looked at, nothing is interpreted.
#include "host/sqlite.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace ap::host {
namespace {

/// Somebody looking at the database with a tool of his own holds it for moments only.
constexpr int patience_ms = 2000;

Error failure(sqlite3* db, const std::string& path) {
    return {.fault = Fault::host_io,
            .subject = path,
            .reason = fmt::format("the database failed: {}", sqlite3_errmsg(db)),
            .remedy = {},
            .errno_value = sqlite3_system_errno(db)};
}

} // namespace

Statement::Statement(StatementsOf& owner, std::string_view sql) : owner_(owner), sql_(sql), statement_(nullptr, &sqlite3_finalize) {
    if (auto kept = owner.idle.extract(sql_); kept) {
        statement_ = std::move(kept.mapped());
        return;
    }
    sqlite3_stmt* raw = nullptr;
    status_ = sqlite3_prepare_v2(owner.db, sql_.data(), static_cast<int>(sql_.size()), &raw, nullptr);
    statement_.reset(raw);
}

Statement::~Statement() {
    if (!statement_) return;
    sqlite3_reset(statement_.get()); // an error of the last step, which step() has reported
    sqlite3_clear_bindings(statement_.get());
    owner_.idle.insert_or_assign(std::move(sql_), std::move(statement_));
}

Statement& Statement::text(std::string_view value) {
    if (status_ == SQLITE_OK)
        status_ = sqlite3_bind_text(statement_.get(), ++parameter_, value.data(),
                                    static_cast<int>(value.size()), SQLITE_TRANSIENT);
    return *this;
}

Statement& Statement::null() {
    if (status_ == SQLITE_OK) status_ = sqlite3_bind_null(statement_.get(), ++parameter_);
    return *this;
}

Statement& Statement::number(int value) {
    if (status_ == SQLITE_OK) status_ = sqlite3_bind_int(statement_.get(), ++parameter_, value);
    return *this;
}

Result<bool> Statement::step() {
    auto status = status_ == SQLITE_OK ? sqlite3_step(statement_.get()) : status_;
    if (status == SQLITE_ROW) return true;
    if (status == SQLITE_DONE) return false;
    return std::unexpected(failure(owner_.db, owner_.path));
}

Result<void> Statement::run() {
    for (;;) {
        auto row = step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return {};
    }
}

std::optional<std::string> Statement::text_at(int column) const {
    const auto* text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return std::nullopt;
    return std::string(reinterpret_cast<const char*>(text),
                       static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column)));
}

int Statement::number_at(int column) const { return sqlite3_column_int(statement_.get(), column); }

Connection::Connection(sqlite3* db, const std::string& path) : db_(db, &sqlite3_close), statements_(std::make_unique<StatementsOf>(db, path)) {}

Result<Connection> Connection::open(const std::string& path) {
    sqlite3* raw = nullptr;
    // One thread uses it, so SQLite's own locks are left out.
    auto status = sqlite3_open_v2(path.c_str(), &raw,
                                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
    Connection connection(raw, path);
    if (status != SQLITE_OK) return std::unexpected(failure(raw, path));
    sqlite3_busy_timeout(raw, patience_ms);
    return connection;
}

Result<void> Connection::run(std::string_view script) const {
    if (sqlite3_exec(db_.get(), std::string(script).c_str(), nullptr, nullptr, nullptr) == SQLITE_OK)
        return {};
    return std::unexpected(failure(db_.get(), statements_->path));
}

bool Connection::damaged() const {
    auto code = sqlite3_errcode(db_.get()) & 0xff;
    // SQLITE_ERROR is what a missing table or column gives: a database, but not ours any more.
    return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR;
}

Transaction::Transaction(const Connection& connection)
    : connection_(connection), begun_(connection.prepare("BEGIN IMMEDIATE").run()), open_(begun_.has_value()) {}

Transaction::~Transaction() {
    // Nothing can be done about a rollback that fails; SQLite itself rolls back when the database is next
    // opened.
    if (open_) (void)connection_.prepare("ROLLBACK").run();
}

Result<void> Transaction::commit() {
    if (!begun_) return begun_;
    auto done = connection_.prepare("COMMIT").run();
    open_ = !done.has_value();
    return done;
}

} // namespace ap::host
