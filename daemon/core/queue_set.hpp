// SPDX-License-Identifier: LGPL-2.1-or-later
// A set of queues: any subset of the 256 x 256 APQNs, as a value. It takes 32 bytes for each adapter that it has queues of: most hosts have a dozen.
#pragma once

#include "core/id_set.hpp"

#include <compare>
#include <cstddef>
#include <optional>
#include <vector>

namespace ap {

class QueueSet {
  public:
    QueueSet() = default;
    /// The cross product adapters x domains.
    static QueueSet rectangle(const AdapterSet& adapters, const DomainSet& domains);

    [[nodiscard]] bool contains(Apqn q) const { return adapters_.contains(q.adapter) && rows_[place_of(q.adapter)].contains(q.domain); }
    void insert(Apqn q);
    void insert(const AdapterSet& adapters, const DomainSet& domains); ///< their cross product
    void erase(Apqn q);
    [[nodiscard]] DomainSet row(Apid adapter) const { return adapters_.contains(adapter) ? rows_[place_of(adapter)] : DomainSet(); }
    void set_row(Apid adapter, const DomainSet& domains);
    [[nodiscard]] bool empty() const { return adapters_.empty(); }
    [[nodiscard]] unsigned size() const;
    [[nodiscard]] AdapterSet adapters() const { return adapters_; } ///< adapters with at least one queue in the set
    [[nodiscard]] DomainSet domains() const;                        ///< domains with at least one queue in the set
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

    /// Calls fn(Apqn) for every queue, adapter-major ascending. It must not change the set.
    template <class Fn>
    void for_each(Fn&& fn) const {
        auto row = rows_.begin();
        for (Apid a : adapters_) {
            for (Apqi d : *row) fn(Apqn{a, d});
            ++row;
        }
    }

  private:
    [[nodiscard]] std::size_t place_of(Apid adapter) const { return adapters_.rank(adapter); }
    void add(Apid adapter, const DomainSet& domains);

    AdapterSet adapters_;
    std::vector<DomainSet> rows_; ///< of adapters_, in their order, none of them empty
};

} // namespace ap
