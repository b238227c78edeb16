// SPDX-License-Identifier: LGPL-2.1-or-later
// Widths first, lines then.
#include "render/table.hpp"

#include <algorithm>

namespace ap::cli {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest_last = 20;

std::string padded(const Look& look, const TableCell& cell, std::size_t width) {
    return paint(look, cell.ink, cell.text) + std::string(width - std::min(width, columns(cell.text)), ' ');
}

/// An empty last cell leaves the padding of those before it.
std::string without_trailing_blanks(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

std::string line_of(const Look& look, const std::vector<TableCell>& row,
                    const std::vector<std::size_t>& widths) {
    std::string out;
    std::size_t indent = 0;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) {
        out += padded(look, row[i], widths[i]) + std::string(gap, ' ');
        indent += widths[i] + gap;
    }
    const auto room = std::max(narrowest_last, look.width > indent ? std::size_t{look.width} - indent : 0);
    std::string text;
    for (const auto& piece : wrap(row.back().text, room)) {
        text +=
            without_trailing_blanks(out + paint(look, piece.empty() ? Ink::plain : row.back().ink, piece)) +
            "\n";
        out = std::string(indent, ' ');
    }
    return text;
}

} // namespace

std::string Table::text(const Look& look) const {
    std::vector<std::size_t> widths;
    for (const auto& heading : headings_) widths.push_back(look.headings ? columns(heading) : 0);
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i].text));
    std::string out;
    if (look.headings) {
        std::vector<TableCell> heads;
        for (const auto& heading : headings_) heads.emplace_back(heading, Ink::bold);
        out += line_of(look, heads, widths);
    }
    for (const auto& row : rows_) out += line_of(look, row, widths);
    return out;
}

} // namespace ap::cli
