// SPDX-License-Identifier: LGPL-2.1-or-later
// Matrices against sets of queues, row by row, without making a set of the matrix first.
#pragma once

#include "core/matrix.hpp"

namespace ap {

inline void insert(QueueSet& set, const Matrix& m) {
    set.insert(m.adapters, m.domains);
}
[[nodiscard]] inline bool intersects(const QueueSet& set, const Matrix& m) {
    for (Apid a : m.adapters)
        if (set.row(a).intersects(m.domains)) return true;
    return false;
}
[[nodiscard]] inline QueueSet common(const QueueSet& set, const Matrix& m) {
    QueueSet out;
    for (Apid a : m.adapters) out.set_row(a, set.row(a) & m.domains);
    return out;
}
/// The domains of row `a` that `m` has and `other` has not.
[[nodiscard]] inline DomainSet row_without(const Matrix& m, const Matrix& other, Apid a) {
    if (!m.adapters.contains(a)) return {};
    return other.adapters.contains(a) ? m.domains - other.domains : m.domains;
}
/// Has `m` a queue that `other` has not?
[[nodiscard]] inline bool exceeds(const Matrix& m, const Matrix& other) {
    if (m.adapters.empty() || m.domains.empty()) return false;
    return !m.adapters.subset_of(other.adapters) || !m.domains.subset_of(other.domains);
}
/// Queues of `m` that `other` has not.
[[nodiscard]] inline QueueSet without(const Matrix& m, const Matrix& other) {
    QueueSet out;
    for (Apid a : m.adapters) out.set_row(a, row_without(m, other, a));
    return out;
}

} // namespace ap
