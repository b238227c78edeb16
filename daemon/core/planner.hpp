// SPDX-License-Identifier: LGPL-2.1-or-later
// The planner: from what is and what is wanted to an ordered, harmless sequence of steps, or every reason why not.
#pragma once

#include "core/plan.hpp"

#include <expected>
#include <set>
#include <vector>

namespace ap {

struct PlanOptions {
    bool disrupt = false; ///< running guests may lose queues, and the host the last of a kind
    bool host_may_lose = false; ///< the host may, whatever `disrupt` says: it is put back to where it was
    std::uint64_t generation = 0;
    std::optional<BindMode> convert_to{}; ///< shall be in use afterwards; nullopt: what is goes on being used, and only where nothing is `want.binding` decides
    /// Matrices the wishes name: brought to what `want` says even where the records already said so, because somebody
    /// said it again ("start web" after its mdev vanished). Without a definition in `want`: its mdev goes.
    std::set<Uuid> touched;
    /// Queues the wishes give back to the host by name: a driver_override of theirs goes too, whoever wrote it and whatever it says.
    QueueSet released{};
};

/// Pure: the same arguments give the same plan on every machine. `now` and `was` must belong together: `was` is the wanted
/// state recorded so far, `want` what it shall be. Steps bring the kernel from `now` to `want` and the records from `was` to `want`.
/// Matrices that `want` leaves as `was` has them are not touched, even where the kernel differs (drift is reported, not fought).
/// Refusals: Fault::conflict (overlap, must-keep, infeasible masks, adapters that vfio_ap does not take), in_use (a running guest loses queues, or the host
/// the last of a kind, without `disrupt`; stopping an open mdev, with or without), invalid (ids above the host's maxima), no_ap_bus.
std::expected<Plan, std::vector<Error>> plan(const HostState& now, const Wanted& was, const Wanted& want, const PlanOptions& options);

} // namespace ap
