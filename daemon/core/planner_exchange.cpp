// SPDX-License-Identifier: LGPL-2.1-or-later
// Matrices that exchange queues. Each waits for another one to let go, so a ring of them needs somebody who lets go before he gets anything; one is enough.
// He frees what the next one grows into, which then lets go of what the one after it waits for, and so round to himself. So of a ring only one guest is
// without its queues for a moment, and it is one that keeps some, or a matrix that nobody has open, where there is such a one.
#include "core/planner_goal.hpp"

#include "core/rectangles.hpp"

#include <algorithm>
#include <tuple>

namespace ap::planning {
namespace {

using Targets = std::vector<const Target*>;

/// Somebody of `others` who has what this one gets.
const Target* waits_for(const Target& target, const Targets& others) {
    const auto found = std::ranges::find_if(others, [&](const Target* other) { return other != &target && share_a_queue(target.after, other->before); });
    return found == others.end() ? nullptr : *found;
}

/// Requires that each of them waits for another one: then following that leads into a ring.
Targets ring_among(const Targets& waiting) {
    Targets path;
    for (const Target* at = waiting.front();; at = waits_for(*at, waiting)) {
        if (const auto seen = std::ranges::find(path, at); seen != path.end()) return {seen, path.end()};
        path.push_back(at);
    }
}

bool keeps_some(const Target& target) {
    return target.before.adapters.intersects(target.after.adapters) && target.before.domains.intersects(target.after.domains);
}

/// The one who is hurt least.
const Target* first_to_let_go(const Targets& ring) {
    return *std::ranges::min_element(ring, {}, [](const Target* t) { return std::tuple(t->in_use && !keeps_some(*t), t->in_use, t->uuid); });
}

} // namespace

Targets in_order_of_exchange(Targets able) {
    Targets ordered;
    while (!able.empty()) {
        auto next = std::ranges::find_if(able, [&](const Target* target) { return waits_for(*target, able) == nullptr; });
        if (next != able.end()) ordered.push_back(*next);
        else next = std::ranges::find(able, first_to_let_go(ring_among(able)));
        able.erase(next);
    }
    return ordered;
}

} // namespace ap::planning
