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

Outcome in_use(const Mdev& mdev, const Mask256& adapters, const Mask256& domains) {
    auto outcome = refused(EBUSY);
    (mdev.matrix.adapters & adapters).for_each([&](unsigned adapter) {
        (mdev.matrix.domains & domains).for_each([&](unsigned domain) {
            outcome.effects.messages.push_back(
                fmt::format("vfio_ap_mdev {}: Can not reserve queue {} for host driver: in use by mdev",
                            mdev.uuid, queue_name(adapter, domain)));
        });
    });
    return outcome;
}

/// Every queue whose driver has the wrong kind goes through detach and attach.  An unbound queue counts as
/// one whose driver has no default flag: the kernel reads the flags of a NULL driver (kernel-abi 3.2, run
/// on 6.12 and 7.2).
void revise_bindings(Machine& machine, Effects& effects) {
    for (const auto [adapter, domain] : machine.registered_queues()) {
        const auto driver = machine.queue(adapter, domain).driver;
        if (machine.reserved(adapter, domain) == (driver == Driver::cex4queue)) continue;
        if (driver != Driver::none) detach_queue(machine, adapter, domain, effects);
        probe_queue(machine, adapter, domain, effects);
    }
}

} // namespace

Outcome store_mask(Machine& machine, MaskKind kind, std::string_view text) {
    const bool adapters = kind == MaskKind::adapters;
    auto& mask = adapters ? machine.apmask : machine.aqmask;
    const auto parsed = parse_mask_write(text, mask, machine.personality);
    if (!parsed) return refused(parsed.error());
    if (*parsed == mask) return {};
    const auto fresh = parsed->without(mask);
    const auto others = machine.personality.in_use_asks_all_ids ? Mask256::all()
                        : adapters                              ? machine.aqmask
                                                                : machine.apmask;
    const auto& asked_adapters = adapters ? fresh : others;
    const auto& asked_domains = adapters ? others : fresh;
    if (const auto* mdev = objecting_mdev(machine, asked_adapters, asked_domains))
        return in_use(*mdev, asked_adapters, asked_domains);
    mask = *parsed;
    Outcome outcome;
    revise_bindings(machine, outcome.effects);
    std::string keys;
    add_key(keys, adapters ? "APMASK" : "AQMASK", mask.text() + "\n"); // the newline is the kernel's
    outcome.effects.uevents.push_back(bus_change(std::move(keys)));
    return outcome;
}

} // namespace apsim
