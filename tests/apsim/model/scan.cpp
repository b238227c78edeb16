// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus scan.
#include "model/scan.hpp"

#include "model/activity.hpp"
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

/// All but the lock: somebody may be waiting for it.
void clear(Queue& queue) {
    const auto lock = queue.lock;
    queue = {};
    queue.lock = lock;
}

void remove_queue(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    {
        const Hold hold(machine, queue.lock, effects);
        if (queue.driver != Driver::none) detach_queue(machine, adapter, domain, effects);
    }
    effects.removed(card_node(adapter, machine.card(adapter)), queue_name(adapter, domain));
    effects.removed(fixed(Dir::bus_ap_devices), queue_name(adapter, domain));
    effects.uevents.push_back(queue_event(machine, "remove", adapter, domain));
    machine.overrides.erase(Machine::key(adapter, domain)); // but the count of them stays (kernel-abi 5.3)
    clear(queue);
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

/// What TAPQ tells of a queue, if it tells anything: only some response codes come with information.
std::optional<std::uint8_t> queue_info(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto code = machine.response(adapter, domain);
    const bool informs = code == response::normal || (code >= response::resetting && code <= response::busy);
    return informs ? std::optional(code) : std::nullopt;
}

/// A newer type than the kernel knows is taken for the best one that the hardware names as compatible; 0:
/// none.
unsigned compatible_type(const Machine& machine, const Adapter& hardware, std::uint8_t code) {
    static constexpr unsigned oldest = 10, newest = 14;
    if (hardware.type < oldest) return 0;
    if (hardware.type <= newest) return hardware.type;
    return machine.hardware.facilities.qact && code == response::normal ? newest : 0;
}

void add_card(Machine& machine, unsigned adapter, std::uint8_t code, Effects& effects) {
    const auto& hardware = *machine.hardware.adapters[adapter];
    auto& card = machine.card(adapter);
    card = {};
    card.life = machine.next_life++;
    card.type = compatible_type(machine, hardware, code);
    card.raw_type = hardware.type;
    card.mode = hardware.mode;
    card.queue_depth = hardware.queue_depth;
    card.config = code != response::deconfigured;
    card.chkstop = code == response::checkstopped;
    effects.added(fixed(Dir::devices_ap), card_name(adapter));
    effects.added(fixed(Dir::bus_ap_devices), card_name(adapter));
    effects.uevents.push_back(card_event(machine, "add", adapter));
    if (machine.autoprobe) attach_card(machine, adapter, effects);
}

void update_card(Machine& machine, unsigned adapter, std::uint8_t code, Effects& effects) {
    auto& card = machine.card(adapter);
    card.chkstop = code == response::checkstopped;
    const bool config = code != response::deconfigured;
    if (card.config == config) return;
    card.config = config;
    effects.uevents.push_back(card_event(machine, "change", adapter, config_key(config)));
}

void add_queue(Machine& machine, unsigned adapter, unsigned domain, std::uint8_t code, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    clear(queue);
    queue.life = machine.next_life++;
    queue.config = code != response::deconfigured;
    queue.chkstop = code == response::checkstopped;
    queue.uninitiated = true;
    queue.activity = Activity::starting;
    effects.added(card_node(adapter, machine.card(adapter)), queue_name(adapter, domain));
    effects.added(fixed(Dir::bus_ap_devices), queue_name(adapter, domain));
    effects.uevents.push_back(queue_event(machine, "add", adapter, domain));
    if (machine.autoprobe) {
        const Hold hold(machine, queue.lock, effects);
        probe_queue(machine, adapter, domain, effects);
    }
    if (queue.config && !queue.chkstop) start_queue(machine, adapter, domain);
}

/// A scan takes in one change of a queue at a time, checkstop before configuration (seen on 6.12: CONFIG=1
/// comes with the scan after the one that cleared the checkstop).
void update_queue(Machine& machine, unsigned adapter, unsigned domain, std::uint8_t code, Effects& effects) {
    auto& queue = machine.queue(adapter, domain);
    const bool chkstop = code == response::checkstopped;
    const bool config = code != response::deconfigured;
    bool restart = config && queue.activity == Activity::starting; // an error it may be over now
    if (queue.chkstop != chkstop) {
        queue.chkstop = chkstop;
        restart = !chkstop;
    } else if (queue.config != config) {
        queue.config = config;
        restart = config;
        effects.uevents.push_back(queue_event(machine, "change", adapter, domain, config_key(config)));
    }
    if (restart && !queue.uninitiated) start_queue(machine, adapter, domain);
}

void scan_domains(Machine& machine, unsigned adapter, Effects& effects) {
    for (unsigned domain = 0; domain <= machine.max_domain; ++domain) {
        const bool exists = machine.queue(adapter, domain).life != 0;
        if (!exists && !machine.seen.domains.test(domain)) continue;
        const auto code =
            machine.seen.domains.test(domain) ? queue_info(machine, adapter, domain) : std::nullopt;
        if (code && exists)
            update_queue(machine, adapter, domain, *code, effects);
        else if (code)
            add_queue(machine, adapter, domain, *code, effects);
        else if (exists)
            remove_queue(machine, adapter, domain, effects);
    }
}

/// What the first queue answers that tells anything.
std::optional<std::uint8_t> card_info(const Machine& machine, unsigned adapter) {
    for (unsigned domain = 0; domain <= machine.max_domain; ++domain) {
        if (!machine.seen.domains.test(domain)) continue;
        if (const auto code = queue_info(machine, adapter, domain)) return code;
    }
    return std::nullopt;
}

void scan_adapter(Machine& machine, unsigned adapter, Effects& effects) {
    const auto code = machine.seen.adapters.test(adapter) ? card_info(machine, adapter) : std::nullopt;
    const auto& hardware = machine.hardware.adapters[adapter];
    if (!code || hardware->type == 0) return remove_card(machine, adapter, effects);
    const auto& card = machine.card(adapter);
    if (card.life != 0 && (card.raw_type != hardware->type || card.mode != hardware->mode))
        remove_card(machine, adapter, effects);
    if (card.life != 0)
        update_card(machine, adapter, *code, effects);
    else if (compatible_type(machine, *hardware, *code) != 0)
        add_card(machine, adapter, *code, effects);
    else
        return;
    scan_domains(machine, adapter, effects);
}

void choose_default_domain(Machine& machine) {
    if (machine.default_domain >= 0) return;
    const auto adapters = machine.seen.adapters & machine.apmask;
    (machine.seen.domains & machine.aqmask).for_each([&](unsigned domain) {
        bool answers = false;
        adapters.for_each([&](unsigned a) { answers |= machine.response(a, domain) == response::normal; });
        if (machine.default_domain < 0 && answers) machine.default_domain = static_cast<int>(domain);
    });
}

} // namespace

