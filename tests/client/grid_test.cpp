// SPDX-License-Identifier: LGPL-2.1-or-later
// The grid: folding loses nothing, text fits, letters and numbers are true.
#include "canned.hpp"
#include "render/grid_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>

namespace ap::cli {
namespace {

/// Few conditions and long runs, so that there is something to fold.
Grid arbitrary_grid() {
    const auto ids = [](unsigned most) {
        std::vector<unsigned> out;
        for (unsigned id = *rc::gen::inRange(0U, 5U); id < 256 && out.size() < most;
             id += *rc::gen::weightedElement<unsigned>({{8, 1}, {1, 3}}))
            out.push_back(id);
        return out;
    };
    Grid grid;
    grid.matrices.resize(3);
    for (unsigned id : ids(*rc::gen::inRange(0U, 12U)))
        grid.columns.push_back({static_cast<Apqi>(id), static_cast<Apqi>(id)});
    const auto cell = rc::gen::map(rc::gen::inRange(0, 4), [](int n) {
        return n < 3 ? GridCell{QueueCondition::host, {}} : GridCell{QueueCondition::matrix, 1U};
    });
    for (unsigned id : ids(*rc::gen::inRange(0U, 12U))) {
        GridRow row{.adapters = {static_cast<Apid>(id), static_cast<Apid>(id)},
                    .type = *rc::gen::weightedElement<std::string>({{5, "CEX8C"}, {1, "CEX8P"}}),
                    .cells = {}};
        for (std::size_t i = 0; i < grid.columns.size(); ++i) row.cells.push_back(*cell);
        grid.rows.push_back(std::move(row));
    }
    return grid;
}

std::size_t widest_line(const std::string& text) {
    std::istringstream lines(text);
    std::size_t out = 0;
    for (std::string line; std::getline(lines, line);) out = std::max(out, columns(line));
    return out;
}

RC_GTEST_PROP(Grid, UnfoldingColumnsGivesTheGridBack, ()) {
    const auto grid = arbitrary_grid();
    RC_ASSERT(unfold(fold_columns(grid)) == grid);
}

RC_GTEST_PROP(Grid, UnfoldingRowsAndColumnsGivesTheGridBack, ()) {
    const auto grid = arbitrary_grid();
    RC_ASSERT(unfold(fold_rows(fold_columns(grid))) == grid);
}

RC_GTEST_PROP(Grid, FoldingLeavesNoEqualNeighbours, ()) {
    const auto grid = fold_columns(arbitrary_grid());
    RC_ASSERT(fold_columns(grid) == grid);
}

RC_GTEST_PROP(Grid, FoldingKeepsTheCensus, ()) {
    const auto grid = arbitrary_grid();
    RC_ASSERT(census(fold_rows(fold_columns(grid))) == census(grid));
}

TEST(Grid, OfTwentyTimesEightyFiveFitsAHundredColumns) {
    const auto view = fakes::wide_host();
    EXPECT_LE(widest_line(grid_text(view, make_grid(view), Fold::automatic, {.width = 100})), 100U);
}

TEST(Grid, ThatCannotBeFoldedIsSplitIntoBlocksThatFit) {
    const auto view = fakes::striped_host();
    EXPECT_LE(widest_line(grid_text(view, make_grid(view), Fold::automatic, {.width = 60})), 60U);
}

TEST(Grid, FitsANarrowTerminalAsFarAsOneColumnDoes) {
    const auto view = fakes::striped_host();
    EXPECT_FALSE(grid_text(view, make_grid(view), Fold::automatic, {.width = 1}).empty());
}

TEST(Grid, CountsWhatEveryQueueIs) {
    const auto view = fakes::mixed_host();
    unsigned counted = 0;
    for (const auto& [condition, n] : census(make_grid(view))) counted += n;
    QueueSet all = view.host.present;
    for (const auto& [uuid, matrix] : view.host.matrices) all |= matrix.assigned.queues();
    EXPECT_EQ(counted, all.size());
}

TEST(Grid, HasTheMatrixOfEveryQueue) {
    const auto view = fakes::mixed_host();
    const auto grid = make_grid(view);
    for (const auto& row : grid.rows)
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const auto owner = owner_of(view.host, {row.adapters.first, grid.columns[i].first});
            ASSERT_EQ(row.cells[i].matrix.has_value(), owner.kind == Owner::Kind::matrix);
            if (row.cells[i].matrix) {
                EXPECT_EQ(grid.matrices.at(*row.cells[i].matrix), owner.matrix);
            }
        }
}

} // namespace
} // namespace ap::cli
