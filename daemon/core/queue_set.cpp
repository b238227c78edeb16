// SPDX-License-Identifier: LGPL-2.1-or-later
// Set algebra on queues, one adapter row at a time.
#include "core/queue_set.hpp"

#include <algorithm>

namespace ap {

QueueSet QueueSet::rectangle(const AdapterSet& adapters, const DomainSet& domains) {
    QueueSet out;
    if (domains.empty()) return out;
    out.adapters_ = adapters;
    out.rows_.assign(adapters.size(), domains);
    return out;
}

void QueueSet::add(Apid adapter, const DomainSet& domains) {
    if (adapters_.contains(adapter)) rows_[place_of(adapter)] |= domains;
    else set_row(adapter, domains);
}

void QueueSet::insert(Apqn q) { add(q.adapter, {q.domain}); }

void QueueSet::insert(const AdapterSet& adapters, const DomainSet& domains) {
    for (Apid a : adapters) add(a, domains);
}

void QueueSet::erase(Apqn q) {
    auto left = row(q.adapter);
    left.erase(q.domain);
    set_row(q.adapter, left);
}

void QueueSet::set_row(Apid adapter, const DomainSet& domains) {
    const auto at = rows_.begin() + static_cast<std::ptrdiff_t>(place_of(adapter));
    if (!adapters_.contains(adapter)) {
        if (domains.empty()) return;
        rows_.insert(at, domains);
        adapters_.insert(adapter);
    } else if (domains.empty()) {
        rows_.erase(at);
        adapters_.erase(adapter);
    } else {
        *at = domains;
    }
}

unsigned QueueSet::size() const {
    unsigned n = 0;
    for (const auto& row : rows_) n += row.size();
    return n;
}

DomainSet QueueSet::domains() const {
    DomainSet out;
    for (const auto& row : rows_) out |= row;
    return out;
}

std::optional<Apqn> QueueSet::first() const {
    if (empty()) return std::nullopt;
    return Apqn{*adapters_.begin(), *rows_.front().begin()};
}

bool QueueSet::subset_of(const QueueSet& other) const {
    return std::ranges::all_of(adapters_, [&](Apid a) { return row(a).subset_of(other.row(a)); });
}

bool QueueSet::intersects(const QueueSet& other) const {
    return std::ranges::any_of(adapters_ & other.adapters_, [&](Apid a) { return row(a).intersects(other.row(a)); });
}

QueueSet& QueueSet::operator|=(const QueueSet& o) {
    for (Apid a : o.adapters()) add(a, o.row(a));
    return *this;
}

QueueSet& QueueSet::operator-=(const QueueSet& o) {
    for (Apid a : adapters_ & o.adapters_) set_row(a, row(a) - o.row(a));
    return *this;
}

QueueSet& QueueSet::operator&=(const QueueSet& o) {
    for (Apid a : adapters()) set_row(a, row(a) & o.row(a));
    return *this;
}

} // namespace ap
