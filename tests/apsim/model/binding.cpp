// SPDX-License-Identifier: LGPL-2.1-or-later
// Attaching and detaching drivers.
#include "model/binding.hpp"

#include <cerrno>
#include <span>

#include <fmt/format.h>

#include "model/filter.hpp"
#include "model/kernel_text.hpp"
#include "model/names.hpp"

namespace apsim {

bool may_bind(const Machine& machine, unsigned adapter, unsigned domain, Driver driver) {
    if (driver != Driver::cex4queue && driver != Driver::vfio_ap) return false;
    const bool default_driver = driver == Driver::cex4queue;
    return machine.reserved(adapter, domain) == default_driver;
}

Uevent bus_change(std::string keys) { return {"change", "/devices/ap", "ap", std::move(keys)}; }

Uevent card_event(const Machine& machine, std::string_view action, unsigned adapter, std::string_view extra) {
    return {action, card_path(adapter), "ap", std::string(extra) + card_keys(machine.card(adapter))};
}

Uevent queue_event(const Machine& machine, std::string_view action, unsigned adapter, unsigned domain,
                   std::string_view extra) {
    const auto mode = machine.card(adapter).mode;
    return {action, queue_path(adapter, domain), "ap",
            std::string(extra) + queue_keys(machine.queue(adapter, domain), mode)};
}

namespace {

/// The names a driver adds to the directories of its devices.
std::span<const std::string_view> driver_files(Driver driver) {
    static constexpr std::string_view card[] = {"driver",   "type",          "online",     "load",
                                                "serialnr", "API_ordinalnr", "FW_version", "op_modes"};
    static constexpr std::string_view queue[] = {"driver", "online", "load", "mkvps", "op_modes"};
    static constexpr std::string_view vfio[] = {"driver", "status"};
    switch (driver) {
    case Driver::cex4card: return card;
    case Driver::cex4queue: return queue;
    case Driver::vfio_ap: return vfio;
    case Driver::none: break;
    }
    return {};
}

void files_gone(Effects& effects, Node device, std::string name, Driver driver) {
    for (auto file : driver_files(driver)) effects.removed(device, std::string(file));
    effects.removed(fixed(driver_dir(driver)), std::move(name));
}

void files_come(Effects& effects, Node device, std::string name, Driver driver) {
    for (auto file : driver_files(driver)) effects.added(device, std::string(file));
    effects.added(fixed(driver_dir(driver)), std::move(name));
}

/// The driver core drops MODALIAS= from the unbind event.
std::string without_modalias(std::string keys) {
    const auto start = keys.find("MODALIAS=");
    if (start != std::string::npos) keys.erase(start, keys.find('\0', start) + 1 - start);
    return keys;
}

} // namespace

void detach_card(Machine& machine, unsigned adapter, Effects& effects) {
    auto& card = machine.card(adapter);
    files_gone(effects, card_node(adapter, card), card_name(adapter), card.driver);
    card.driver = Driver::none;
    auto event = card_event(machine, "unbind", adapter);
    event.keys = without_modalias(std::move(event.keys));
    effects.uevents.push_back(std::move(event));
}

void attach_card(Machine& machine, unsigned adapter, Effects& effects) {
    auto& card = machine.card(adapter);
    card.driver = Driver::cex4card;
    card.online = true;
    machine.completion_armed = true;
    files_come(effects, card_node(adapter, card), card_name(adapter), card.driver);
    effects.uevents.push_back(card_event(machine, "bind", adapter));
}

void detach_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    const auto old = queue.driver;
    files_gone(effects, queue_node(adapter, domain, queue), queue_name(adapter, domain), old);
    queue.driver = Driver::none;
    queue.uninitiated = true;
    queue.reset_requested = false;
    if (old == Driver::vfio_ap) {
        machine.passed_through[adapter].clear(domain);
        queue_left_vfio(machine, adapter, domain);
    }
    effects.uevents.push_back(queue_event(machine, "unbind", adapter, domain));
}

