// SPDX-License-Identifier: LGPL-2.1-or-later
// Which mask bits to clear: the host pool is the rectangle apmask x aqmask, so freeing one queue frees others.
#pragma once

#include "core/queue_set.hpp"

#include <expected>

namespace ap {

struct MaskProblem {
    QueueSet free;    ///< must lie outside the rectangle (existing or not)
    QueueSet keep;    ///< must lie inside
    QueueSet present; ///< existing queues: the host shall have as many of them as possible
    AdapterSet adapters_stay_clear; ///< bits that cannot be set now (an active matrix uses them; kernels >= 6.19)
    DomainSet domains_stay_clear;
    AdapterSet adapters_stay_set{}; ///< bits that shall not be cleared (clearing them could not be undone; kernels >= 6.19)
    DomainSet domains_stay_set{};
};
struct MaskChoice {
    AdapterSet apmask = AdapterSet::all();
    DomainSet aqmask = DomainSet::all();
    unsigned collateral = 0; ///< present queues outside the rectangle that are not in `free`
    bool exact = true;
    unsigned bound = 0;      ///< no choice has less collateral than this
    friend bool operator==(const MaskChoice&, const MaskChoice&) = default;
};
/// Queues of `free` and of `keep` that cannot both be served: every `free` queue here has its adapter and its domain in the rows and columns
/// of `keep` or among the bits that stay set. With no `free` queue: `keep` needs bits that stay clear.
struct MaskConflict { QueueSet free, keep; };

/// A maximum-weight biclique: exact up to `exact_limit` distinct rows after grouping equal ones, else a bounded search that says so.
/// Among equals: fewest bits cleared in all 256 x 256, then fewest adapters cleared, then the lexicographically smallest cleared adapter list. A function of its argument only:
/// of several masks that leave the host as many queues, the nearest to the present ones would move fewer, but then the order of wishes would show in the outcome.
std::expected<MaskChoice, MaskConflict> choose_masks(const MaskProblem& problem, unsigned exact_limit = 16);

} // namespace ap
