// SPDX-License-Identifier: LGPL-2.1-or-later
// Drained adapters in the database: one row for each, and one for each matrix that had it.
#include "core/parse.hpp"
#include "host/database.hpp"

namespace ap::host {
namespace {

int number_of(Apid adapter) { return static_cast<int>(to_int(adapter)); }

Result<void> forget(const Connection& connection, Apid adapter) {
    for (const char* table : {"DELETE FROM drain WHERE adapter = ?", "DELETE FROM drain_share WHERE adapter = ?"})
        if (auto r = connection.prepare(table).number(number_of(adapter)).run(); !r) return r;
    return {};
}

Result<void> put(const Connection& connection, Apid adapter, const Drain& drain) {
    auto row = connection.prepare("INSERT INTO drain(adapter, reserved) VALUES(?, ?)");
    if (auto r = row.number(number_of(adapter)).text(to_mask(drain.reserved)).run(); !r) return r;
    for (const auto& [uuid, share] : drain.matrices) {
        auto statement =
            connection.prepare("INSERT INTO drain_share(adapter, uuid, name, domains, gone) VALUES(?, ?, ?, ?, ?)");
        auto r = statement.number(number_of(adapter))
                     .text(to_string(uuid))
                     .text(share.name)
                     .text(to_mask(share.domains))
                     .number(share.gone ? 1 : 0)
                     .run();
        if (!r) return r;
    }
    return {};
}

std::optional<Apid> adapter_at(const Statement& statement) {
    const auto number = statement.number_at(0);
    return number >= 0 && number <= 255 ? std::optional(static_cast<Apid>(number)) : std::nullopt;
}

} // namespace

Result<std::map<Apid, Drain>> Database::read_drains() const {
    std::map<Apid, Drain> drains;
    auto adapters = connection_->prepare("SELECT adapter, reserved FROM drain");
    for (;;) {
        auto row = adapters.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) break;
        const auto adapter = adapter_at(adapters);
        auto reserved = parse_domain_mask(adapters.text_at(1).value_or(""));
        if (!adapter || !reserved) return strange_row(path_, "drain");
        drains[*adapter].reserved = *reserved;
    }
    auto shares = connection_->prepare("SELECT adapter, uuid, name, domains, gone FROM drain_share");
    for (;;) {
        auto row = shares.step();
        if (!row) return std::unexpected(std::move(row.error()));
        if (!*row) return drains;
        const auto adapter = adapter_at(shares);
        auto uuid = parse_uuid(shares.text_at(1).value_or(""));
        auto domains = parse_domain_mask(shares.text_at(3).value_or(""));
        if (!adapter || !drains.contains(*adapter) || !uuid || !domains) return strange_row(path_, "drain_share");
        drains[*adapter].matrices[*uuid] = {shares.text_at(2).value_or(""), *domains, shares.number_at(4) != 0};
    }
}

Result<void> Database::put_drains(const Batch& batch) const {
    for (const auto& [adapter, drain] : batch.drains) {
        if (auto r = forget(*connection_, adapter); !r) return r;
        if (!drain) continue;
        if (auto r = put(*connection_, adapter, *drain); !r) return r;
    }
    return {};
}

} // namespace ap::host
