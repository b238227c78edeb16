// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus scan.
#include "model/scan.hpp"

#include "model/binding.hpp"
#include "model/filter.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

std::string one_key(std::string_view key, std::string_view value) {
    std::string keys;
    add_key(keys, key, value);
    return keys;
}

std::string config_key(bool on) { return one_key("CONFIG", on ? "1" : "0"); }

void remove_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    if (queue.driver != Driver::none) detach_queue(machine, adapter, domain, effects);
    effects.removed(card_node(adapter, machine.card(adapter)), queue_name(adapter, domain));
    effects.removed(fixed(Dir::bus_ap_devices), queue_name(adapter, domain));
    effects.uevents.push_back(queue_event(machine, "remove", adapter, domain));
    queue = {};
}

void remove_card(Machine& machine, unsigned adapter, Effects& effects) {
    auto& card = machine.card(adapter);
    if (card.life == 0) return;
    for (const auto q : machine.registered_queues(adapter))
        remove_queue(machine, q.adapter, q.domain, effects);
    if (card.driver != Driver::none) detach_card(machine, adapter, effects);
    effects.removed(fixed(Dir::devices_ap), card_name(adapter));
    effects.removed(fixed(Dir::bus_ap_devices), card_name(adapter));
    effects.uevents.push_back(card_event(machine, "remove", adapter));
    card = {};
}

void add_card(Machine& machine, unsigned adapter, const Adapter& hardware, Effects& effects) {
    auto& card = machine.card(adapter);
    card = {};
    card.life = machine.next_life++;
    card.type = hardware.type;
    card.mode = hardware.mode;
    card.config = hardware.configured;
    card.chkstop = hardware.checkstopped;
    effects.added(fixed(Dir::devices_ap), card_name(adapter));
    effects.added(fixed(Dir::bus_ap_devices), card_name(adapter));
    effects.uevents.push_back(card_event(machine, "add", adapter));
    if (machine.autoprobe) attach_card(machine, adapter, effects);
}

void update_card(Machine& machine, unsigned adapter, const Adapter& hardware, Effects& effects) {
    auto& card = machine.card(adapter);
    card.chkstop = hardware.checkstopped;
    if (card.config == hardware.configured) return;
    card.config = hardware.configured;
    effects.uevents.push_back(card_event(machine, "change", adapter, config_key(card.config)));
}

void add_queue(Machine& machine, unsigned adapter, unsigned domain, const Adapter& hardware,
               Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    queue = {};
    queue.life = machine.next_life++;
    queue.config = hardware.configured;
    queue.chkstop = hardware.checkstopped;
    effects.added(card_node(adapter, machine.card(adapter)), queue_name(adapter, domain));
    effects.added(fixed(Dir::bus_ap_devices), queue_name(adapter, domain));
    effects.uevents.push_back(queue_event(machine, "add", adapter, domain));
    if (machine.autoprobe) probe_queue(machine, adapter, domain, effects);
}

/// A scan takes in one change of a queue at a time, checkstop before configuration (seen on 6.12: CONFIG=1
/// comes with the scan after the one that cleared the checkstop).
void update_queue(Machine& machine, unsigned adapter, unsigned domain, const Adapter& hardware,
                  Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    if (queue.chkstop != hardware.checkstopped) {
        queue.chkstop = hardware.checkstopped;
    } else if (queue.config != hardware.configured) {
        queue.config = hardware.configured;
        effects.uevents.push_back(queue_event(machine, "change", adapter, domain, config_key(queue.config)));
    }
}

void scan_domains(Machine& machine, unsigned adapter, const Adapter& hardware, Effects& effects) {
    const auto usable = machine.seen.domains.without(hardware.missing);
    for (unsigned domain = 0; domain < 256; ++domain) {
        const bool exists = machine.queue(adapter, domain).life != 0;
        if (!usable.test(domain)) {
            if (exists) remove_queue(machine, adapter, domain, effects);
        } else if (exists) {
            update_queue(machine, adapter, domain, hardware, effects);
        } else {
            add_queue(machine, adapter, domain, hardware, effects);
        }
    }
}

void scan_adapter(Machine& machine, unsigned adapter, Effects& effects) {
    const auto& hardware = machine.hardware.adapters[adapter];
    const bool usable = hardware && machine.seen.domains.without(hardware->missing).any();
    if (!usable) return remove_card(machine, adapter, effects);
    const auto& card = machine.card(adapter);
    if (card.life != 0 && (card.type != hardware->type || card.mode != hardware->mode))
        remove_card(machine, adapter, effects);
    if (card.life == 0)
        add_card(machine, adapter, *hardware, effects);
    else
        update_card(machine, adapter, *hardware, effects);
    scan_domains(machine, adapter, *hardware, effects);
}

void choose_default_domain(Machine& machine) {
    if (machine.default_domain >= 0) return;
    (machine.seen.domains & machine.aqmask).for_each([&](unsigned domain) {
        if (machine.default_domain < 0) machine.default_domain = static_cast<int>(domain);
    });
}

} // namespace

Outcome run_scan(Machine& machine) {
    Outcome outcome;
    auto& effects = outcome.effects;
    const auto now = machine.hardware.configuration();
    const bool changed = now != machine.seen;
    if (changed) {
        if (now.adapters.without(machine.seen.adapters).any() ||
            now.domains.without(machine.seen.domains).any())
            machine.completion_armed = true;
        configuration_changed(machine, now);
        machine.seen = now;
    }
    choose_default_domain(machine);
    for (unsigned adapter = 0; adapter < 256; ++adapter) scan_adapter(machine, adapter, effects);
    if (changed) scan_complete(machine);
    if (++machine.scans == 1) effects.uevents.push_back(bus_change(one_key("INITSCAN", "done")));
    check_completion(machine, effects);
    return outcome;
}

} // namespace apsim
