// SPDX-License-Identifier: LGPL-2.1-or-later
// What a person should know before saying yes, besides who gets and loses what.
#include "core/parse.hpp"
#include "core/planner_goal.hpp"
#include "core/predictor.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>

#include <map>

namespace ap::planning {
namespace {

AdapterSet without_device(const HostState& host, const AdapterSet& adapters) {
    auto out = adapters & host.host_adapters;
    for (const auto& [id, adapter] : host.adapters) out.erase(id);
    return out;
}

std::string queues_in_words(unsigned n) { return fmt::format("{} queue{}", n, n == 1 ? "" : "s"); }

/// Over-provisioning is allowed, but one missing queue costs the guest the whole adapter, silently (kernel-abi 8.2).
void note_filtered(Plan& plan, const HostState& after, const MatrixEffect& effect, const std::string& name) {
    QueueSet absent, idle;
    AdapterSet hidden, unconfigured;
    for (const auto& [adapter, missing] : effect.filtered) {
        (missing.empty() ? unconfigured : hidden).insert(adapter);
        absent |= missing - after.present;
        idle |= missing & after.present;
    }
    const auto note = [&](const AdapterSet& adapters, const std::string& why) {
        plan.notes.push_back(fmt::format("the guest of {} does not see adapter{} {}: {}", name,
                                         adapters.size() == 1 ? "" : "s", describe(adapters), why));
    };
    const auto verb = [](const QueueSet& queues, std::string_view one, std::string_view many) {
        return queues.size() == 1 ? one : many;
    };
    if (!unconfigured.empty()) note(unconfigured, "not in the host's configuration");
    if (!absent.empty())
        note(hidden & absent.adapters(),
             fmt::format("{} {} not exist", describe(absent), verb(absent, "does", "do")));
    // From 6.6 the kernel makes no device of an adapter that is too old (kernel-abi 3.5).
    if (const auto silent = without_device(after, hidden & absent.adapters()); !silent.empty())
        plan.notes.push_back(fmt::format("adapter{} {} in the host's configuration, but the kernel shows no device: no guest can have one that is older than CEX4",
                                         silent.size() == 1 ? "" : "s", describe(silent) + (silent.size() == 1 ? " is" : " are")));
    if (!idle.empty())
        note(hidden & idle.adapters(),
             fmt::format("{} {} not bound to vfio_ap", describe(idle), verb(idle, "is", "are")));
}

void note_matrix(Plan& plan, const HostState& after, const Wanted& was, const MatrixEffect& effect) {
    const auto name = name_of(was, plan.wanted, effect.uuid);
    const auto before = was.definitions.find(effect.uuid);
    const auto wanted = plan.wanted.definitions.find(effect.uuid);
    const bool new_to_us = before == was.definitions.end() || (!before->second.active && wanted != plan.wanted.definitions.end() && wanted->second.active);
    if (effect.active_before && new_to_us && wanted != plan.wanted.definitions.end())
        plan.notes.push_back(fmt::format("{} was started by somebody else; apctl takes it over", name));
    if (effect.active_after && !effect.filtered.empty()) note_filtered(plan, after, effect, name);
    if (effect.active_after && !fits_in_a_list(effect.after) && fits_in_a_list(effect.before))
        plan.notes.push_back(fmt::format("{} will have {} queues: a kernel before 6.13 overwrites memory of its own when anybody reads the mdev's matrix "
                                         "or guest_matrix file, which apctl does not do; matrices of at most {} queues are safe",
                                         name, effect.after.queues().size(), most_queues_listed));
}

void note_masks(Plan& plan, const Masks& masks) {
    if (!masks.choice.exact)
        plan.notes.push_back(fmt::format(
            "the search for the best masks was cut short: they take {} along, no masks take fewer than {}",
            queues_in_words(masks.choice.collateral), masks.choice.bound));
    if (masks.held_back != 0)
        plan.notes.push_back(fmt::format(
            "{} more could stay with the host, but this kernel sets no mask bit that an active matrix uses",
            queues_in_words(masks.held_back)));
    if (masks.irrevocable)
        plan.notes.push_back("if a later step fails, the masks cannot be put back as they are: this kernel "
                             "sets no mask bit that an active matrix uses");
}

/// With overrides the kernel takes no matrix back that has a queue vfio_ap has not.
void note_unwritable(Plan& plan, const HostState& before, const Wanted& was, const Goal& goal) {
    const auto mode = mode_in_use(before).value_or(goal.mode);
    for (const auto& effect : plan.matrices) {
        if (!effect.active_before || (effect.before == effect.after && !goal.converts)) continue;
        if (can_be_written(before, effect.before, mode)) continue;
        plan.notes.push_back(fmt::format("if a later step fails, {} cannot be put back as it is: {} not bound to vfio_ap", name_of(was, plan.wanted, effect.uuid),
                                         describe(effect.before.queues() - before.guest)));
    }
}

void note_host(Plan& plan, const HostState& before, const HostState& after) {
    if (!before.host.empty() && after.host.empty()) plan.notes.push_back("the host keeps no queue for itself");
}

/// States, not errors: the kernel moves such queues like any other (kernel-abi 8.3).
void note_ill(Plan& plan, const HostState& before) {
    AdapterSet moved, deconfigured, checkstopped;
    for (const auto& change : plan.owners) moved |= change.queues.adapters();
    for (const auto& [id, adapter] : before.adapters) {
        if (!moved.contains(id)) continue;
        if (adapter.checkstopped) checkstopped.insert(id);
        else if (!adapter.configured) deconfigured.insert(id);
    }
    const auto note = [&](const AdapterSet& adapters, std::string_view state) {
        if (!adapters.empty())
            plan.notes.push_back(fmt::format("adapter{} {} {} {}: queues change hands, but work for nobody until that is over", adapters.size() == 1 ? "" : "s",
                                             describe(adapters), adapters.size() == 1 ? "is" : "are", state));
    };
    note(deconfigured, "deconfigured");
    note(checkstopped, "checkstopped");
}

void note_waiting(Plan& plan, const HostState& before) {
    if (before.vfio_ap_present) return;
    QueueSet waiting;
    for (const auto& change : plan.owners)
        if (change.to.kind == Owner::Kind::unbound) waiting |= change.queues;
    if (!waiting.empty()) plan.notes.push_back(fmt::format("{} will have no driver until vfio_ap is loaded: modprobe vfio_ap", describe(waiting, 4)));
}

/// A mark that somebody else wrote goes with the queue that is released, or from one that the host has anyhow: nothing else tells of that.
void note_cleared(Plan& plan, const HostState& before, const Goal& goal) {
    std::map<std::string, QueueSet> cleared;
    (goal.released - goal.pool_before).for_each([&](Apqn q) { cleared[binding_of(before, q).driver_override].insert(q); });
    for (const auto& [text, queues] : cleared)
        plan.notes.push_back(fmt::format("the driver_override of {}, which somebody else set to {}, is cleared", describe(queues), quote(text)));
}

} // namespace

void add_notes(Plan& plan, const HostState& before, const HostState& after, const Wanted& was, const Masks& masks) {
    for (const auto& effect : plan.matrices) note_matrix(plan, after, was, effect);
    note_masks(plan, masks);
    note_host(plan, before, after);
    note_ill(plan, before);
    note_waiting(plan, before);
}

void note_binding(Plan& plan, const HostState& before, const HostState& after, const Wanted& was, const Goal& goal) {
    note_unwritable(plan, before, was, goal);
    note_cleared(plan, before, goal);
    if (!goal.converts) return;
    const auto passing = before.guest & after.guest;
    if (!passing.empty())
        plan.notes.push_back(fmt::format("while the host is converted to {}, {} {} with the host for a moment, and no matrix has a queue",
                                         to_string(goal.mode), queues_in_words(passing.size()), passing.size() == 1 ? "is" : "are"));
    if (goal.mode == BindMode::overrides)
        plan.notes.push_back("with overrides a queue that is new to this host, or comes back to it, belongs to the host first");
}

} // namespace ap::planning
