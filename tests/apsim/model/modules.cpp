// SPDX-License-Identifier: LGPL-2.1-or-later
// What modules bring and take, in the kernel's order (seen on 6.12).
#include "model/modules.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "model/binding.hpp"
#include "model/layout.hpp"
#include "model/mdev.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

Uevent event(std::string_view action, std::string devpath, std::string_view subsystem,
             std::string keys = {}) {
    return {action, std::move(devpath), subsystem, std::move(keys)};
}

/// The changes of the fixed part of the tree since the modules were these.
void tell_directories(const Machine& machine, const Modules& before, Effects& effects) {
    for (const auto& dir : fixed_directories()) {
        const bool was = dir.module == nullptr || before.*dir.module;
        const bool is = dir.module == nullptr || machine.modules.*dir.module;
        if (was && !is) effects.removed(fixed(dir.parent), std::string(dir.name));
        if (!was && is) effects.added(fixed(dir.parent), std::string(dir.name));
    }
    // Its directory stays with the module mdev.
    const auto classes = fixed(Dir::class_mdev_bus);
    if (before.parent && !machine.modules.parent) effects.removed(classes, "matrix");
    if (!before.parent && machine.modules.parent) effects.added(classes, "matrix");
}

void change_modules(Machine& machine, Effects& effects, bool Modules::*module, bool there) {
    const auto before = machine.modules;
    machine.modules.*module = there;
    tell_directories(machine, before, effects);
}

/// driver_register() of an AP driver: it gets what fits and has no driver.
void register_queue_driver(Machine& machine, Driver driver, Effects& effects) {
    for (const auto [adapter, domain] :
         machine.autoprobe ? machine.registered_queues() : std::vector<Apqn>()) {
        auto& queue = machine.queue(adapter, domain);
        const Hold hold(machine, queue.lock, effects);
        if (queue.life != 0 && queue.driver == Driver::none && may_bind(machine, adapter, domain, driver))
            attach_queue(machine, adapter, domain, driver, effects);
    }
    effects.uevents.push_back(
        event("add", fmt::format("/bus/ap/drivers/{}", driver_name(driver)), "drivers"));
    check_completion(machine, effects);
}

/// driver_unregister(): devices leave it in the reverse order of their coming.
void unregister_queue_driver(Machine& machine, Driver driver, Effects& effects) {
    auto queues = machine.registered_queues();
    std::erase_if(queues, [&](Apqn q) { return machine.queue(q.adapter, q.domain).driver != driver; });
    std::ranges::sort(queues, std::greater<>(),
                      [&](Apqn q) { return machine.queue(q.adapter, q.domain).bound; });
    for (const auto [adapter, domain] : queues) {
        auto& queue = machine.queue(adapter, domain);
        const Hold hold(machine, queue.lock, effects);
        if (queue.driver == driver) detach_queue(machine, adapter, domain, effects);
    }
    effects.uevents.push_back(
        event("remove", fmt::format("/bus/ap/drivers/{}", driver_name(driver)), "drivers"));
}

std::vector<unsigned> cards(const Machine& machine) {
    std::vector<unsigned> found;
    for (unsigned adapter = 0; adapter < 256; ++adapter)
        if (machine.card(adapter).life != 0) found.push_back(adapter);
    return found;
}

Outcome load_zcrypt_cex4(Machine& machine) {
    Outcome outcome;
    auto& effects = outcome.effects;
    if (!machine.modules.zcrypt) {
        change_modules(machine, effects, &Modules::zcrypt, true);
        effects.uevents.push_back(event("add", "/module/zcrypt", "module"));
    }
    change_modules(machine, effects, &Modules::zcrypt_cex4, true);
    auto all = cards(machine);
    std::ranges::sort(all, {}, [&](unsigned adapter) { return machine.card(adapter).life; });
    for (const auto adapter : machine.autoprobe ? all : std::vector<unsigned>())
        attach_card(machine, adapter, effects);
    effects.uevents.push_back(event("add", "/bus/ap/drivers/cex4card", "drivers"));
    check_completion(machine, effects);
    register_queue_driver(machine, Driver::cex4queue, effects);
    effects.uevents.push_back(event("add", "/module/zcrypt_cex4", "module"));
    return outcome;
}

Outcome unload_zcrypt_cex4(Machine& machine) {
    Outcome outcome;
    auto& effects = outcome.effects;
    unregister_queue_driver(machine, Driver::cex4queue, effects);
    auto bound = cards(machine);
    std::erase_if(bound, [&](unsigned adapter) { return machine.card(adapter).driver == Driver::none; });
    std::ranges::sort(bound, std::greater<>(), [&](unsigned adapter) { return machine.card(adapter).bound; });
    for (const auto adapter : bound) detach_card(machine, adapter, effects);
    effects.uevents.push_back(event("remove", "/bus/ap/drivers/cex4card", "drivers"));
    change_modules(machine, effects, &Modules::zcrypt_cex4, false);
    effects.uevents.push_back(event("remove", "/module/zcrypt_cex4", "module"));
    return outcome;
}

