// SPDX-License-Identifier: LGPL-2.1-or-later
// Printed names of what the kernel reports, and the rectangle of the masks.
#include "core/host_state.hpp"

#include <fmt/format.h>

namespace ap {

std::string type_name(const Adapter& adapter) {
    const bool known = adapter.hwtype >= 10 && adapter.hwtype <= 14;
    switch (known ? adapter.mode : Mode::unknown) {
    case Mode::accelerator: return fmt::format("CEX{}A", adapter.hwtype - 6);
    case Mode::cca: return fmt::format("CEX{}C", adapter.hwtype - 6);
    case Mode::ep11: return fmt::format("CEX{}P", adapter.hwtype - 6);
    case Mode::unknown: break;
    }
    return fmt::format("type{}", adapter.raw_hwtype != 0 ? adapter.raw_hwtype : adapter.hwtype);
}

std::string to_string(Mode mode) {
    switch (mode) {
    case Mode::accelerator: return "accelerator";
    case Mode::cca: return "cca";
    case Mode::ep11: return "ep11";
    case Mode::unknown: break;
    }
    return "unknown";
}

QueueSet reserved_by_masks(const HostState& host) { return QueueSet::rectangle(host.apmask, host.aqmask); }

QueueSet marked_for_guests(const HostState& host) {
    auto out = host.overridden;
    for (const auto& [queue, text] : host.other_overrides) out.erase(queue);
    return out;
}

QueueBinding binding_of(const HostState& host, Apqn queue) {
    QueueBinding out;
    if (const auto other = host.other_overrides.find(queue); other != host.other_overrides.end()) out.driver_override = other->second;
    else if (host.overridden.contains(queue)) out.driver_override = guest_driver_name;
    if (host.guest.contains(queue)) out.driver = Driver::guest;
    else if (host.host.contains(queue)) out.driver = Driver::host;
    return out;
}

void set_override(HostState& host, Apqn queue, const std::string& driver_override) {
    host.overridden.erase(queue);
    host.other_overrides.erase(queue);
    if (driver_override.empty()) return;
    host.overridden.insert(queue);
    if (driver_override != guest_driver_name) host.other_overrides.emplace(queue, driver_override);
}

} // namespace ap
