// SPDX-License-Identifier: LGPL-2.1-or-later
// Comparison of two snapshots.
#include "dbus/diff.hpp"

#include "dbus/views.hpp"

#include <ranges>
#include <set>

namespace ap::dbus {
namespace {

bool same_bus(const HostState& a, const HostState& b) {
    const auto facts = [](const HostState& h) {
        return std::tie(h.bus_present, h.vfio_ap_present, h.has_ap_config, h.has_guest_matrix, h.has_driver_override, h.in_use_rule,
                        h.host_adapters, h.host_domains, h.host_control, h.max_adapter, h.max_domain, h.default_domain);
    };
    return facts(a) == facts(b) && a.masks_locked == b.masks_locked;
}
bool same_queues(const HostState& a, const HostState& b) {
    return a.present == b.present && a.host == b.host && a.guest == b.guest && a.offline == b.offline && a.overridden == b.overridden &&
           a.other_overrides == b.other_overrides;
}

std::vector<std::string> what_differs(const engine::Snapshot& a, const engine::Snapshot& b) {
    std::vector<std::string> out;
    const auto note = [&out](bool same, const char* name) { if (!same) out.emplace_back(name); };
    note(same_bus(a.host, b.host) && bind_mode(a.host, a.wanted.binding) == bind_mode(b.host, b.wanted.binding), "bus");
    note(a.host.apmask == b.host.apmask && a.host.aqmask == b.host.aqmask, "masks");
    note(a.host.adapters == b.host.adapters, "adapters");
    note(same_queues(a.host, b.host), "queues");
    note(a.host.matrices == b.host.matrices, "matrices");
    note(a.wanted == b.wanted, "wanted");
    note(a.drift == b.drift, "drift");
    note(a.sources == b.sources && a.policy.trouble == b.policy.trouble, "sources");
    note(a.guests == b.guests, "guests");
    return out;
}

template <class Ids, class View>
auto compare(const engine::Snapshot& a, const engine::Snapshot& b, const Ids& before, const Ids& after, View view) {
    ObjectChanges<std::decay_t<decltype(*after.begin())>> out;
    for (const auto& id : before)
        if (!after.contains(id)) out.removed.push_back(id);
    for (const auto& id : after) {
        if (!before.contains(id)) out.added.push_back(id);
        else if (auto names = changed_properties(view(a, id), view(b, id)); !names.empty()) out.changed.emplace(id, std::move(names));
    }
    return out;
}

AdapterSet adapters_of(const engine::Snapshot& s) {
    AdapterSet out;
    for (Apid id : s.host.adapters | std::views::keys) out.insert(id);
    return out;
}

/// One or none.
std::set<std::uint32_t> checkpoints_of(const engine::Snapshot& s) {
    if (!s.checkpoint) return {};
    return {s.checkpoint->job};
}

/// A change on trial that followed another one begins after that one's end.
std::vector<Trial> trials(const engine::Snapshot& before, const engine::Snapshot& after) {
    std::vector<Trial> out;
    const auto &was = before.checkpoint, &is = after.checkpoint;
    const bool same = was && is && was->job == is->job;
    if (was && !same) out.push_back({was->job, after.confirmed == was->job ? "confirmed" : "taken back", was->description});
    if (is && !same) out.push_back({is->job, "begun", is->description});
    if (is && !is->overdue.empty() && (!same || was->overdue.empty())) out.push_back({is->job, "overdue", is->overdue});
    return out;
}

} // namespace

Changes diff(const engine::Snapshot& before, const engine::Snapshot& after) {
    return {.manager = changed_properties(manager_view(before), manager_view(after)),
            .adapters = compare(before, after, adapters_of(before), adapters_of(after), adapter_view),
            .matrices = compare(before, after, matrices_of(before), matrices_of(after), matrix_view),
            .checkpoints = compare(before, after, checkpoints_of(before), checkpoints_of(after), checkpoint_view),
            .what = what_differs(before, after),
            .drift = before.drift != after.drift,
            .trials = trials(before, after)};
}

} // namespace ap::dbus
