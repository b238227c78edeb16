// SPDX-License-Identifier: LGPL-2.1-or-later
// Hanging indentation below a heading.
#include "render/section.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

constexpr std::size_t indent = 14;
constexpr std::size_t narrowest = 20;

} // namespace

void Section::add(const std::string& text, Ink ink) {
    for (const auto& line : wrap(text, look_.width > indent + narrowest ? look_.width - indent : narrowest)) {
        out_ += heading_.empty() ? std::string(indent, ' ')
                                 : paint(look_, Ink::bold, fmt::format("{:<{}}", heading_, indent));
        out_ += paint(look_, ink, line) + "\n";
        heading_.clear();
    }
}

std::string fact(const std::string& heading, const std::string& text, const Look& look, Ink ink) {
    Section out(heading, look);
    out.add(text, ink);
    return out.text();
}

std::string facts(const std::string& heading, const std::vector<std::string>& lines, const Look& look,
                  Ink ink) {
    Section out(heading, look);
    for (const auto& line : lines) out.add(harmless(line), ink);
    return out.text();
}

} // namespace ap::cli
