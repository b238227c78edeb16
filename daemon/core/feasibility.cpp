// SPDX-License-Identifier: LGPL-2.1-or-later
// Why not now: steps that this kernel cannot do, and what they would take from running guests.
#include "core/parse.hpp"
#include "core/planner_goal.hpp"
#include "core/predictor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ap::planning {
namespace {

bool writes_masks(const Step& step) {
    return std::holds_alternative<SetApmask>(step) || std::holds_alternative<SetAqmask>(step);
}
bool moves_queues(const Step& step) {
    return writes_masks(step) || std::holds_alternative<ProbeQueue>(step) || std::holds_alternative<RebindQueue>(step);
}

/// Whose a queue is can be decided without vfio_ap, which binds its own when it comes: so it is decided before anything else can use them. A matrix is a device of vfio_ap.
bool needs_vfio_ap(const Step& step) { return touches_kernel(step) && !moves_queues(step); }

void check_module(std::vector<Error>& errors, const HostState& now, const Plan& plan) {
    if (now.vfio_ap_present || std::ranges::none_of(plan.steps, needs_vfio_ap)) return;
    errors.push_back({Fault::no_ap_bus, "vfio_ap", "the kernel module vfio_ap is not loaded, so no matrix can be started",
                      "load it: modprobe vfio_ap", 0});
}

/// The matrix that a step writes to in the kernel.
const Uuid* written_by(const Step& step) {
    if (const auto* s = std::get_if<RemoveMdev>(&step)) return &s->uuid;
    if (const auto* s = std::get_if<SetMatrix>(&step)) return &s->uuid;
    if (const auto* s = std::get_if<EditMatrix>(&step)) return &s->uuid;
    return nullptr;
}

/// What cannot be read cannot be put back.
void check_cut(std::vector<Error>& errors, const HostState& now, const Wanted& was, const Plan& plan) {
    std::set<Uuid> cut;
    for (const auto& step : plan.steps)
        if (const auto* uuid = written_by(step))
            if (const auto at = now.matrices.find(*uuid); at != now.matrices.end() && at->second.cut) cut.insert(*uuid);
    for (const auto& uuid : cut)
        errors.push_back({Fault::conflict, name_of(was, plan.wanted, uuid),
                          "has 512 queues or more; this kernel shows only the first 511 and has no ap_config, so a change could not be undone",
                          fmt::format("use a kernel of at least 6.10, or remove it: mdevctl stop --uuid {}", to_string(uuid)), 0});
}

/// Without ap_config a matrix can only be checked by its list, and a list that does not fit its page is written over other memory of the kernel.
void check_listable(std::vector<Error>& errors, const HostState& now, const Wanted& was, const Plan& plan) {
    if (now.has_ap_config) return;
    for (const auto& effect : plan.matrices) {
        if (!effect.active_after || fits_in_a_list(effect.after) || effect.before == effect.after) continue;
        errors.push_back({Fault::conflict, name_of(was, plan.wanted, effect.uuid),
                          fmt::format("would have {} queues; this kernel has no ap_config, and cannot list more than {}", effect.after.queues().size(), most_queues_listed),
                          fmt::format("use a kernel of at least 6.12, or matrices of at most {} queues", most_queues_listed), 0});
    }
}

/// zcrypt_queue_register() takes the card's zcrypt_card for granted: on 6.12.107 binding a queue of a card without a driver is a NULL dereference that took the
/// machine down (found by tests/contract/fuzz).
void check_cards(std::vector<Error>& errors, const HostState& now, const Plan& plan) {
    QueueSet to_host;
    for (const auto& change : plan.owners)
        if (change.to.kind == Owner::Kind::host) to_host |= change.queues;
    for (const Apid id : to_host.adapters()) {
        const auto at = now.adapters.find(id);
        if (at == now.adapters.end() || at->second.has_driver) continue;
        errors.push_back({Fault::conflict, fmt::format("card{:02x}", to_int(id)),
                          fmt::format("has no driver; the kernel may crash when {} come back to the host", describe(QueueSet::rectangle({id}, to_host.row(id)))),
                          fmt::format("give it its driver first: echo card{:02x} >/sys/bus/ap/drivers/cex4card/bind", to_int(id)), 0});
    }
}

QueueSet cleared_by(const Plan& plan) {
    QueueSet out;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<RebindQueue>(&step); s != nullptr && s->after.driver_override.empty()) out.insert(s->queue);
    return out;
}

/// Masks and overrides exclude each other in the kernel: a mask write would fail with EINVAL (kernel-abi 3.2 step 2).
void check_overrides(std::vector<Error>& errors, const HostState& now, const Plan& plan) {
    if (std::ranges::none_of(plan.steps, writes_masks)) return;
    if (now.masks_locked)
        errors.push_back({Fault::conflict, "masks", "a queue has vanished while it had a driver_override, and this kernel takes no mask until the next boot",
                          "go on with overrides (apctl convert overrides), or reboot", 0});
    // Where overrides are in use, somebody else's have been named already.
    const auto theirs = mode_in_use(now) == BindMode::overrides ? now.overridden - marked_for_guests(now) : QueueSet{};
    if (const auto left = now.overridden - cleared_by(plan) - theirs; !left.empty())
        errors.push_back({Fault::conflict, describe(left), "queues have a driver_override, and the kernel takes no mask meanwhile",
                          "clear the overrides first: write a newline to their driver_override", 0});
}

void check_losses(std::vector<Error>& errors, const Wanted& was, const Plan& plan) {
    for (const auto& effect : plan.matrices) {
        if (!effect.in_use || !effect.active_after || effect.lost.empty()) continue;
        errors.push_back({Fault::in_use, name_of(was, plan.wanted, effect.uuid),
                          fmt::format("its running guest would lose {}", describe(effect.lost)),
                          "say --disrupt to take it from the running guest", 0});
    }
}

void check_host_losses(std::vector<Error>& errors, const Plan& plan) {
    for (const auto& loss : plan.host_losses)
        errors.push_back({Fault::in_use, "the host", "would lose " + describe(loss),
                          "say --disrupt to take them from the host's own programs, or name some that it keeps: apctl keep", 0});
}

} // namespace

std::vector<Error> refusals_of_steps(const HostState& now, const Wanted& was, const Plan& plan, const PlanOptions& options) {
    std::vector<Error> errors;
    check_module(errors, now, plan);
    check_overrides(errors, now, plan);
    check_cards(errors, now, plan);
    check_cut(errors, now, was, plan);
    check_listable(errors, now, was, plan);
    if (!options.disrupt) check_losses(errors, was, plan);
    if (!options.disrupt && !options.host_may_lose) check_host_losses(errors, plan);
    return errors;
}

} // namespace ap::planning