namespace {

/// The configuration is taken in: guests lose what went before the devices do.  True if it is another.
bool take_configuration(Machine& machine, Effects& effects) {
    const auto now = machine.hardware.configuration();
    if (now == machine.seen) return false;
    if (now.adapters.without(machine.seen.adapters).any() || now.domains.without(machine.seen.domains).any())
        machine.completion_armed = true;
    configuration_changed(machine, now, effects);
    machine.seen = now;
    return true;
}

} // namespace

/// Who finds a scan under way waits for it and begins none of its own.
Outcome run_scan(Machine& machine) {
    Outcome outcome;
    auto& effects = outcome.effects;
    const bool under_way = machine.scan_lock.held();
    const Hold hold(machine, machine.scan_lock, effects);
    if (under_way) return outcome;
    const bool changed = take_configuration(machine, effects);
    choose_default_domain(machine);
    for (unsigned adapter = 0; adapter <= machine.max_adapter; ++adapter)
        scan_adapter(machine, adapter, effects);
    if (changed) scan_complete(machine, effects);
    if (++machine.scans == 1) effects.uevents.push_back(bus_change(one_key("INITSCAN", "done")));
    check_completion(machine, effects);
    machine.next_scan = machine.now() + std::int64_t{1000} * machine.config_time;
    return outcome;
}

} // namespace apsim
