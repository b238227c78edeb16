// SPDX-License-Identifier: LGPL-2.1-or-later
// From queues to a small table: what must stay and what must go is decided here, the rest is searched.
#include "core/mask_solver.hpp"

#include "core/mask_search.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

namespace ap {
namespace {

/// Nodes to spend on a proof beyond the exact limit: about half a millisecond with 256 lines that all differ.
constexpr unsigned budget_beyond_limit = 64;

AdapterSet swapped(const DomainSet& set) {
    AdapterSet out;
    for (Apqi d : set) out.insert(static_cast<Apid>(to_int(d)));
    return out;
}
DomainSet swapped(const AdapterSet& set) {
    DomainSet out;
    for (Apid a : set) out.insert(static_cast<Apqi>(to_int(a)));
    return out;
}
QueueSet swapped(const QueueSet& set) {
    QueueSet out;
    set.for_each([&](Apqn q) { out.insert({static_cast<Apid>(to_int(q.domain)), static_cast<Apqi>(to_int(q.adapter))}); });
    return out;
}
MaskProblem swapped(const MaskProblem& p) {
    return {swapped(p.free), swapped(p.keep), swapped(p.present), swapped(p.domains_stay_clear),
            swapped(p.adapters_stay_clear), swapped(p.domains_stay_set), swapped(p.adapters_stay_set)};
}

AdapterSet set_adapters(const MaskProblem& p) { return p.keep.adapters() | p.adapters_stay_set; }
DomainSet set_domains(const MaskProblem& p) { return p.keep.domains() | p.domains_stay_set; }

bool feasible(const MaskProblem& p) {
    const auto adapters = set_adapters(p);
    const auto domains = set_domains(p);
    if (adapters.intersects(p.adapters_stay_clear) || domains.intersects(p.domains_stay_clear)) return false;
    return !p.free.intersects(QueueSet::rectangle(adapters, domains));
}

/// Free queues between two kept lines: no rectangle has the one and not the other.
MaskConflict crossed_queues(const MaskProblem& p) {
    MaskConflict conflict;
    conflict.free = p.free & QueueSet::rectangle(set_adapters(p), set_domains(p));
    const auto adapters = conflict.free.adapters() | p.adapters_stay_clear;
    const auto domains = conflict.free.domains() | p.domains_stay_clear;
    p.keep.for_each([&](Apqn q) {
        if (adapters.contains(q.adapter) || domains.contains(q.domain)) conflict.keep.insert(q);
    });
    return conflict;
}

/// What is left to decide once the lines of `keep` are in and the lines that cannot stay are out.
search::Table table_of(const MaskProblem& p) {
    search::Table table;
    const auto kept_lines = set_adapters(p);
    const auto kept_cross = set_domains(p);
    table.cross = ~p.domains_stay_clear;
    for (Apid a : kept_lines) table.cross -= p.free.row(a);
    std::map<DomainSet, AdapterSet> by_free, by_present;
    for (Apid a : ~p.adapters_stay_clear) {
        const auto free = p.free.row(a) & table.cross;
        if (free.intersects(kept_cross)) continue;
        by_present[p.present.row(a) & table.cross].insert(a);
        if (free.empty()) table.lines.insert(a);
        else by_free[free].insert(a);
    }
    for (const auto& [free, lines] : by_free) table.groups.push_back({lines, free});
    for (const auto& [present, lines] : by_present) table.patterns.push_back({lines, present});
    return table;
}

/// The lower bound for searches that were cut short: a free queue costs its adapter or its domain. Every queue pays half
/// into its row and half into its column, since clearing both costs it once; a packing of such costs along free
/// queues is a feasible dual of "cover every free queue", so half of it is lost by any choice.
unsigned packing_bound(const MaskProblem& p) {
    std::array<unsigned, 256> row{}, column{};
    (p.present - p.free).for_each([&](Apqn q) { ++row[to_int(q.adapter)], ++column[to_int(q.domain)]; });
    unsigned packed = 0;
    p.free.for_each([&](Apqn q) {
        auto& r = row[to_int(q.adapter)];
        auto& c = column[to_int(q.domain)];
        const auto share = std::min(r, c);
        packed += share, r -= share, c -= share;
    });
    return (packed + 1) / 2;
}

MaskChoice choice_of(const MaskProblem& p, const search::Table& table, const search::Outcome& found) {
    MaskChoice choice;
    choice.apmask = table.transposed ? swapped(found.best.cross) : found.best.lines;
    choice.aqmask = table.transposed ? swapped(found.best.lines) : found.best.cross;
    const auto others = (p.present - p.free).size();
    choice.collateral = others - found.queues;
    choice.bound = found.proven ? choice.collateral : std::max(others - std::min(others, found.most), packing_bound(p));
    // A heuristic can hit the bound: then nothing is better, even if the tie-break was not searched to its end.
    choice.exact = choice.bound == choice.collateral;
    return choice;
}

} // namespace

std::expected<MaskChoice, MaskConflict> choose_masks(const MaskProblem& problem, unsigned exact_limit) {
    if (!feasible(problem)) return std::unexpected(crossed_queues(problem));
    auto table = table_of(problem);
    // The table may be small seen from the other side: two domains given away on 200 adapters are two columns.
    if (table.groups.size() > 1) {
        auto turned = table_of(swapped(problem));
        turned.transposed = true;
        if (turned.groups.size() < table.groups.size()) table = std::move(turned);
    }
    const bool small = table.groups.size() <= exact_limit;
    const auto found = search::best_rectangle(table, small ? std::numeric_limits<unsigned>::max() : budget_beyond_limit);
    return choice_of(problem, table, found);
}

} // namespace ap