void attach_queue(Machine& machine, unsigned adapter, unsigned domain, Driver driver, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    queue.driver = driver;
    machine.completion_armed = true;
    if (driver == Driver::vfio_ap) {
        machine.passed_through[adapter].set(domain);
        queue_joined_vfio(machine, adapter, domain);
    } else {
        queue.uninitiated = false; // zcrypt starts the queue's state machine; vfio_ap never does
        queue.online = true;
    }
    files_come(effects, queue_node(adapter, domain, queue), queue_name(adapter, domain), driver);
    effects.uevents.push_back(queue_event(machine, "bind", adapter, domain));
}

void probe_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    for (auto driver : {Driver::cex4queue, Driver::vfio_ap})
        if (may_bind(machine, adapter, domain, driver))
            return attach_queue(machine, adapter, domain, driver, effects);
}

namespace {

Outcome bind_card(Machine& machine, Driver driver, unsigned adapter) {
    if (driver != Driver::cex4card) return refused(ENODEV);
    if (machine.card(adapter).driver != Driver::none) return refused(EBUSY);
    Outcome outcome;
    attach_card(machine, adapter, outcome.effects);
    return outcome;
}

} // namespace

Outcome store_bind(Machine& machine, Driver driver, std::string_view text) {
    const auto name = device_name(text);
    if (const auto adapter = parse_card_name(name); adapter && machine.card(*adapter).life != 0)
        return bind_card(machine, driver, *adapter);
    const auto apqn = parse_queue_name(name);
    if (!apqn || driver == Driver::cex4card) return refused(ENODEV);
    const auto& queue = machine.queue(apqn->adapter, apqn->domain);
    if (queue.life == 0) return refused(ENODEV);
    if (queue.driver != Driver::none) return refused(EBUSY);
    if (!may_bind(machine, apqn->adapter, apqn->domain, driver)) return refused(ENODEV);
    Outcome outcome;
    attach_queue(machine, apqn->adapter, apqn->domain, driver, outcome.effects);
    return outcome;
}

Outcome store_unbind(Machine& machine, Driver driver, std::string_view text) {
    const auto name = device_name(text);
    Outcome outcome;
    if (const auto adapter = parse_card_name(name); adapter && machine.card(*adapter).driver == driver) {
        detach_card(machine, *adapter, outcome.effects);
        return outcome;
    }
    const auto apqn = parse_queue_name(name);
    if (!apqn || machine.queue(apqn->adapter, apqn->domain).driver != driver) return refused(ENODEV);
    detach_queue(machine, apqn->adapter, apqn->domain, outcome.effects);
    return outcome;
}

Outcome store_drivers_probe(Machine& machine, std::string_view text) {
    const auto name = device_name(text);
    Outcome outcome;
    if (const auto adapter = parse_card_name(name); adapter && machine.card(*adapter).life != 0) {
        if (machine.card(*adapter).driver == Driver::none) attach_card(machine, *adapter, outcome.effects);
        return outcome;
    }
    const auto apqn = parse_queue_name(name);
    if (!apqn || machine.queue(apqn->adapter, apqn->domain).life == 0) return refused(ENODEV);
    if (machine.queue(apqn->adapter, apqn->domain).driver == Driver::none)
        probe_queue(machine, apqn->adapter, apqn->domain, outcome.effects);
    return outcome;
}

BindingCount count_bindings(const Machine& machine) {
    BindingCount count{0, 0};
    for (const auto& queue : machine.queues) {
        count.total += queue.life != 0;
        count.bound += queue.driver != Driver::none;
    }
    return count;
}

void check_completion(Machine& machine, Effects& effects) {
    if (!machine.completion_armed) return;
    const auto count = count_bindings(machine);
    if (count.bound != count.total) return;
    machine.completion_armed = false;
    std::string keys;
    add_key(keys, "BINDINGS", "complete");
    add_key(keys, "COMPLETECOUNT", fmt::to_string(++machine.completions));
    effects.uevents.push_back(bus_change(std::move(keys)));
}

} // namespace apsim