constexpr std::string_view matrix_path = "/devices/vfio_ap/matrix";

std::string matrix_keys(std::string_view state) {
    std::string keys;
    if (!state.empty()) add_key(keys, "MDEV_STATE", state);
    add_key(keys, "DRIVER", "vfio_ap");
    return keys;
}

void load_mdev(Machine& machine, Effects& effects) {
    if (machine.modules.mdev) return;
    change_modules(machine, effects, &Modules::mdev, true);
    effects.uevents.push_back(event("add", "/bus/mdev", "bus"));
    effects.uevents.push_back(event("add", "/module/mdev", "module"));
}

Outcome load_vfio_ap(Machine& machine) {
    Outcome outcome;
    auto& effects = outcome.effects;
    load_mdev(machine, effects);
    machine.vfio_seen = machine.seen;
    machine.matrix_autoprobe = true;
    change_modules(machine, effects, &Modules::vfio_ap, true);
    effects.uevents.push_back(event("add", "/bus/matrix", "bus"));
    effects.uevents.push_back(event("add", std::string(matrix_path), "matrix"));
    effects.uevents.push_back(event("bind", std::string(matrix_path), "matrix", matrix_keys({})));
    effects.uevents.push_back(event("add", "/bus/matrix/drivers/vfio_ap", "drivers"));
    register_queue_driver(machine, Driver::vfio_ap, effects);
    change_modules(machine, effects, &Modules::parent, true);
    effects.uevents.push_back(event("add", "/bus/mdev/drivers/vfio_ap_mdev", "drivers"));
    effects.uevents.push_back(event("change", std::string(matrix_path), "matrix", matrix_keys("registered")));
    effects.uevents.push_back(event("add", "/module/vfio_ap", "module"));
    effects.messages.push_back("vfio_ap matrix: MDEV: Registered");
    return outcome;
}

bool held_by_a_guest(const Machine& machine) {
    return std::ranges::any_of(machine.mdevs,
                               [](const auto& entry) { return entry.second.guest.has_value(); });
}

/// Removals under way are waited for; who creates one now finds no file to write to.
void remove_all_mdevs(Machine& machine, Effects& effects) {
    while (!machine.mdevs.empty()) {
        auto& mdev = machine.mdevs.begin()->second;
        if (mdev.leaving || mdev.probing || mdev.condemned)
            machine.waiting->pause(effects, std::nullopt);
        else
            remove_mdev(machine, mdev, effects);
    }
}

Outcome unload_vfio_ap(Machine& machine) {
    if (held_by_a_guest(machine)) return refused(EAGAIN);
    Outcome outcome;
    auto& effects = outcome.effects;
    effects.messages.push_back("vfio_ap matrix: MDEV: Unregistering");
    remove_all_mdevs(machine, effects);
    change_modules(machine, effects, &Modules::parent, false);
    effects.uevents.push_back(
        event("change", std::string(matrix_path), "matrix", matrix_keys("unregistered")));
    effects.uevents.push_back(event("remove", "/bus/mdev/drivers/vfio_ap_mdev", "drivers"));
    unregister_queue_driver(machine, Driver::vfio_ap, effects);
    effects.uevents.push_back(event("unbind", std::string(matrix_path), "matrix"));
    effects.uevents.push_back(event("remove", "/bus/matrix/drivers/vfio_ap", "drivers"));
    effects.uevents.push_back(event("remove", std::string(matrix_path), "matrix"));
    effects.uevents.push_back(event("remove", "/bus/matrix", "bus"));
    change_modules(machine, effects, &Modules::vfio_ap, false);
    effects.uevents.push_back(event("remove", "/module/vfio_ap", "module"));
    return outcome;
}

} // namespace

Outcome load_module(Machine& machine, std::string_view name) {
    if (name == "zcrypt_cex4")
        return machine.modules.zcrypt_cex4 ? refused(EEXIST) : load_zcrypt_cex4(machine);
    if (name == "vfio_ap") return machine.modules.vfio_ap ? refused(EEXIST) : load_vfio_ap(machine);
    return refused(ENOENT);
}

Outcome unload_module(Machine& machine, std::string_view name) {
    if (name == "zcrypt_cex4" && machine.modules.zcrypt_cex4) return unload_zcrypt_cex4(machine);
    if (name == "vfio_ap" && machine.modules.vfio_ap) return unload_vfio_ap(machine);
    return refused(ENOENT);
}

} // namespace apsim
