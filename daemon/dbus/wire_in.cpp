// SPDX-License-Identifier: LGPL-2.1-or-later
// Requests from the bus, read strictly: whatever is not understood is refused by name, so that a slip never becomes a change.
#include "core/parse.hpp"
#include "core/quote.hpp"
#include "dbus/wire.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace ap::dbus {
namespace {

Error invalid(std::string subject, std::string reason) {
    return {.fault = Fault::invalid, .subject = std::move(subject), .reason = std::move(reason)};
}

std::optional<Error> oversized(const std::map<std::string, std::string>& texts) {
    for (const auto& [key, value] : texts)
        for (const auto* text : {&key, &value})
            if (auto ok = check_text(quote(key), *text); !ok) return ok.error();
    return std::nullopt;
}

Result<Wish> wish_from(const wire::Wish& wish) {
    const auto& [verb, arguments] = wire::fields(wish);
    if (auto ok = check_text("verb", verb); !ok) return std::unexpected(ok.error());
    if (auto wrong = oversized(arguments)) return std::unexpected(*wrong);
    return parse_wish(verb, arguments);
}

template <class T>
Result<T> option(std::string_view key, const sdbus::Variant& value, std::string_view type) {
    if (value.containsValueOfType<T>()) return value.get<T>();
    return std::unexpected(invalid(fmt::format("option \"{}\"", key),
                                   fmt::format("has the type \"{}\"; expected {}", value.peekValueType(), type)));
}

Result<std::chrono::seconds> seconds_in(std::string_view key, const sdbus::Variant& value, std::chrono::seconds shortest, std::chrono::seconds longest) {
    auto number = option<std::uint32_t>(key, value, "a number (u)");
    if (!number) return std::unexpected(number.error());
    const std::chrono::seconds time(*number);
    if (time >= shortest && time <= longest) return time;
    return std::unexpected(invalid(fmt::format("option \"{}\"", key), fmt::format("is {}; expected {} to {} seconds", *number, shortest.count(), longest.count())));
}

Result<engine::ApplyOptions> options_from(const wire::Options& options, bool to_apply) {
    engine::ApplyOptions out;
    for (const auto& [key, value] : options) {
        if (key == "disrupt") {
            auto disrupt = option<bool>(key, value, "a boolean");
            if (!disrupt) return std::unexpected(disrupt.error());
            out.disrupt = *disrupt;
        } else if (key == "digest" && to_apply) {
            auto digest = option<std::string>(key, value, "a text");
            if (!digest) return std::unexpected(digest.error());
            if (auto ok = check_text(key, *digest); !ok) return std::unexpected(ok.error());
            out.digest = *std::move(digest);
        } else if (key == "confirm-within" && to_apply) {
            auto within = seconds_in(key, value, engine::ApplyOptions::shortest_to_confirm, engine::ApplyOptions::longest_to_confirm);
            if (!within) return std::unexpected(within.error());
            out.confirm_within = *within;
        } else if (key == "drain-timeout" && to_apply) {
            auto drain = seconds_in(key, value, std::chrono::seconds(0), engine::ApplyOptions::longest_drain);
            if (!drain) return std::unexpected(drain.error());
            out.drain = *drain;
        } else {
            return std::unexpected(invalid("option " + quote(key), to_apply ? "is unknown; expected \"disrupt\", \"digest\", \"confirm-within\" or \"drain-timeout\""
                                                                             : "is unknown; expected \"disrupt\""));
        }
    }
    return out;
}

struct QueueFilter {
    QueueSet queues;
    std::optional<std::string> owner, condition;
};

constexpr std::array owners{"absent", "unbound", "host", "pool", "matrix"};
constexpr std::array conditions{QueueCondition::host, QueueCondition::host_offline, QueueCondition::pool, QueueCondition::matrix,
                                QueueCondition::in_use, QueueCondition::filtered, QueueCondition::missing, QueueCondition::unbound,
                                QueueCondition::checkstop, QueueCondition::deconfigured};

/// Every queue that exists or that somebody wants: the rows a person expects when nothing is filtered.
QueueSet queues_of_interest(const engine::Snapshot& snapshot) {
    auto out = snapshot.host.present;
    for (const auto& [uuid, matrix] : snapshot.host.matrices) out |= matrix.assigned.queues();
    for (const auto& [uuid, definition] : snapshot.wanted.definitions) out |= definition.matrix.queues();
    return out;
}

Result<void> expect_one_of(std::string_view key, const std::string& value, const auto& known, auto name) {
    std::string list;
    for (const auto& one : known) {
        if (name(one) == value) return {};
        list += (list.empty() ? "" : ", ") + name(one);
    }
    return std::unexpected(invalid(std::string(key), quote(value) + " is unknown; expected one of " + list));
}

/// Takes the queues of `part`, a Result<QueueSet>, as a further condition.
Result<void> narrow(QueueFilter& filter, const Result<QueueSet>& part) {
    if (!part) return std::unexpected(part.error());
    filter.queues &= *part;
    return {};
}
Result<QueueSet> rows_of(const Result<AdapterSet>& adapters) {
    if (!adapters) return std::unexpected(adapters.error());
    return QueueSet::rectangle(*adapters, DomainSet::all());
}
Result<QueueSet> columns_of(const Result<DomainSet>& domains) {
    if (!domains) return std::unexpected(domains.error());
    return QueueSet::rectangle(AdapterSet::all(), *domains);
}

/// As defined and as assigned: a stopped matrix has queues, too.
Result<QueueSet> queues_of_matrix(const engine::Snapshot& snapshot, const std::string& name_or_uuid) {
    const auto uuid = find_matrix(snapshot.host, snapshot.wanted, name_or_uuid);
    if (!uuid) return std::unexpected(uuid.error());
    QueueSet out;
    if (auto it = snapshot.wanted.definitions.find(*uuid); it != snapshot.wanted.definitions.end()) out |= it->second.matrix.queues();
    if (auto it = snapshot.host.matrices.find(*uuid); it != snapshot.host.matrices.end()) out |= it->second.assigned.queues();
    return out;
}

Result<void> add(QueueFilter& filter, const engine::Snapshot& snapshot, const std::string& key, const std::string& value) {
    if (key == "adapters") return narrow(filter, rows_of(parse_adapters(value)));
    if (key == "domains") return narrow(filter, columns_of(parse_domains(value)));
    if (key == "queues") return narrow(filter, parse_queues(value));
    if (key == "owner") {
        filter.owner = value;
        return expect_one_of(key, value, owners, [](const char* name) { return std::string(name); });
    }
    if (key == "condition") {
        filter.condition = value;
        return expect_one_of(key, value, conditions, [](QueueCondition c) { return to_string(c); });
    }
    if (key == "matrix") return narrow(filter, queues_of_matrix(snapshot, value));
    return std::unexpected(invalid("filter " + quote(key), "is unknown; expected adapters, domains, queues, owner, matrix or condition"));
}

bool lets_through(const QueueFilter& filter, const wire::QueueRow& row) {
    const auto& [queue, owner, uuid, name, condition, holder, type, mode] = wire::fields(row);
    return (!filter.owner || owner == *filter.owner) && (!filter.condition || condition == *filter.condition);
}

} // namespace

