// SPDX-License-Identifier: LGPL-2.1-or-later
// Attaching and detaching drivers.
#include "model/binding.hpp"

#include <cerrno>
#include <span>

#include <fmt/format.h>

#include "model/activity.hpp"
#include "model/filter.hpp"
#include "model/kernel_text.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

const std::string* forced_driver(const Machine& machine, unsigned adapter, unsigned domain) {
    if (machine.overrides.empty()) return nullptr;
    const auto it = machine.overrides.find(Machine::key(adapter, domain));
    return it == machine.overrides.end() ? nullptr : &it->second;
}

} // namespace

bool may_bind(const Machine& machine, unsigned adapter, unsigned domain, Driver driver) {
    if (driver != Driver::cex4queue && driver != Driver::vfio_ap) return false;
    if (const auto* name = forced_driver(machine, adapter, domain)) return *name == driver_name(driver);
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
    if (!machine.loaded(Driver::cex4card)) return;
    auto& card = machine.card(adapter);
    card.driver = Driver::cex4card;
    card.bound = machine.next_binding++;
    card.online = true;
    machine.completion_armed = true;
    files_come(effects, card_node(adapter, card), card_name(adapter), card.driver);
    effects.uevents.push_back(card_event(machine, "bind", adapter));
}

/// Files and links go first; what then takes time is vfio_ap's reset.
void detach_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    files_gone(effects, queue_node(adapter, domain, queue), queue_name(adapter, domain), queue.driver);
    queue.leaving = true;
    if (queue.driver == Driver::vfio_ap) queue_leaves_vfio(machine, adapter, domain, effects);
    stop_queue(machine, adapter, domain);
    queue.leaving = false;
    queue.driver = Driver::none;
    queue.requestq = queue.pendingq = 0; // flushed: zcrypt asks other queues
    effects.uevents.push_back(queue_event(machine, "unbind", adapter, domain));
}

void attach_queue(Machine& machine, unsigned adapter, unsigned domain, Driver driver, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    queue.driver = driver;
    queue.bound = machine.next_binding++;
    machine.completion_armed = true;
    files_come(effects, queue_node(adapter, domain, queue), queue_name(adapter, domain), driver);
    if (driver == Driver::vfio_ap) {
        queue.since = machine.polls;
        queue_joins_vfio(machine, adapter, domain, effects);
    } else {
        start_queue(machine, adapter, domain); // zcrypt does; vfio_ap never
        queue.online = true;
        queue.zcard = machine.card(adapter).bound;
    }
    effects.uevents.push_back(queue_event(machine, "bind", adapter, domain));
}

void probe_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    for (auto driver : {Driver::cex4queue, Driver::vfio_ap})
        if (machine.loaded(driver) && may_bind(machine, adapter, domain, driver))
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

/// The queue of that name, if there is one.
Queue* named_queue(Machine& machine, const std::optional<Apqn>& apqn) {
    if (!apqn) return nullptr;
    auto& queue = machine.queue(apqn->adapter, apqn->domain);
    return queue.life == 0 ? nullptr : &queue;
}

} // namespace

Outcome store_bind(Machine& machine, Driver driver, std::string_view text) {
    const auto name = device_name(text);
    if (const auto adapter = parse_card_name(name); adapter && machine.card(*adapter).life != 0)
        return bind_card(machine, driver, *adapter);
    const auto apqn = parse_queue_name(name);
    auto* queue = named_queue(machine, apqn);
    if (queue == nullptr || driver == Driver::cex4card) return refused(ENODEV);
    Outcome outcome;
    const Hold hold(machine, queue->lock, outcome.effects);
    if (queue->life == 0) return refused(ENODEV);
    if (queue->driver != Driver::none) return refused(EBUSY);
    if (!may_bind(machine, apqn->adapter, apqn->domain, driver)) return refused(ENODEV);
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
    auto* queue = named_queue(machine, apqn);
    if (queue == nullptr || queue->driver != driver) return refused(ENODEV);
    const Hold hold(machine, queue->lock, outcome.effects);
    if (queue->driver == driver) detach_queue(machine, apqn->adapter, apqn->domain, outcome.effects);
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
    auto* queue = named_queue(machine, apqn);
    if (queue == nullptr) return refused(ENODEV);
    if (queue->driver != Driver::none) return outcome;
    const Hold hold(machine, queue->lock, outcome.effects);
    if (queue->life != 0 && queue->driver == Driver::none)
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
