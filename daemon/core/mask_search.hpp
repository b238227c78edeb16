// SPDX-License-Identifier: LGPL-2.1-or-later
// The search behind choose_masks(): which lines of a 0/1 table to keep. Internal to the mask solver.
#pragma once

#include "core/mask_solver.hpp"

#include <vector>

namespace ap::search {

// A line is a row of the table (an adapter) or, in a transposed problem, a column (a domain); cross ids are the other
// side. The types say adapter and domain; with `transposed` set they mean the opposite, which only Score has to know.

/// Lines that must avoid the same cross ids: all of them are kept, or none (keeping one more costs nothing).
struct Group {
    AdapterSet lines;
    DomainSet free;
};
/// Lines on which the same cross ids exist; hosts have few such patterns, which makes counting queues cheap.
struct Pattern {
    AdapterSet lines;
    DomainSet present;
};
struct Table {
    std::vector<Group> groups;     ///< undecided; every `free` meets `cross`
    std::vector<Pattern> patterns; ///< all lines that may be kept
    AdapterSet lines;              ///< kept whatever happens
    DomainSet cross;               ///< cross ids that may be kept
    bool transposed = false;
};

/// A maximal rectangle: every group that fits `cross` is in `lines`.
struct Rectangle {
    AdapterSet lines;
    DomainSet cross;
};
struct Outcome {
    Rectangle best;
    unsigned queues = 0;     ///< existing queues in `best`
    unsigned most = 0;       ///< no rectangle has more existing queues; equals `queues` when proven
    bool proven = false;
};

/// Branch and bound from a locally improved start; gives up the proof after `node_budget` nodes. Pure, no randomness.
Outcome best_rectangle(const Table& table, unsigned node_budget);

} // namespace ap::search
