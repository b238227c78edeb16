// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeping lines shrinks the cross ids that can be kept with them, so this is a maximum-weight biclique: NP-hard in
// general, tiny in practice. The state of the search is "groups in, groups out, undecided"; the cross ids follow.
#include "core/mask_search.hpp"

#include <algorithm>

namespace ap::search {
namespace {

/// What makes one rectangle better than another, most important first. A total order on maximal rectangles, so the
/// best one is unique and neither the orientation nor the order of the search can show in the result.
struct Score {
    unsigned queues = 0;           ///< more is better
    unsigned cleared_bits = 0;     ///< fewer is better
    unsigned cleared_adapters = 0; ///< fewer is better
    IdSet<Apid> cleared{};         ///< smaller list is better

    [[nodiscard]] bool better_than(const Score& o) const {
        if (queues != o.queues) return queues > o.queues;
        if (cleared_bits != o.cleared_bits) return cleared_bits < o.cleared_bits;
        if (cleared_adapters != o.cleared_adapters) return cleared_adapters < o.cleared_adapters;
        return cleared > o.cleared; // id 0 is the most significant bit: of two lists of one length the
                                    // smaller is the larger number
    }
};

AdapterSet as_adapters(const DomainSet& domains) {
    AdapterSet out;
    for (Apqi d : domains) out.insert(static_cast<Apid>(to_int(d)));
    return out;
}

class Search {
  public:
    Search(const Table& table, unsigned node_budget);
    Outcome run();

  private:
    enum class Side : unsigned char { undecided, in, out };
    struct Share { std::size_t pattern; unsigned lines; }; ///< so many lines of a group have that pattern

    [[nodiscard]] unsigned queues_in(const AdapterSet& lines, const DomainSet& cross) const;
    [[nodiscard]] unsigned queues_of(std::size_t group, const DomainSet& cross) const;
    [[nodiscard]] Rectangle closed(const DomainSet& cross) const;
    [[nodiscard]] Score score(const Rectangle& r) const;
    bool offer(const Rectangle& r);

    void improve(DomainSet cross);
    [[nodiscard]] DomainSet flipped(const Rectangle& r, std::size_t group) const;

    void branch(std::size_t at, const AdapterSet& lines, const DomainSet& cross);
    [[nodiscard]] bool hopeless(std::size_t at, const AdapterSet& lines, const DomainSet& cross, unsigned optimistic) const;
    [[nodiscard]] unsigned optimistic(std::size_t at, const AdapterSet& lines, const DomainSet& cross) const;
    [[nodiscard]] bool dominated(std::size_t at, const DomainSet& cross) const;

