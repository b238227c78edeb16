// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes of /sys/bus/ap, its drivers and /sys/devices/ap (kernel-abi 3).
#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "model/attribute.hpp"
#include "model/binding.hpp"
#include "model/kernel_text.hpp"
#include "model/masks.hpp"
#include "model/names.hpp"
#include "model/scan.hpp"

namespace apsim {

namespace {

Shown line(std::string_view text) { return fmt::format("{}\n", text); }
Shown number(std::uint64_t value) { return fmt::format("{}\n", value); }

std::string facilities_text(const Facilities& has) {
    std::string text;
    const auto add = [&](bool there, std::string_view name) {
        if (there) text.append(text.empty() ? "" : " ").append(name);
    };
    add(has.apsc, "APSC");
    add(has.apxa, "APXA");
    add(has.qact, "QACT");
    add(has.rc8a, "RC8A");
    return text;
}

Shown show_bindings(const Machine& machine, const Node&) {
    const auto count = count_bindings(machine);
    const bool complete = machine.scans > 0 && count.bound == count.total;
    return fmt::format("{}/{}{}\n", count.bound, count.total, complete ? " (complete)" : "");
}

Outcome store_domain(Machine& machine, const Node&, std::string_view text) {
    const auto value = scan_int(text, ScanBase::any);
    if (!value || *value < 0 || *value > static_cast<int>(machine.max_domain) ||
        !machine.aqmask.test(static_cast<unsigned>(*value)))
        return refused(EINVAL);
    machine.default_domain = *value;
    return {};
}

Outcome store_config_time(Machine& machine, const Node&, std::string_view text) {
    const auto value = scan_int(text, ScanBase::decimal);
    if (!value || *value < 5 || *value > 120) return refused(EINVAL);
    machine.config_time = *value;
    machine.next_scan = machine.now() + std::int64_t{1000} * *value;
    return {};
}

/// Polling is pointless while the adapters interrupt, so a 1 is accepted and forgotten.
Outcome store_poll_thread(Machine& machine, const Node&, std::string_view text) {
    const auto value = kstrtobool(text);
    if (!value) return refused(value.error());
    if (!*value || !machine.boot.use_interrupts) machine.poll_thread = *value;
    return {};
}

Outcome store_poll_timeout(Machine& machine, const Node&, std::string_view text) {
    const auto value = kstrtoul(text);
    if (!value) return refused(value.error());
    if (*value > 120'000'000'000) return refused(EINVAL);
    machine.poll_timeout = *value;
    return {};
}

Outcome store_autoprobe(Machine& machine, const Node&, std::string_view text) {
    machine.autoprobe = parse_autoprobe(text);
    return {};
}

Driver driver_of(const Node& node) {
    return node.dir == Dir::cex4card    ? Driver::cex4card
           : node.dir == Dir::cex4queue ? Driver::cex4queue
                                        : Driver::vfio_ap;
}

Outcome bus_uevent(Machine&, const Node&, std::string_view text) {
    return synthesize_uevent("/bus/ap", "bus", {}, text);
}
Outcome driver_uevent(Machine&, const Node& node, std::string_view text) {
    return synthesize_uevent(fmt::format("/bus/ap/drivers/{}", driver_name(driver_of(node))), "drivers", {},
                             text);
}
Outcome root_uevent(Machine&, const Node&, std::string_view text) {
    return synthesize_uevent("/devices/ap", "ap", {}, text);
}

constexpr Attribute bus_table[] = {
    {"ap_adapter_mask", 0444,
     [](const Machine& m, const Node&) -> Shown { return line(m.seen.adapters.text()); }, nullptr, nullptr},
    {"ap_control_domain_mask", 0444,
     [](const Machine& m, const Node&) -> Shown { return line(m.seen.control.text()); }, nullptr, nullptr},
    {"ap_domain", 0644,
     [](const Machine& m, const Node&) -> Shown { return fmt::format("{}\n", m.default_domain); },
     store_domain, nullptr},
    {"ap_interrupts", 0444,
     [](const Machine& m, const Node&) -> Shown { return line(m.boot.use_interrupts ? "1" : "0"); }, nullptr,
     nullptr},
    {"ap_max_adapter_id", 0444, [](const Machine& m, const Node&) -> Shown { return number(m.max_adapter); },
     nullptr, nullptr},
    {"ap_max_domain_id", 0444, [](const Machine& m, const Node&) -> Shown { return number(m.max_domain); },
     nullptr, nullptr},
    {"ap_usage_domain_mask", 0444,
     [](const Machine& m, const Node&) -> Shown { return line(m.seen.domains.text()); }, nullptr, nullptr},
    {"apmask", 0644, [](const Machine& m, const Node&) -> Shown { return line(m.apmask.text()); },
     [](Machine& m, const Node&, std::string_view text) -> Outcome {
         return store_mask(m, MaskKind::adapters, text);
     },
     nullptr, &Machine::attribute_lock},
    {"aqmask", 0644, [](const Machine& m, const Node&) -> Shown { return line(m.aqmask.text()); },
     [](Machine& m, const Node&, std::string_view text) -> Outcome {
         return store_mask(m, MaskKind::domains, text);
     },
     nullptr, &Machine::attribute_lock},
    {"bindings", 0444, show_bindings, nullptr, nullptr},
    {"bindings_complete_count", 0444,
     [](const Machine& m, const Node&) -> Shown { return number(m.completions); }, nullptr,
     [](const Machine& m, const Node&) { return m.personality.driver_override; }},
    {"config_time", 0644,
     [](const Machine& m, const Node&) -> Shown { return fmt::format("{}\n", m.config_time); },
     store_config_time, nullptr},
    {"drivers_autoprobe", 0644,
     [](const Machine& m, const Node&) -> Shown { return line(m.autoprobe ? "1" : "0"); }, store_autoprobe,
     nullptr},
    {"drivers_probe", 0200, nullptr,
     [](Machine& m, const Node&, std::string_view text) -> Outcome { return store_drivers_probe(m, text); },
     nullptr},
    {"features", 0444,
     [](const Machine& m, const Node&) -> Shown {
         const auto text = facilities_text(m.hardware.facilities);
         return text.empty() ? Shown("") : line(text);
     },
     nullptr, nullptr},
    {"poll_thread", 0644,
     [](const Machine& m, const Node&) -> Shown { return line(m.poll_thread ? "1" : "0"); },
     store_poll_thread, nullptr},
    {"poll_timeout", 0644, [](const Machine& m, const Node&) -> Shown { return number(m.poll_timeout); },
     store_poll_timeout, nullptr},
    {"scans", 0644, [](const Machine& m, const Node&) -> Shown { return number(m.scans); },
     [](Machine& m, const Node&, std::string_view) -> Outcome { return run_scan(m); }, nullptr},
    {"uevent", 0200, nullptr, bus_uevent, nullptr},
};

constexpr Attribute driver_table[] = {
    {"bind", 0200, nullptr,
     [](Machine& m, const Node& n, std::string_view text) { return store_bind(m, driver_of(n), text); },
     nullptr},
    {"uevent", 0200, nullptr, driver_uevent, nullptr},
    {"unbind", 0200, nullptr,
     [](Machine& m, const Node& n, std::string_view text) { return store_unbind(m, driver_of(n), text); },
     nullptr},
};

constexpr Attribute root_table[] = {
    {"uevent", 0644, [](const Machine&, const Node&) -> Shown { return Shown(""); }, root_uevent, nullptr}};

bool closed(const Machine& m, const Node&) { return m.personality.parameter_mode == 0440; }
bool open_to_all(const Machine& m, const Node&) { return m.personality.parameter_mode == 0444; }

using Show = Shown (*)(const Machine&, const Node&);

Shown show_apmask_parameter(const Machine& m, const Node&) { return line(m.boot.apmask.value_or("(null)")); }
Shown show_aqmask_parameter(const Machine& m, const Node&) { return line(m.boot.aqmask.value_or("(null)")); }
/// The kernel keeps the default domain in the parameter's own variable.
Shown show_domain_parameter(const Machine& m, const Node&) { return fmt::format("{}\n", m.default_domain); }
Shown show_poll_parameter(const Machine& m, const Node&) { return line(m.poll_thread ? "1" : "0"); }
Shown show_irq_parameter(const Machine& m, const Node&) { return line(m.boot.use_interrupts ? "1" : "0"); }

/// The same file with either mode; only one of the two is present.
constexpr Attribute parameter(std::string_view name, bool open, Show show) {
    return {name, static_cast<mode_t>(open ? 0444 : 0440), show, nullptr, open ? open_to_all : closed};
}

constexpr Attribute parameter_table[] = {
    parameter("apmask", false, show_apmask_parameter),
    parameter("apmask", true, show_apmask_parameter),
    parameter("aqmask", false, show_aqmask_parameter),
    parameter("aqmask", true, show_aqmask_parameter),
    parameter("domain", false, show_domain_parameter),
    parameter("domain", true, show_domain_parameter),
    {"msgpool_min_items", 0400, [](const Machine&, const Node&) -> Shown { return line("8"); }, nullptr,
     [](const Machine& m, const Node&) { return m.personality.message_pool; }},
    parameter("poll_thread", false, show_poll_parameter),
    parameter("poll_thread", true, show_poll_parameter),
    parameter("useirq", false, show_irq_parameter),
    parameter("useirq", true, show_irq_parameter),
};

} // namespace

std::span<const Attribute> bus_ap_attributes() { return bus_table; }
std::span<const Attribute> ap_driver_attributes() { return driver_table; }
std::span<const Attribute> ap_root_attributes() { return root_table; }
std::span<const Attribute> module_parameter_attributes() { return parameter_table; }

} // namespace apsim
