// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs of the past, and the one that is left open, as rows.
#include "dbus/wire.hpp"

namespace ap::dbus {
namespace {

std::uint64_t seconds(std::chrono::sys_seconds time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

std::vector<std::string> sentences(const std::vector<Error>& errors) {
    std::vector<std::string> out;
    for (const auto& error : errors) out.push_back(to_string(error));
    return out;
}

} // namespace

wire::HistoryRow to_row(const engine::HistoryEntry& entry) {
    const auto& [id, who, wishes, description, begun, checkpoint, takes_back] = entry.origin;
    return {id, seconds(begun), seconds(entry.ended), who.uid, who.pid, who.unit, to_string(entry.state), description, entry.how};
}

wire::HistoryEntry to_wire(const engine::HistoryEntry& entry) {
    std::vector<wire::Wish> wishes;
    for (const auto& wish : entry.origin.wishes) wishes.emplace_back(wish.verb, wish.arguments);
    return {to_row(entry), std::move(wishes), entry.steps, sentences(entry.errors)};
}

wire::OpenJob to_wire(const engine::OpenJob& open) {
    const auto origin = open.origin.value_or(engine::JobOrigin{});
    return {open.job, open.origin.has_value(), origin.description, seconds(origin.begun), origin.who.uid, sentences(open.differences), open.undo,
            open.finish.has_value(), open.finish.value_or(std::vector<std::string>{})};
}

} // namespace ap::dbus
