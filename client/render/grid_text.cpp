// SPDX-License-Identifier: LGPL-2.1-or-later
// Layout of the grid. A cell is its condition's letter and, where a matrix has the queue, the matrix's key.
#include "render/grid_text.hpp"

#include "core/parse.hpp"
#include "render/condition.hpp"
#include "render/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

constexpr std::size_t rows_on_a_screen = 40;
constexpr std::string_view keys = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz";

char key_of(unsigned matrix) { return matrix < keys.size() ? keys[matrix] : '*'; }

/// A domain is 00..ff here: the two leading zeros of 002f carry nothing.
template <class Id>
std::string run_name(const IdRun<Id>& run) {
    if (run.first == run.last) return fmt::format("{:02x}", to_int(run.first));
    return fmt::format("{:02x}-{:02x}", to_int(run.first), to_int(run.last));
}

std::string label(const GridRow& row) { return run_name(row.adapters) + " " + row.type; }

/// How the columns of one block are drawn.
struct Layout {
    bool downwards = false; ///< numbers written downwards, cells without gaps
    [[nodiscard]] std::size_t cell(const IdRun<Apqi>& column) const {
        return downwards ? 2 : run_name(column).size();
    }
    [[nodiscard]] std::size_t step(const IdRun<Apqi>& column) const {
        return cell(column) + (downwards ? 0 : 1);
    }
};

std::size_t label_width(const Grid& grid) {
    std::size_t width = std::string_view("adapter").size();
    for (const auto& row : grid.rows) width = std::max(width, columns(label(row)));
    return width + 2;
}

std::size_t total_width(const Grid& grid, Layout layout) {
    std::size_t width = label_width(grid);
    for (const auto& column : grid.columns) width += layout.step(column);
    return width;
}

std::string cell_text(const Look& look, const GridCell& cell, std::size_t width) {
    const auto& how = look_of(cell.condition);
    std::string text(width > 2 ? (width - 2) / 2 : 0, ' ');
    text += how.letter;
    if (cell.matrix) text += key_of(*cell.matrix);
    text.resize(width, ' ');
    return paint(look, how.cell, text);
}

/// First and last+1 column of a block.
struct Block {
    std::size_t from, to;
};

std::vector<Block> blocks_of(const Grid& grid, Layout layout, std::size_t width) {
    std::vector<Block> out;
    const auto room = width - std::min(width, label_width(grid));
    std::size_t used = 0;
    for (std::size_t i = 0; i < grid.columns.size(); ++i) {
        const auto step = layout.step(grid.columns[i]);
        // At least one column a block, however narrow the terminal.
        if (out.empty() || (used + step > room && used > 0)) {
            out.push_back({i, i});
            used = 0;
        }
        used += step;
        out.back().to = i + 1;
    }
    return out;
}

std::string trimmed(std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    return line + "\n";
}

std::string header_downwards(const Grid& grid, Block block, std::size_t indent) {
    std::size_t height = 2;
    for (auto i = block.from; i < block.to; ++i) height = std::max(height, run_name(grid.columns[i]).size());
    std::string out;
    for (std::size_t line = 0; line < height; ++line) {
        std::string text = line + 1 == height ? "adapter" : "";
        text.resize(indent, ' ');
        for (auto i = block.from; i < block.to; ++i) {
            // Single ids stand at the bottom, next to their cells.
            const auto name = run_name(grid.columns[i]);
            const auto above = height - name.size();
            text += line < above ? ' ' : name[line - above];
            text += ' ';
        }
        out += trimmed(text);
    }
    return out;
}

std::string header_across(const Grid& grid, Block block, std::size_t indent) {
    std::string text = "adapter";
    text.resize(indent, ' ');
    for (auto i = block.from; i < block.to; ++i) text += run_name(grid.columns[i]) + " ";
    return trimmed(text);
}

std::string row_text(const Grid& grid, const GridRow& row, Block block, Layout layout, const Look& look) {
    std::string text = label(row);
    text.resize(label_width(grid), ' ');
    for (auto i = block.from; i < block.to; ++i) {
        text += cell_text(look, row.cells[i], layout.cell(grid.columns[i]));
        if (!layout.downwards) text += ' ';
    }
    return trimmed(text);
}

std::string picture(const Grid& grid, Layout layout, const Look& look) {
    std::string out;
    const auto indent = label_width(grid);
    for (const auto& block : blocks_of(grid, layout, look.width)) {
        if (!out.empty()) out += "\n";
        if (look.headings)
            out += std::string(indent, ' ') + paint(look, Ink::dim, "domain (hex, as in 03.002f)") + "\n" +
                   (layout.downwards ? header_downwards(grid, block, indent)
                                     : header_across(grid, block, indent));
        for (const auto& row : grid.rows) out += row_text(grid, row, block, layout, look);
    }
    return out;
}

/// What fits, best first.
std::pair<Grid, Layout> arrange(const Grid& grid, Fold fold, unsigned width) {
    const Layout across{.downwards = false}, down{.downwards = true};
    if (fold != Fold::always)
        for (const auto layout : {across, down})
            if (total_width(grid, layout) <= width) return {grid, layout};
    if (fold == Fold::never) return {grid, down};
    auto folded = fold_columns(grid);
    return {folded, total_width(folded, across) <= width ? across : down};
}

std::string legend(const Grid& grid, const Look& look) {
    std::string out;
    for (const auto& [condition, queues] : census(grid)) {
        const auto& how = look_of(condition);
        out += fmt::format("{}{:>6}  {}\n", paint(look, how.cell, fmt::format("{} ", how.letter)), queues,
                           how.meaning);
    }
    return out;
}

std::string state_of(const ActiveMatrix& matrix) {
    if (!matrix.in_use) return "no guest";
    return matrix.holder.empty() ? "in use" : "in use by " + harmless(matrix.holder);
}

std::string matrix_keys(const HostView& view, const Grid& grid, const Look& look) {
    Table table({"key", "matrix", "guest", "adapters", "domains"});
    for (unsigned i = 0; i < grid.matrices.size() && i < keys.size(); ++i) {
        const auto& active = view.host.matrices.at(grid.matrices[i]);
        table.add({{std::string(1, key_of(i)), Ink::bold},
                   harmless(display_name(view.wanted, grid.matrices[i])),
                   state_of(active),
                   describe(active.assigned.adapters),
                   describe(active.assigned.domains)});
    }
    if (table.empty()) return {};
    auto out = "\n" + table.text(look);
    if (grid.matrices.size() > keys.size())
        out += fmt::format("*    {} more; see: apctl list matrices\n", grid.matrices.size() - keys.size());
    return out;
}

std::string title(const Grid& unfolded) {
    unsigned queues = 0;
    for (const auto& [condition, n] : census(unfolded))
        if (condition != QueueCondition::missing) queues += n;
    return fmt::format("{} x {}, {}\n\n", count(unfolded.rows.size(), "adapter"),
                       count(unfolded.columns.size(), "domain"), count(queues, "queue"));
}

} // namespace

std::string grid_text(const HostView& view, const Grid& grid, Fold fold, const Look& look) {
    const bool rows_too =
        fold == Fold::always || (fold == Fold::automatic && grid.rows.size() > rows_on_a_screen);
    const auto [arranged, layout] = arrange(rows_too ? fold_rows(grid) : grid, fold, look.width);
    return title(grid) + picture(arranged, layout, look) + "\n" + legend(grid, look) +
           matrix_keys(view, grid, look);
}

} // namespace ap::cli
