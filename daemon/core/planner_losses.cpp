// SPDX-License-Identifier: LGPL-2.1-or-later
// The host's own crypto. Its programs ask for a kind of work, not for a queue: each mode does another kind (kernel-abi 4), and requests that name no domain go to the
// default domain. So one queue less is felt by nobody, but the last one of a kind is.
#include "core/planner_goal.hpp"

#include <utility>

namespace ap::planning {
namespace {

/// Queues that do the host's work now.
QueueSet working(const HostState& host, Mode mode) {
    AdapterSet adapters;
    for (const auto& [id, adapter] : host.adapters)
        if (adapter.mode == mode && adapter.online) adapters.insert(id);
    return (host.host - host.offline) & QueueSet::rectangle(adapters, DomainSet::all());
}

QueueSet of_domain(const QueueSet& queues, Apqi domain) { return queues & QueueSet::rectangle(AdapterSet::all(), {domain}); }

} // namespace

std::vector<HostLoss> host_losses(const HostState& before, const HostState& after) {
    using Kind = HostLoss::Kind;
    std::vector<HostLoss> out;
    for (const auto& [mode, kind] : {std::pair(Mode::accelerator, Kind::accelerator), std::pair(Mode::cca, Kind::cca), std::pair(Mode::ep11, Kind::ep11)})
        if (auto had = working(before, mode); !had.empty() && working(after, mode).empty()) out.push_back({kind, std::move(had)});
    if (!before.default_domain) return out;
    if (auto had = of_domain(before.host, *before.default_domain); !had.empty() && of_domain(after.host, *before.default_domain).empty())
        out.push_back({Kind::default_domain, std::move(had)});
    return out;
}

} // namespace ap::planning