Result<void> check_text(std::string_view what, std::string_view text) {
    if (text.size() <= longest_text) return {};
    return std::unexpected(invalid(std::string(what), fmt::format("is {} bytes long; expected at most {}", text.size(), longest_text)));
}

std::expected<std::vector<Wish>, std::vector<Error>> wishes_from(const std::vector<wire::Wish>& wishes) {
    std::vector<Error> wrong;
    if (wishes.size() > most_wishes)
        return std::unexpected(std::vector{invalid("wishes", fmt::format("are {}; expected at most {}", wishes.size(), most_wishes))});
    std::vector<Wish> out;
    for (const auto& wish : wishes) {
        if (auto read = wish_from(wish)) out.push_back(*std::move(read));
        else wrong.push_back(read.error());
    }
    if (!wrong.empty()) return std::unexpected(std::move(wrong));
    return out;
}

std::vector<engine::WishText> texts_of(const std::vector<wire::Wish>& wishes) {
    std::vector<engine::WishText> out;
    for (const auto& wish : wishes) out.push_back({std::get<0>(wish), std::get<1>(wish)});
    return out;
}

Result<engine::ApplyOptions> apply_options_from(const wire::Options& options) { return options_from(options, true); }
Result<engine::ApplyOptions> plan_options_from(const wire::Options& options) { return options_from(options, false); }

Result<std::vector<wire::QueueRow>> list_queues(const engine::Snapshot& snapshot, const wire::QueueFilter& filter) {
    if (auto wrong = oversized(filter)) return std::unexpected(*wrong);
    QueueFilter read{.queues = queues_of_interest(snapshot), .owner = {}, .condition = {}};
    for (const auto& [key, value] : filter)
        if (auto ok = add(read, snapshot, key, value); !ok) return std::unexpected(ok.error());
    std::vector<wire::QueueRow> out;
    out.reserve(read.queues.size());
    const QueueView view(snapshot.host);
    read.queues.for_each([&](Apqn queue) {
        if (auto row = queue_row(snapshot, view, queue); lets_through(read, row)) out.push_back(std::move(row));
    });
    return out;
}

Result<QueueSet> queues_asked_for(const std::string& what) {
    if (auto ok = check_text("what", what); !ok) return std::unexpected(ok.error());
    if (what.find('.') != std::string::npos) return parse_queues(what);
    return rows_of(parse_adapters(what));
}

} // namespace ap::dbus
