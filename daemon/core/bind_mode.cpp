// SPDX-License-Identifier: LGPL-2.1-or-later
// The mode of binding: what is there comes before what was chosen, because a change in the other mode would be refused by the kernel.
#include "core/bind_mode.hpp"

#include "core/quote.hpp"

#include <fmt/format.h>

namespace ap {
namespace {

bool masks_in_use(const HostState& host) { return host.apmask != AdapterSet::all() || host.aqmask != DomainSet::all(); }

std::string in_use_because(const HostState& host, BindMode mode) {
    if (mode == BindMode::masks && !host.overridden.empty())
        return "bits are clear in the masks, and queues have a driver_override: the kernel refuses changes until one of both is gone";
    return mode == BindMode::masks ? "bits are clear in the masks" : "queues have a driver_override";
}

std::string free_because(const HostState& host, BindChoice choice) {
    if (choice != BindChoice::automatic) return "chosen";
    if (host.has_driver_override) return "the kernel has driver_override, and no mask is in use";
    return "this kernel has no driver_override";
}

} // namespace

std::string to_string(BindMode mode) { return mode == BindMode::masks ? "masks" : "overrides"; }

std::string to_string(BindChoice choice) {
    if (choice == BindChoice::automatic) return "auto";
    return choice == BindChoice::masks ? "masks" : "overrides";
}

Result<BindChoice> parse_bind_choice(std::string_view text) {
    for (auto choice : {BindChoice::automatic, BindChoice::masks, BindChoice::overrides})
        if (text == to_string(choice)) return choice;
    return std::unexpected(Error{Fault::invalid, quote(text), "is no way of binding; expected masks, overrides or auto", "", 0});
}

std::optional<BindMode> mode_named(BindChoice choice) {
    if (choice == BindChoice::automatic) return std::nullopt;
    return choice == BindChoice::masks ? BindMode::masks : BindMode::overrides;
}

std::optional<BindMode> mode_in_use(const HostState& host) {
    if (masks_in_use(host)) return BindMode::masks;
    if (!host.overridden.empty()) return BindMode::overrides;
    return std::nullopt;
}

BindMode bind_mode(const HostState& host, BindChoice choice) {
    if (const auto used = mode_in_use(host)) return *used;
    if (!host.has_driver_override) return BindMode::masks;
    return choice == BindChoice::masks ? BindMode::masks : BindMode::overrides;
}

std::string why_bind_mode(const HostState& host, BindChoice choice) {
    const auto used = mode_in_use(host);
    const auto reason = used ? in_use_because(host, *used) : free_because(host, choice);
    const bool otherwise = used && choice != BindChoice::automatic && to_string(choice) != to_string(*used);
    if (!otherwise) return reason;
    return fmt::format("{}; {} are chosen: apctl convert {}", reason, to_string(choice), to_string(choice));
}

} // namespace ap
