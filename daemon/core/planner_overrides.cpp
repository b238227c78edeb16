// SPDX-License-Identifier: LGPL-2.1-or-later
// Which queues change their driver_override, and how the host is converted from one backend to the other.
//
// With overrides every queue stands alone, so a plan takes exactly what is wanted. The kernel asks nobody when an override changes or a queue is unbound
// (kernel-abi 10), so that no queue leaves vfio_ap while a matrix has it is the planner's to see to.
//
// A conversion has to leave one backend before it enters the other, since each is refused while the other is in use (EINVAL both ways). Every matrix is emptied
// first, which is why no guest may have one open:
//   to overrides   the masks become all ones, and no mask bit is set while an mdev has the id (EBUSY);
//   to masks       the overrides go first, and a queue without one is taken by the next mask write unless this very write frees it, also from under an
//                  mdev; and with matrices in place the masks could not be put back if a later step failed (EBUSY again).
// So on the way the free queues are with the host for a moment, which resets them, and with nobody else.
#include "core/planner_goal.hpp"

#include "core/rectangles.hpp"

#include <algorithm>
#include <iterator>

namespace ap::planning {
namespace {

std::vector<Step> rebinds(const HostState& host, const QueueSet& queues, const QueueBinding& to) {
    std::vector<Step> out;
    queues.for_each([&](Apqn q) {
        const auto is = binding_of(host, q);
        if (is != to) out.push_back(RebindQueue{q, is, to});
    });
    return out;
}

QueueSet touching(const HostState& host) {
    auto out = host.present;
    for (const auto& [queue, text] : host.other_overrides) out.erase(queue);
    return out;
}

} // namespace

std::vector<Step> gifts_to_guests(const HostState& host, const QueueSet& which) {
    // Without vfio_ap they are only taken from the host: it binds what is marked when it is loaded.
    return rebinds(host, which & touching(host), {guest_driver_name, host.vfio_ap_present ? Driver::guest : Driver::none});
}

/// Of the guest pool only what was wanted there or is marked: a queue that somebody else is moving just now is left to him.
std::vector<Step> returns_to_host(const HostState& host, const Goal& goal) {
    auto ours = marked_for_guests(host) | goal.pool_before;
    for (const auto& target : goal.targets) insert(ours, target.before);
    // What waits for vfio_ap has no driver meanwhile.
    const auto waiting = host.vfio_ap_present ? QueueSet{} : goal.pool_before & marked_for_guests(host) & host.present;
    auto steps = rebinds(host, (ours & (host.guest | waiting) & touching(host)) - goal.free - goal.released, {"", Driver::host});
    // Somebody said so by name: then a mark goes whoever wrote it, and from a queue that the host has anyhow.
    std::ranges::move(rebinds(host, goal.released, {"", Driver::host}), std::back_inserter(steps));
    return steps;
}

/// All the way to the host, though the masks may want the queue back at once: left with vfio_ap without a marker, whether it stays would be up to the order of
/// the mask writes, and undoing these would take it to the host all the same.
std::vector<Step> cleared_overrides(const HostState& host) { return rebinds(host, marked_for_guests(host), {"", Driver::host}); }

bool can_be_written(const HostState& host, const Matrix& matrix, BindMode mode) {
    if (mode == BindMode::masks) return true;
    for (Apid a : matrix.adapters)
        if (!matrix.domains.subset_of(host.guest.row(a) & host.overridden.row(a))) return false;
    return true;
}

} // namespace ap::planning
