// SPDX-License-Identifier: LGPL-2.1-or-later
// A matrix: what an mdev collects. Its queues are always the cross product adapters x domains.
#pragma once

#include "core/queue_set.hpp"

namespace ap {

struct Matrix {
    AdapterSet adapters{};
    DomainSet domains{}; ///< usage domains
    DomainSet control{}; ///< control domains; shared freely between matrices, independent of `domains`

    [[nodiscard]] QueueSet queues() const { return QueueSet::rectangle(adapters, domains); }
    [[nodiscard]] bool empty() const { return adapters.empty() && domains.empty() && control.empty(); }
    friend bool operator==(const Matrix&, const Matrix&) = default;
};

/// Do the two matrices have a queue in common? (The kernel's test for EADDRINUSE.)
[[nodiscard]] constexpr bool share_a_queue(const Matrix& a, const Matrix& b) {
    return a.adapters.intersects(b.adapters) && a.domains.intersects(b.domains);
}
[[nodiscard]] constexpr bool holds(const Matrix& m, Apqn q) {
    return m.adapters.contains(q.adapter) && m.domains.contains(q.domain);
}

} // namespace ap
