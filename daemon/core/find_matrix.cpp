// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrix a person means, and which they may have meant.
#include "core/wanted.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <ranges>
#include <set>

namespace ap {
namespace {

constexpr std::size_t shortest_prefix = 4;
constexpr std::size_t most_suggestions = 3;

std::set<Uuid> known_matrices(const HostState& host, const Wanted& wanted) {
    std::set<Uuid> out;
    for (const auto& [uuid, definition] : wanted.definitions) out.insert(uuid);
    for (const auto& [uuid, active] : host.matrices) out.insert(uuid);
    return out;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

/// Levenshtein's distance: how many letters to change, drop or add.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

/// Close enough to be a slip: other case, one or two letters, or a part of the name.
bool near(std::string_view name, std::string_view text) {
    const auto a = lower(name), b = lower(text);
    if (b.size() >= 3 && a.find(b) != std::string::npos) return true;
    return distance(a, b) <= (b.size() <= 3 ? 1 : 2);
}

std::string suggestion(const Wanted& wanted, std::string_view text) {
    std::set<std::string_view> names;
    if (text.size() <= 64)
        for (const auto& [uuid, d] : wanted.definitions)
            if (!d.name.empty() && near(d.name, text)) names.insert(d.name);
    std::string out;
    for (auto name : names | std::views::take(most_suggestions))
        out += (out.empty() ? "did you mean " : " or ") + std::string(name);
    return out.empty() ? "apctl list matrices shows those there are" : out + "?";
}

/// What a prefix may be made of; a full UUID has been looked for before.
bool looks_like_prefix(std::string_view text) {
    return text.size() >= shortest_prefix && text.find_first_not_of("0123456789abcdef-") == std::string_view::npos;
}

} // namespace

Result<Uuid> find_matrix(const HostState& host, const Wanted& wanted, std::string_view name_or_uuid) {
    const auto named = std::ranges::find_if(
        wanted.definitions, [&](const auto& d) { return !d.second.name.empty() && d.second.name == name_or_uuid; });
    if (named != wanted.definitions.end()) return named->first;

    if (const auto uuid = parse_uuid(name_or_uuid);
        uuid && (wanted.definitions.contains(*uuid) || host.matrices.contains(*uuid)))
        return *uuid;

    std::vector<Uuid> matches;
    if (const auto prefix = lower(name_or_uuid.substr(0, 40)); looks_like_prefix(prefix))
        for (const auto& uuid : known_matrices(host, wanted))
            if (to_string(uuid).starts_with(prefix)) matches.push_back(uuid);
    if (matches.size() == 1) return matches.front();
    if (matches.size() > 1)
        return std::unexpected(Error{.fault = Fault::invalid,
                                     .subject = quote(name_or_uuid),
                                     .reason = fmt::format("{} matrices have a UUID that begins so, among them {} and {}",
                                                           matches.size(), to_string(matches[0]), to_string(matches[1])),
                                     .remedy = "give more digits"});
    return std::unexpected(Error{.fault = Fault::not_found,
                                 .subject = quote(name_or_uuid),
                                 .reason = "no matrix has this name or UUID",
                                 .remedy = suggestion(wanted, name_or_uuid)});
}

} // namespace ap
