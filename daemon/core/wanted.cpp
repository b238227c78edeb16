// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of matrices, and what the wanted state needs in the guest pool.
#include "core/wanted.hpp"

#include "core/quote.hpp"

#include <algorithm>

namespace ap {
namespace {

constexpr std::size_t longest_name = 64;

// Not std::isalnum: names must not depend on the locale.
bool letter_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }
bool name_character(char c) { return letter_or_digit(c) || c == '.' || c == '_' || c == '-'; }

std::unexpected<Error> no_name(std::string_view text, std::string_view why) {
    return std::unexpected(Error{.fault = Fault::invalid, .subject = quote(text), .reason = std::string(why)});
}

} // namespace

Result<std::string> parse_name(std::string_view text) {
    const bool well_formed = !text.empty() && text.size() <= longest_name && letter_or_digit(text.front()) &&
                             std::ranges::all_of(text, name_character);
    if (!well_formed)
        return no_name(text, "is not a name; expected 1 to 64 of A-Z a-z 0-9 . _ - beginning with a letter or digit");
    if (parse_uuid(text)) return no_name(text, "is a UUID; expected a name that cannot be taken for one");
    return std::string(text);
}

std::string display_name(const Wanted& wanted, const Uuid& uuid) {
    const auto found = wanted.definitions.find(uuid);
    const bool named = found != wanted.definitions.end() && !found->second.name.empty();
    return named ? found->second.name : to_string(uuid);
}

QueueSet guest_pool_of(const Wanted& wanted) {
    QueueSet out = wanted.reserved;
    for (const auto& [uuid, definition] : wanted.definitions)
        if (definition.active) out.insert(definition.matrix.adapters, definition.matrix.domains);
    return out;
}

} // namespace ap
