// SPDX-License-Identifier: LGPL-2.1-or-later
// The host as a picture in values: adapters down, domains across, one cell a queue. Folding puts equal
// neighbours together.
#pragma once

#include "core/explainer.hpp"
#include "proxy/views.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ap::cli {

struct GridCell {
    QueueCondition condition = QueueCondition::absent;
    std::optional<unsigned> matrix; ///< index into Grid::matrices
    friend bool operator==(const GridCell&, const GridCell&) = default;
};

/// Ids first..last, all of them.
template <class Id>
struct IdRun {
    Id first{}, last{};
    [[nodiscard]] unsigned size() const { return to_int(last) - to_int(first) + 1; }
    friend bool operator==(const IdRun&, const IdRun&) = default;
};

struct GridRow {
    IdRun<Apid> adapters;
    std::string type;
    std::vector<GridCell> cells; ///< one for each of Grid::columns
    friend bool operator==(const GridRow&, const GridRow&) = default;
};

/// Unfolded: every run has one id.
struct Grid {
    std::vector<IdRun<Apqi>> columns;
    std::vector<GridRow> rows;
    std::vector<Uuid> matrices; ///< those that occur, by their names
    friend bool operator==(const Grid&, const Grid&) = default;
};

/// Queues that exist or that an active matrix has: what a person sees when nothing is filtered.
QueueSet drawn_queues(const HostState& host);
/// The part of the host that `adapters` and `domains` select: ids with a queue that exists or that a matrix
/// has.
Grid make_grid(const HostView& view, const AdapterSet& adapters = AdapterSet::all(),
               const DomainSet& domains = DomainSet::all());

/// Neighbouring ids whose cells are all equal become one column, or one row when adapter types are equal too.
/// Ids must be consecutive, so that "04-2e" is never more than it says; therefore unfold() gives the grid
/// back.
Grid fold_columns(const Grid& grid);
Grid fold_rows(const Grid& grid);
Grid unfold(const Grid& grid);

/// Queues of each condition, in the order of the enum; absent ones are not counted.
std::vector<std::pair<QueueCondition, unsigned>> census(const Grid& grid);

} // namespace ap::cli
