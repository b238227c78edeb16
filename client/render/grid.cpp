// SPDX-License-Identifier: LGPL-2.1-or-later
// Builds, folds, unfolds and counts grids.
#include "render/grid.hpp"

#include <algorithm>
#include <map>

namespace ap::cli {
namespace {

/// The active matrices that have a queue in this part of the host.
std::vector<Uuid> by_name(const HostView& view, const AdapterSet& adapters, const DomainSet& domains) {
    std::vector<Uuid> out;
    for (const auto& [uuid, matrix] : view.host.matrices)
        if (matrix.assigned.adapters.intersects(adapters) && matrix.assigned.domains.intersects(domains))
            out.push_back(uuid);
    std::ranges::stable_sort(out, {}, [&](const Uuid& uuid) { return display_name(view.wanted, uuid); });
    return out;
}

GridCell cell_of(const QueueView& queues, Apqn queue, const std::map<Uuid, unsigned>& index) {
    GridCell out{.condition = queues.condition(queue), .matrix = {}};
    if (const auto owner = queues.owner(queue); owner.kind == Owner::Kind::matrix) out.matrix = index.at(owner.matrix);
    return out;
}

std::string type_of(const HostView& view, Apid adapter) {
    const auto found = view.types.find(adapter);
    return found == view.types.end() ? "absent" : found->second;
}

template <class Id>
bool consecutive(const IdRun<Id>& a, const IdRun<Id>& b) {
    return to_int(a.last) + 1 == to_int(b.first);
}

bool equal_columns(const Grid& grid, std::size_t a, std::size_t b) {
    return std::ranges::all_of(grid.rows, [=](const GridRow& row) { return row.cells[a] == row.cells[b]; });
}

} // namespace

QueueSet drawn_queues(const HostState& host) {
    auto out = host.present;
    for (const auto& [uuid, matrix] : host.matrices) out |= matrix.assigned.queues();
    return out;
}

Grid make_grid(const HostView& view, const AdapterSet& adapters, const DomainSet& domains) {
    const QueueView queues(view.host);
    const auto drawn = drawn_queues(view.host);
    Grid out;
    out.matrices = by_name(view, adapters, domains);
    std::map<Uuid, unsigned> index;
    for (unsigned i = 0; i < out.matrices.size(); ++i) index[out.matrices[i]] = i;
    for (Apqi d : drawn.domains() & domains) out.columns.push_back({d, d});
    AdapterSet rows = drawn.adapters();
    for (const auto& [id, adapter] : view.host.adapters) rows.insert(id);
    for (Apid a : rows& adapters) {
        GridRow row{.adapters = {a, a}, .type = type_of(view, a), .cells = {}};
        for (const auto& column : out.columns)
            row.cells.push_back(cell_of(queues, {a, column.first}, index));
        out.rows.push_back(std::move(row));
    }
    return out;
}

Grid fold_columns(const Grid& grid) {
    Grid out{.columns = {}, .rows = grid.rows, .matrices = grid.matrices};
    for (auto& row : out.rows) row.cells.clear();
    for (std::size_t i = 0; i < grid.columns.size(); ++i) {
        if (i > 0 && consecutive(grid.columns[i - 1], grid.columns[i]) && equal_columns(grid, i - 1, i)) {
            out.columns.back().last = grid.columns[i].last;
            continue;
        }
        out.columns.push_back(grid.columns[i]);
        for (std::size_t r = 0; r < grid.rows.size(); ++r) out.rows[r].cells.push_back(grid.rows[r].cells[i]);
    }
    return out;
}

Grid fold_rows(const Grid& grid) {
    Grid out{.columns = grid.columns, .rows = {}, .matrices = grid.matrices};
    for (const auto& row : grid.rows) {
        auto* last = out.rows.empty() ? nullptr : &out.rows.back();
        if (last != nullptr && consecutive(last->adapters, row.adapters) && last->type == row.type &&
            last->cells == row.cells)
            last->adapters.last = row.adapters.last;
        else
            out.rows.push_back(row);
    }
    return out;
}

Grid unfold(const Grid& grid) {
    Grid out{.columns = {}, .rows = {}, .matrices = grid.matrices};
    for (const auto& run : grid.columns)
        for (unsigned id = to_int(run.first); id <= to_int(run.last); ++id)
            out.columns.push_back({static_cast<Apqi>(id), static_cast<Apqi>(id)});
    for (const auto& row : grid.rows) {
        std::vector<GridCell> cells;
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            cells.insert(cells.end(), grid.columns[i].size(), row.cells[i]);
        for (unsigned id = to_int(row.adapters.first); id <= to_int(row.adapters.last); ++id)
            out.rows.push_back({{static_cast<Apid>(id), static_cast<Apid>(id)}, row.type, cells});
    }
    return out;
}

std::vector<std::pair<QueueCondition, unsigned>> census(const Grid& grid) {
    std::map<QueueCondition, unsigned> counts;
    for (const auto& row : grid.rows)
        for (std::size_t i = 0; i < row.cells.size(); ++i)
            counts[row.cells[i].condition] += row.adapters.size() * grid.columns[i].size();
    counts.erase(QueueCondition::absent);
    return {counts.begin(), counts.end()};
}

} // namespace ap::cli
