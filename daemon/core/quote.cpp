// SPDX-License-Identifier: LGPL-2.1-or-later
// Escapes and cuts text that came from outside.
#include "core/quote.hpp"

#include <fmt/format.h>

#include <iterator>

namespace ap {
namespace {

constexpr std::size_t longest = 40;

bool harmless(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

} // namespace

std::string quote(std::string_view text) {
    std::string out = "\"";
    for (char c : text.substr(0, longest)) {
        if (harmless(c)) out += c;
        else fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
    out += text.size() > longest ? "…\"" : "\"";
    return out;
}

} // namespace ap
