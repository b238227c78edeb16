// SPDX-License-Identifier: LGPL-2.1-or-later
// The store functions of the two masks.
#include "model/masks.hpp"

#include <cerrno>

#include <fmt/format.h>

#include "model/binding.hpp"
#include "model/mask_text.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

/// vfio_ap's in_use callback: the first mdev that has a queue of this cross product objects.
const Mdev* objecting_mdev(const Machine& machine, const Mask256& adapters, const Mask256& domains) {
    for (const auto& [life, mdev] : machine.mdevs)
        if (mdev.matrix.adapters.meets(adapters) && mdev.matrix.domains.meets(domains)) return &mdev;
    return nullptr;
}

std::string in_use_message(const Machine& machine, const Mdev& mdev, const std::string& queue) {
    if (!machine.personality.new_messages)
        return fmt::format("vfio_ap_mdev {0}: Userspace may not re-assign queue {1} already assigned to {0}",
                           mdev.uuid, queue);
    return fmt::format("vfio_ap_mdev {}: Can not reserve queue {} for host driver: in use by mdev", mdev.uuid,
                       queue);
}

Outcome in_use(const Machine& machine, const Mdev& mdev, const Mask256& adapters, const Mask256& domains) {
    auto outcome = refused(EBUSY);
    (mdev.matrix.adapters & adapters).for_each([&](unsigned adapter) {
        (mdev.matrix.domains & domains).for_each([&](unsigned domain) {
            outcome.effects.messages.push_back(in_use_message(machine, mdev, queue_name(adapter, domain)));
        });
    });
    return outcome;
}

/// vfio_ap is only asked about bits that are newly set, which takes its locks.
Outcome ask_vfio_ap(Machine& machine, MaskKind kind, const Mask256& fresh) {
    Outcome outcome;
    if (!fresh.any() || !machine.modules.vfio_ap) return outcome;
    const bool adapters = kind == MaskKind::adapters;
    const Hold hold(machine, machine.matrix_lock, outcome.effects);
    const auto others = machine.personality.in_use_asks_all_ids ? Mask256::all()
                        : adapters                              ? machine.aqmask
                                                                : machine.apmask;
    const auto& asked_adapters = adapters ? fresh : others;
    const auto& asked_domains = adapters ? others : fresh;
    const auto* mdev = objecting_mdev(machine, asked_adapters, asked_domains);
    return mdev == nullptr ? outcome : in_use(machine, *mdev, asked_adapters, asked_domains);
}

/// Every queue whose driver has the wrong kind goes through detach and attach.  An unbound queue counts as
/// one whose driver has no default flag: the kernel reads the flags of a NULL driver (kernel-abi 3.2, run
/// on 6.12 and 7.2).
void revise_bindings(Machine& machine, Effects& effects) {
    for (const auto [adapter, domain] : machine.registered_queues()) {
        auto& queue = machine.queue(adapter, domain);
        if (machine.reserved(adapter, domain) == (queue.driver == Driver::cex4queue)) continue;
        const Hold hold(machine, queue.lock, effects);
        if (queue.life == 0) continue; // went while this waited
        if (queue.driver != Driver::none) detach_queue(machine, adapter, domain, effects);
        probe_queue(machine, adapter, domain, effects);
    }
}

/// Parse, ask, commit: what happens under the lock.  The mask is changed unless the outcome is an error.
Outcome commit(Machine& machine, MaskKind kind, std::string_view text) {
    if (machine.override_count > 0) return refused(EINVAL);
    auto& mask = kind == MaskKind::adapters ? machine.apmask : machine.aqmask;
    const auto parsed = parse_mask_write(text, mask, machine.personality);
    if (!parsed) return refused(parsed.error());
    if (*parsed == mask) return {};
    auto outcome = ask_vfio_ap(machine, kind, parsed->without(mask));
    if (outcome.error != 0) return outcome;
    mask = *parsed;
    machine.masks_in_use = machine.apmask != Mask256::all() || machine.aqmask != Mask256::all();
    return outcome;
}

} // namespace

Outcome store_mask(Machine& machine, MaskKind kind, std::string_view text) {
    auto& mask = kind == MaskKind::adapters ? machine.apmask : machine.aqmask;
    Outcome outcome;
    std::optional<Hold> hold(std::in_place, machine, machine.attribute_lock, outcome.effects);
    const auto before = mask;
    outcome = commit(machine, kind, text);
    if (outcome.error != 0 || mask == before) return outcome;
    const auto text_now = mask.text();
    hold.reset();
    revise_bindings(machine, outcome.effects);
    std::string keys;
    add_key(keys, kind == MaskKind::adapters ? "APMASK" : "AQMASK",
            text_now + "\n"); // the newline is the kernel's
    outcome.effects.uevents.push_back(bus_change(std::move(keys)));
    return outcome;
}

} // namespace apsim
