// SPDX-License-Identifier: LGPL-2.1-or-later
// Set algebra on queues, one adapter row at a time.
#include "core/queue_set.hpp"

#include <algorithm>

namespace ap {

QueueSet QueueSet::rectangle(const AdapterSet& adapters, const DomainSet& domains) {
    QueueSet out;
    out.insert(adapters, domains);
    return out;
}

void QueueSet::insert(const AdapterSet& adapters, const DomainSet& domains) {
    for (Apid a : adapters) row(a) |= domains;
}

bool QueueSet::empty() const {
    return std::ranges::all_of(rows_, [](const DomainSet& r) { return r.empty(); });
}

unsigned QueueSet::size() const {
    unsigned n = 0;
    for (const auto& r : rows_) n += r.size();
    return n;
}

AdapterSet QueueSet::adapters() const {
    AdapterSet out;
    for (unsigned a = 0; a < 256; ++a)
        if (!rows_[a].empty()) out.insert(static_cast<Apid>(a));
    return out;
}

DomainSet QueueSet::domains() const {
    DomainSet out;
    for (const auto& r : rows_) out |= r;
    return out;
}

std::optional<Apqn> QueueSet::first() const {
    for (unsigned a = 0; a < 256; ++a)
        if (!rows_[a].empty()) return Apqn{static_cast<Apid>(a), *rows_[a].begin()};
    return std::nullopt;
}

bool QueueSet::subset_of(const QueueSet& other) const {
    return std::ranges::equal(rows_, other.rows_, [](const auto& r, const auto& o) { return r.subset_of(o); });
}

bool QueueSet::intersects(const QueueSet& other) const {
    for (unsigned a = 0; a < 256; ++a)
        if (rows_[a].intersects(other.rows_[a])) return true;
    return false;
}

QueueSet& QueueSet::operator&=(const QueueSet& o) {
    for (unsigned a = 0; a < 256; ++a) rows_[a] &= o.rows_[a];
    return *this;
}

QueueSet& QueueSet::operator|=(const QueueSet& o) {
    for (unsigned a = 0; a < 256; ++a) rows_[a] |= o.rows_[a];
    return *this;
}

QueueSet& QueueSet::operator-=(const QueueSet& o) {
    for (unsigned a = 0; a < 256; ++a) rows_[a] -= o.rows_[a];
    return *this;
}

} // namespace ap
