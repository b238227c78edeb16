// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan as a row.
#include "core/parse.hpp"
#include "dbus/wire.hpp"

namespace ap::dbus {
namespace {

std::vector<wire::OwnerChangeRow> owner_changes(const Plan& plan) {
    std::vector<wire::OwnerChangeRow> out;
    for (const auto& change : plan.owners)
        out.emplace_back(to_wire(change.from), to_wire(change.to), queue_list(change.queues), change.queues.size(), change.collateral);
    return out;
}

/// "" for an mdev that nobody has defined or named.
std::string name_in(const Wanted& names, const Uuid& uuid) {
    const auto found = names.definitions.find(uuid);
    return found == names.definitions.end() ? "" : found->second.name;
}

wire::MatrixEffectRow matrix_effect(const MatrixEffect& effect, std::string name) {
    std::vector<wire::FilteredRow> filtered;
    for (const auto& one : effect.filtered) filtered.emplace_back(static_cast<std::uint8_t>(to_int(one.adapter)), queue_list(one.missing));
    return {to_string(effect.uuid), std::move(name), effect.active_before, effect.active_after, effect.in_use,
            to_wire(effect.before), to_wire(effect.after), to_wire(effect.effective_before), to_wire(effect.effective_after),
            queue_list(effect.gained), queue_list(effect.lost), std::move(filtered)};
}

} // namespace

wire::Plan to_wire(const Plan& plan) {
    const auto names = names_in(plan);
    auto steps = describe_in_short(plan.steps, names);
    std::vector<wire::MatrixEffectRow> matrices;
    for (const auto& effect : plan.matrices) matrices.push_back(matrix_effect(effect, name_in(names, effect.uuid)));
    std::vector<wire::HostLossRow> losses;
    for (const auto& loss : plan.host_losses) losses.emplace_back(to_string(loss.kind), queue_list(loss.queues));
    return {plan.generation, digest(plan), std::move(steps), owner_changes(plan), std::move(matrices), plan.notes,
            to_mask(plan.apmask), to_mask(plan.aqmask), plan.collateral, plan.exact, plan.collateral_bound, plan.disrupts,
            std::move(losses), wire::Duration{plan.duration.resets, plan.duration.milliseconds}};
}

} // namespace ap::dbus
