// SPDX-License-Identifier: LGPL-2.1-or-later
// Tells mask bits that our own choices explain from those that somebody else cleared, and takes the latter over.
#include "core/mask_solver.hpp"
#include "core/wanted.hpp"

namespace ap {
namespace {

/// Bits that a kernel >= 6.19 did not let our plans set again while a matrix of ours has the id (kernel-abi 3.2 step 5).
void held_by_own_matrices(const HostState& host, const Wanted& wanted, MaskProblem& problem) {
    if (host.in_use_rule != InUseRule::all_opposite) return;
    for (const auto& [uuid, active] : host.matrices) {
        const auto own = wanted.definitions.find(uuid);
        if (own == wanted.definitions.end() || !own->second.active) continue;
        const auto& m = active.assigned;
        if (!m.domains.empty()) problem.adapters_stay_clear |= m.adapters - host.apmask;
        if (!m.adapters.empty()) problem.domains_stay_clear |= m.domains - host.aqmask;
    }
}

/// Clear bits without which a queue of the pool would fall back to the host.
MaskBits needed(const HostState& host, const QueueSet& pool) {
    MaskBits out;
    for (Apid a : pool.adapters()) {
        if (host.apmask.contains(a)) out.domains |= pool.row(a) - host.aqmask;
        else if (pool.row(a).intersects(host.aqmask)) out.adapters.insert(a);
    }
    return out;
}

} // namespace

MaskBits cleared_by_others(const HostState& host, const Wanted& wanted) {
    const MaskBits clear{~host.apmask, ~host.aqmask};
    if (clear.empty()) return {};
    const auto pool = guest_pool_of(wanted);
    MaskProblem problem{.free = pool,
                        .keep = wanted.keep,
                        .present = host.present,
                        .adapters_stay_clear = {},
                        .domains_stay_clear = {}};
    held_by_own_matrices(host, wanted, problem);
    const auto own = choose_masks(problem);
    if (!own) return {}; // The wishes contradict each other: the planner says so, and there is nothing to compare with.
    const auto need = needed(host, pool);
    return {(clear.adapters & own->apmask) - need.adapters, (clear.domains & own->aqmask) - need.domains};
}

MaskBits cleared_for_nobody(const HostState& host, const Wanted& wanted) {
    QueueSet running;
    for (const auto& [uuid, active] : host.matrices) running |= active.assigned.queues();
    const auto bits = cleared_by_others(host, wanted), need = needed(host, running);
    return {bits.adapters - need.adapters, bits.domains - need.domains};
}

Wanted adopt(const HostState& host, const Wanted& wanted) {
    const auto others = cleared_by_others(host, wanted);
    Wanted out = wanted;
    // A queue that is marked but still the host's is being moved by somebody just now: that is not ours to finish.
    out.reserved |= (marked_for_guests(host) & host.guest) - guest_pool_of(wanted) - wanted.keep;
    // Whole rows and columns: then clearing these very bits is the cheapest way to meet the reservation.
    out.reserved.insert(others.adapters - wanted.keep.adapters(), DomainSet::all());
    out.reserved.insert(AdapterSet::all(), others.domains - wanted.keep.domains());
    return out;
}

} // namespace ap
