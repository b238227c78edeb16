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

std::string to_string(BindMode mode) { return mode == BindMode::masks ? "masks" : "overrides"; }

QueueSet reserved_by_masks(const HostState& host) { return QueueSet::rectangle(host.apmask, host.aqmask); }

} // namespace ap
