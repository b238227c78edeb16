// SPDX-License-Identifier: LGPL-2.1-or-later
// A set of queues: any subset of the 256 x 256 APQNs, as a value of fixed size (8 KiB).
#pragma once

#include "core/id_set.hpp"

#include <array>
#include <optional>

namespace ap {

class QueueSet {
  public:
    QueueSet() = default;
    /// The cross product adapters x domains.
    static QueueSet rectangle(const AdapterSet& adapters, const DomainSet& domains);

    [[nodiscard]] bool contains(Apqn q) const { return row(q.adapter).contains(q.domain); }
    void insert(Apqn q) { row(q.adapter).insert(q.domain); }
    void insert(const AdapterSet& adapters, const DomainSet& domains); ///< their cross product
    void erase(Apqn q) { row(q.adapter).erase(q.domain); }
    [[nodiscard]] const DomainSet& row(Apid adapter) const { return rows_[to_int(adapter)]; }
    [[nodiscard]] DomainSet& row(Apid adapter) { return rows_[to_int(adapter)]; }
    [[nodiscard]] bool empty() const;
    [[nodiscard]] unsigned size() const;
    [[nodiscard]] AdapterSet adapters() const; ///< adapters with at least one queue in the set
    [[nodiscard]] DomainSet domains() const;   ///< domains with at least one queue in the set
    [[nodiscard]] std::optional<Apqn> first() const;
    [[nodiscard]] bool subset_of(const QueueSet& other) const;
    [[nodiscard]] bool intersects(const QueueSet& other) const;

    QueueSet& operator&=(const QueueSet& o);
    QueueSet& operator|=(const QueueSet& o);
    QueueSet& operator-=(const QueueSet& o);
    friend QueueSet operator&(QueueSet a, const QueueSet& b) { return a &= b; }
    friend QueueSet operator|(QueueSet a, const QueueSet& b) { return a |= b; }
    friend QueueSet operator-(QueueSet a, const QueueSet& b) { return a -= b; }
    /// Equal sets compare equal; the order is total but has no meaning beyond being the same everywhere.
    friend auto operator<=>(const QueueSet&, const QueueSet&) = default;

    /// Calls fn(Apqn) for every queue, adapter-major ascending.
    template <class Fn>
    void for_each(Fn&& fn) const {
        for (unsigned a = 0; a < 256; ++a)
            for (Apqi d : rows_[a]) fn(Apqn{static_cast<Apid>(a), d});
    }

  private:
    std::array<DomainSet, 256> rows_{};
};

} // namespace ap
