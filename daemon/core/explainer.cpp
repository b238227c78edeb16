// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has a queue and what a person sees of it.
#include "core/explainer.hpp"

#include "core/rectangles.hpp"

#include <algorithm>
#include <utility>

namespace ap {
namespace {

using Holder = const std::pair<const Uuid, ActiveMatrix>*;

/// The active matrix that has the queue; the kernel never lets two have one.
Holder holder_of(const HostState& host, Apqn queue) {
    const auto found = std::ranges::find_if(host.matrices, [queue](const auto& m) { return holds(m.second.assigned, queue); });
    return found == host.matrices.end() ? nullptr : &*found;
}

const Adapter* adapter_of(const HostState& host, Apqn queue) {
    const auto found = host.adapters.find(queue.adapter);
    return found == host.adapters.end() ? nullptr : &found->second;
}

QueueCondition condition_in(const ActiveMatrix& matrix, Apqn queue) {
    if (!holds(matrix.effective, queue)) return QueueCondition::filtered;
    return matrix.in_use ? QueueCondition::in_use : QueueCondition::matrix;
}

Owner owner_of(const HostState& host, Apqn queue, Holder holder) {
    if (holder != nullptr) return {Owner::Kind::matrix, holder->first};
    if (!host.present.contains(queue)) return {Owner::Kind::absent, {}};
    if (host.guest.contains(queue)) return {Owner::Kind::pool, {}};
    return {host.host.contains(queue) ? Owner::Kind::host : Owner::Kind::unbound, {}};
}

QueueCondition condition_of(const HostState& host, Apqn queue, Holder holder) {
    if (!host.present.contains(queue)) return holder != nullptr ? QueueCondition::missing : QueueCondition::absent;
    // The state of the hardware comes first: whoever has the queue cannot use it.
    if (const auto* adapter = adapter_of(host, queue); adapter != nullptr) {
        if (!adapter->configured) return QueueCondition::deconfigured;
        if (adapter->checkstopped) return QueueCondition::checkstop;
    }
    if (holder != nullptr) return condition_in(holder->second, queue);
    if (host.guest.contains(queue)) return QueueCondition::pool;
    if (!host.host.contains(queue)) return QueueCondition::unbound;
    return host.offline.contains(queue) ? QueueCondition::host_offline : QueueCondition::host;
}

} // namespace

Owner owner_of(const HostState& host, Apqn queue) { return owner_of(host, queue, holder_of(host, queue)); }
QueueCondition condition_of(const HostState& host, Apqn queue) { return condition_of(host, queue, holder_of(host, queue)); }

QueueView::QueueView(const HostState& host) : host_(host) {
    for (const auto& matrix : host.matrices) {
        holders_.push_back(&matrix);
        for (Apid a : matrix.second.assigned.adapters) {
            auto& row = index_[to_int(a)];
            row.resize(256);
            for (Apqi d : matrix.second.assigned.domains)
                if (auto& place = row[to_int(d)]; place == 0) place = static_cast<std::uint32_t>(holders_.size());
        }
    }
}

QueueView::Holder QueueView::holder(Apqn queue) const {
    const auto& row = index_[to_int(queue.adapter)];
    const auto place = row.empty() ? 0 : row[to_int(queue.domain)];
    return place == 0 ? nullptr : holders_[place - 1];
}
Owner QueueView::owner(Apqn queue) const { return owner_of(host_, queue, holder(queue)); }
QueueCondition QueueView::condition(Apqn queue) const { return condition_of(host_, queue, holder(queue)); }

std::string to_string(QueueCondition condition) {
    switch (condition) {
    case QueueCondition::absent: return "absent";
    case QueueCondition::missing: return "missing";
    case QueueCondition::unbound: return "unbound";
    case QueueCondition::host: return "host";
    case QueueCondition::host_offline: return "host_offline";
    case QueueCondition::pool: return "pool";
    case QueueCondition::matrix: return "matrix";
    case QueueCondition::in_use: return "in_use";
    case QueueCondition::filtered: return "filtered";
    case QueueCondition::checkstop: return "checkstop";
    case QueueCondition::deconfigured: return "deconfigured";
    }
    std::unreachable();
}

std::vector<User> users_of(const HostState& host, const Wanted& wanted, const QueueSet& queues) {
    std::map<Uuid, User> users;
    const auto user_at = [&users](const Uuid& uuid) -> User& { return users.try_emplace(uuid, User{uuid, false, false, {}, {}}).first->second; };
    for (const auto& [uuid, definition] : wanted.definitions)
        if (const auto has = common(queues, definition.matrix); !has.empty()) user_at(uuid).queues |= has;
    for (const auto& [uuid, active] : host.matrices) {
        const auto has = common(queues, active.assigned);
        if (has.empty() && !users.contains(uuid)) continue;
        auto& user = user_at(uuid);
        user.active = true;
        user.in_use = active.in_use;
        user.queues |= has;
        user.effective = common(queues, active.effective);
    }
    std::vector<User> out;
    for (auto& [uuid, user] : users) out.push_back(std::move(user));
    return out;
}

} // namespace ap
