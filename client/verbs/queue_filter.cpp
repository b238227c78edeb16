// SPDX-License-Identifier: LGPL-2.1-or-later
// Filters are joined by "and".
#include "verbs/queue_filter.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"
#include "guests.hpp"
#include "render/grid.hpp"
#include "render/lists.hpp"

#include <fmt/format.h>

#include <array>

namespace ap::cli {
namespace {

constexpr std::array<std::pair<std::string_view, Owner::Kind>, 5> owners{{
    {"host", Owner::Kind::host},
    {"pool", Owner::Kind::pool},
    {"matrix", Owner::Kind::matrix},
    {"unbound", Owner::Kind::unbound},
    {"absent", Owner::Kind::absent},
}};

Answer<Owner::Kind> read_owner(const std::string& text) {
    for (const auto& [word, kind] : owners)
        if (word == text) return kind;
    return fail(
        Fault::invalid,
        fmt::format("--owner: {} is none; expected host, pool, matrix, unbound or absent", quote(text)));
}

Answer<QueueCondition> read_condition(const std::string& text) {
    std::string expected;
    for (int i = 0; i <= static_cast<int>(QueueCondition::deconfigured); ++i) {
        const auto condition = static_cast<QueueCondition>(i);
        if (to_string(condition) == text) return condition;
        expected += (i == 0 ? "" : ", ") + to_string(condition);
    }
    return fail(Fault::invalid,
                fmt::format("--condition: {} is none; expected one of {}", quote(text), expected));
}

/// Reads `text` when there is one into `into`.
template <class Text, class Read, class T>
bool take(const std::optional<Text>& text, Read read, T& into, Failure& wrong) {
    if (!text) return true;
    auto value = read(*text);
    if (!value) {
        if constexpr (std::is_same_v<decltype(value.error()), Error&>)
            wrong = fail(value.error()).error();
        else
            wrong = value.error();
        return false;
    }
    into = *std::move(value);
    return true;
}

} // namespace

Answer<CheckedFilter> read_filter(const QueueFilter& filter) {
    auto adapters = AdapterSet::all();
    auto domains = DomainSet::all();
    auto queues = QueueSet::rectangle(adapters, domains);
    CheckedFilter out;
    Failure wrong;
    const bool good = take(filter.adapters, parse_adapters, adapters, wrong) &&
                      take(filter.domains, parse_domains, domains, wrong) &&
                      take(filter.queues, parse_queues, queues, wrong) &&
                      take(filter.owner, read_owner, out.owner, wrong) &&
                      take(filter.condition, read_condition, out.condition, wrong);
    if (!good) return std::unexpected(wrong);
    out.queues = QueueSet::rectangle(adapters, domains) & queues;
    out.absent_too = filter.queues.has_value() || out.owner == Owner::Kind::absent ||
                     out.condition == QueueCondition::absent;
    out.matrix = filter.matrix;
    return out;
}

Answer<std::vector<Apqn>> select(Session& session, const HostView& view, const CheckedFilter& filter) {
    auto queues = filter.absent_too ? filter.queues : drawn_queues(view.host) & filter.queues;
    if (filter.matrix) {
        const auto uuid = find_matrix_or_guest(session, view, *filter.matrix);
        if (!uuid) return std::unexpected(uuid.error());
        queues &= present_matrix(view, *uuid).queues();
    }
    std::vector<Apqn> out;
    const QueueView seen(view.host);
    queues.for_each([&](Apqn queue) {
        if (filter.owner && seen.owner(queue).kind != *filter.owner) return;
        if (filter.condition && seen.condition(queue) != *filter.condition) return;
        out.push_back(queue);
    });
    return out;
}

} // namespace ap::cli
