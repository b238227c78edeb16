// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has a queue and what a person sees of it.
#include "core/explainer.hpp"

#include <algorithm>
#include <utility>

namespace ap {
namespace {

/// The active matrix that has the queue; the kernel never lets two have one.
auto holder_of(const HostState& host, Apqn queue) {
    return std::ranges::find_if(host.matrices, [queue](const auto& m) { return holds(m.second.assigned, queue); });
}

const Adapter* adapter_of(const HostState& host, Apqn queue) {
    const auto found = host.adapters.find(queue.adapter);
    return found == host.adapters.end() ? nullptr : &found->second;
}

QueueSet common_queues(const QueueSet& queues, const Matrix& matrix) {
    QueueSet out;
    for (Apid a : matrix.adapters) out.row(a) = queues.row(a) & matrix.domains;
    return out;
}

QueueCondition condition_in(const ActiveMatrix& matrix, Apqn queue) {
    if (!holds(matrix.effective, queue)) return QueueCondition::filtered;
    return matrix.in_use ? QueueCondition::in_use : QueueCondition::matrix;
}

} // namespace

Owner owner_of(const HostState& host, Apqn queue) {
    if (const auto holder = holder_of(host, queue); holder != host.matrices.end()) return {Owner::Kind::matrix, holder->first};
    if (!host.present.contains(queue)) return {Owner::Kind::absent, {}};
    if (host.guest.contains(queue)) return {Owner::Kind::pool, {}};
    return {host.host.contains(queue) ? Owner::Kind::host : Owner::Kind::unbound, {}};
}

QueueCondition condition_of(const HostState& host, Apqn queue) {
    const auto holder = holder_of(host, queue);
    const bool held = holder != host.matrices.end();
    if (!host.present.contains(queue)) return held ? QueueCondition::missing : QueueCondition::absent;
    // The state of the hardware comes first: whoever has the queue cannot use it.
    if (const auto* adapter = adapter_of(host, queue); adapter != nullptr) {
        if (!adapter->configured) return QueueCondition::deconfigured;
        if (adapter->checkstopped) return QueueCondition::checkstop;
    }
    if (held) return condition_in(holder->second, queue);
    if (host.guest.contains(queue)) return QueueCondition::pool;
    if (!host.host.contains(queue)) return QueueCondition::unbound;
    return host.offline.contains(queue) ? QueueCondition::host_offline : QueueCondition::host;
}

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
        if (const auto common = common_queues(queues, definition.matrix); !common.empty()) user_at(uuid).queues |= common;
    for (const auto& [uuid, active] : host.matrices) {
        const auto common = common_queues(queues, active.assigned);
        if (common.empty() && !users.contains(uuid)) continue;
        auto& user = user_at(uuid);
        user.active = true;
        user.in_use = active.in_use;
        user.queues |= common;
        user.effective = common_queues(queues, active.effective);
    }
    std::vector<User> out;
    for (auto& [uuid, user] : users) out.push_back(std::move(user));
    return out;
}

} // namespace ap