    const Table& table_;
    std::vector<std::vector<Share>> shares_; ///< per group
    std::vector<Side> side_;                 ///< per group, on the path to the current node
    Rectangle best_;
    Score best_score_;
    unsigned nodes_left_;
    unsigned open_ = 0; ///< the most promising node that was given up
    bool gave_up_ = false;
};

Search::Search(const Table& table, unsigned node_budget)
    : table_(table), side_(table.groups.size(), Side::undecided), best_(closed(table.cross)),
      best_score_(score(best_)), nodes_left_(node_budget) {
    for (const auto& group : table.groups) {
        auto& shares = shares_.emplace_back();
        for (std::size_t p = 0; p < table.patterns.size(); ++p)
            if (auto n = (table.patterns[p].lines & group.lines).size(); n != 0) shares.push_back({p, n});
    }
}

unsigned Search::queues_in(const AdapterSet& lines, const DomainSet& cross) const {
    unsigned n = 0;
    for (const auto& pattern : table_.patterns)
        if (auto count = (pattern.lines & lines).size(); count != 0) n += count * (pattern.present & cross).size();
    return n;
}

unsigned Search::queues_of(std::size_t group, const DomainSet& cross) const {
    unsigned n = 0;
    for (auto [pattern, lines] : shares_[group]) n += lines * (table_.patterns[pattern].present & cross).size();
    return n;
}

Rectangle Search::closed(const DomainSet& cross) const {
    Rectangle r{table_.lines, table_.cross};
    for (const auto& group : table_.groups) {
        if (group.free.intersects(cross)) continue;
        r.lines |= group.lines;
        r.cross -= group.free;
    }
    return r;
}

Score Search::score(const Rectangle& r) const {
    const auto cleared = table_.transposed ? as_adapters(~r.cross) : ~r.lines;
    return {queues_in(r.lines, r.cross), 512 - r.lines.size() - r.cross.size(), cleared.size(), cleared};
}

bool Search::offer(const Rectangle& r) {
    auto s = score(r);
    if (!s.better_than(best_score_)) return false;
    best_ = r;
    best_score_ = s;
    return true;
}

/// The cross ids after one group changed sides.
DomainSet Search::flipped(const Rectangle& r, std::size_t group) const {
    const auto& flip = table_.groups[group];
    if (!flip.lines.subset_of(r.lines)) return r.cross - flip.free;
    auto cross = table_.cross;
    for (const auto& other : table_.groups)
        if (&other != &flip && other.lines.subset_of(r.lines)) cross -= other.free;
    return cross;
}

/// Flips one group after the other as long as that helps. The limit keeps 256 groups within about a millisecond, whatever
/// the patterns; small tables are done long before it.
void Search::improve(DomainSet cross) {
    auto at = closed(cross);
    auto here = score(at);
    offer(at);
    auto tries = 200'000 / (table_.groups.size() + 4 * table_.patterns.size() + 1);
    for (std::size_t since = 0, g = 0; since < table_.groups.size() && tries != 0; g = (g + 1) % table_.groups.size(), --tries) {
        auto next = closed(flipped(at, g));
        auto s = score(next);
        ++since;
        if (!s.better_than(here)) continue;
        at = next;
        here = s;
        since = 0;
    }
    offer(at);
}

/// Each undecided group counted as if no other undecided one came in with it.
unsigned Search::optimistic(std::size_t at, const AdapterSet& lines, const DomainSet& cross) const {
    auto n = queues_in(lines, cross);
    for (auto g = at; g < table_.groups.size(); ++g) n += queues_of(g, cross - table_.groups[g].free);
    return n;
}

/// A group that was left out but fits: the same node with it in is at least as good.
bool Search::dominated(std::size_t at, const DomainSet& cross) const {
    for (std::size_t g = 0; g < at; ++g)
        if (side_[g] == Side::out && !table_.groups[g].free.intersects(cross)) return true;
    return false;
}

bool Search::hopeless(std::size_t at, const AdapterSet& lines, const DomainSet& cross, unsigned optimistic) const {
    if (optimistic != best_score_.queues) return optimistic < best_score_.queues;
    auto possible = lines;
    for (auto g = at; g < table_.groups.size(); ++g) possible |= table_.groups[g].lines;
    return 512 - possible.size() - cross.size() > best_score_.cleared_bits;
}

void Search::branch(std::size_t at, const AdapterSet& lines, const DomainSet& cross) {
    const auto most = optimistic(at, lines, cross);
    if (hopeless(at, lines, cross, most) || dominated(at, cross)) return;
    if (at == table_.groups.size()) {
        offer({lines, cross});
        return;
    }
    if (nodes_left_ == 0) {
        gave_up_ = true;
        open_ = std::max(open_, most);
        return;
    }
    --nodes_left_;
    const auto& group = table_.groups[at];
    side_[at] = Side::in;
    branch(at + 1, lines | group.lines, cross - group.free);
    if (group.free.intersects(cross)) {
        side_[at] = Side::out;
        branch(at + 1, lines, cross);
    }
    side_[at] = Side::undecided;
}

Outcome Search::run() {
    DomainSet all;
    for (const auto& group : table_.groups) all |= group.free;
    improve(table_.cross);       // from "clear the lines" ...
    improve(table_.cross - all); // ... and from "clear the cross ids"
    branch(0, table_.lines, table_.cross);
    return {best_, best_score_.queues, std::max(best_score_.queues, open_), !gave_up_};
}

} // namespace

Outcome best_rectangle(const Table& table, unsigned node_budget) { return Search(table, node_budget).run(); }

} // namespace ap::search
