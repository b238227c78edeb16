// SPDX-License-Identifier: LGPL-2.1-or-later
// Assigning to mdevs.
#include "model/assignment.hpp"

#include <cerrno>
#include <expected>
#include <optional>

#include <fmt/format.h>

#include "model/filter.hpp"
#include "model/kernel_text.hpp"
#include "model/mask_text.hpp"
#include "model/names.hpp"
#include "model/resets.hpp"

namespace apsim {

namespace {

Mask256& part_of(Matrix& matrix, Part part) {
    return part == Part::adapter ? matrix.adapters : part == Part::domain ? matrix.domains : matrix.control;
}

/// The id written, or EINVAL, ERANGE, or ENODEV when it is above the machine's maximum.
std::expected<unsigned, int> parse_id(const Mdev& mdev, Part part, std::string_view text) {
    const auto value = kstrtoul(text);
    if (!value) return std::unexpected(value.error());
    const auto max = part == Part::adapter ? mdev.max_adapter : mdev.max_domain;
    if (*value > max) return std::unexpected(ENODEV);
    return static_cast<unsigned>(*value);
}

std::string taken_message(const Machine& machine, const Mdev& mdev, const Mdev& other,
                          const std::string& queue) {
    if (!machine.personality.new_messages)
        return fmt::format("vfio_ap_mdev {}: Userspace may not re-assign queue {} already assigned to {}",
                           mdev.uuid, queue, other.uuid);
    return fmt::format("vfio_ap_mdev {}: Userspace may not assign queue {} to mdev: already assigned to {}",
                       mdev.uuid, queue, other.uuid);
}

Outcome taken(const Machine& machine, const Mdev& mdev, const Mdev& other, const Matrix& wanted) {
    auto outcome = refused(EADDRINUSE);
    (other.matrix.adapters & wanted.adapters).for_each([&](unsigned adapter) {
        (other.matrix.domains & wanted.domains).for_each([&](unsigned domain) {
            outcome.effects.messages.push_back(
                taken_message(machine, mdev, other, queue_name(adapter, domain)));
        });
    });
    return outcome;
}

/// ap_owned_by_def_drv(): a queue with an override counts by the driver it has; all others, also those that
/// are not there or have no driver, by the masks.
bool owned_by_host(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto driver = machine.queue(adapter, domain).driver;
    if (driver != Driver::none && machine.overrides.contains(Machine::key(adapter, domain)))
        return driver == Driver::cex4queue;
    return machine.reserved(adapter, domain);
}

bool any_owned_by_host(const Machine& machine, const Matrix& wanted) {
    if (machine.overrides.empty())
        return wanted.adapters.meets(machine.apmask) && wanted.domains.meets(machine.aqmask);
    bool any = false;
    wanted.adapters.for_each([&](unsigned adapter) {
        wanted.domains.for_each(
            [&](unsigned domain) { any = any || owned_by_host(machine, adapter, domain); });
    });
    return any;
}

/// The whole wanted matrix is checked, not only what is new in it: first ownership, then sharing.
Outcome validate(const Machine& machine, const Mdev& mdev, const Matrix& wanted) {
    if (any_owned_by_host(machine, wanted)) return refused(EADDRNOTAVAIL);
    for (const auto& [life, other] : machine.mdevs)
        if (life != mdev.life && other.matrix.adapters.meets(wanted.adapters) &&
            other.matrix.domains.meets(wanted.domains))
            return taken(machine, mdev, other, wanted);
    return {};
}

bool above(const Mask256& mask, unsigned max) {
    bool found = false;
    mask.for_each([&](unsigned id) { found |= id > max; });
    return found;
}

Outcome assign(Machine& machine, Mdev& mdev, Part part, std::string_view text, Effects& effects) {
    const auto id = parse_id(mdev, part, text);
    if (!id) return refused(id.error());
    auto wanted = mdev.matrix;
    part_of(wanted, part).set(*id);
    if (wanted == mdev.matrix) return {}; // assigned already: success even if it has become the host's since
    if (part == Part::control) {
        mdev.matrix = wanted;
        filter_control(machine, mdev);
        return {};
    }
    auto outcome = validate(machine, mdev, wanted);
    if (outcome.error != 0) return outcome;
    mdev.matrix = wanted;
    filter_and_reset(machine, mdev, effects);
    return {};
}

/// Takes adapters and domains out of matrix and shadow; what was in the shadow is reset.  Never re-filters:
/// an adapter that lacked a queue only in such a domain stays out of the shadow (kernel-abi 7.2).
void unplug(Machine& machine, Mdev& mdev, Part part, const Mask256& ids, Effects& effects) {
    const auto shadow = mdev.shadow;
    part_of(mdev.matrix, part) = part_of(mdev.matrix, part).without(ids);
    part_of(mdev.shadow, part) = part_of(mdev.shadow, part).without(ids);
    if (part == Part::control) return;
    const auto adapters = part == Part::adapter ? shadow.adapters & ids : shadow.adapters;
    const auto domains = part == Part::domain ? shadow.domains & ids : shadow.domains;
    Resets resets(machine, effects);
    adapters.for_each([&](unsigned adapter) { resets.begin(adapter, domains); });
    resets.wait();
}

Outcome replace(Machine& machine, Mdev& mdev, std::string_view text, Effects& effects) {
    const auto masks = parse_ap_config(text);
    if (!masks) return refused(masks.error());
    const Matrix wanted{(*masks)[0], (*masks)[1], (*masks)[2]};
    auto outcome = validate(machine, mdev, wanted);
    if (outcome.error != 0) return outcome;
    if (above(wanted.adapters, mdev.max_adapter) || above(wanted.domains, mdev.max_domain) ||
        above(wanted.control, mdev.max_domain))
        return refused(ENODEV);
    unplug(machine, mdev, Part::adapter, mdev.matrix.adapters.without(wanted.adapters), effects);
    unplug(machine, mdev, Part::domain, mdev.matrix.domains.without(wanted.domains), effects);
    mdev.matrix = wanted;
    filter_and_reset(machine, mdev, effects);
    filter_control(machine, mdev);
    return {};
}

/// Runs an operation on an mdev and puts its outcome behind what it had told before.
template <class Operation>
Outcome on_mdev(Machine& machine, std::uint32_t life, Outcome outcome, Operation operation) {
    auto* mdev = machine.mdev(life);
    if (mdev == nullptr) return refused(ENODEV); // went while this waited for the lock
    auto end = operation(*mdev, outcome.effects);
    outcome.error = end.error;
    for (auto& message : end.effects.messages) outcome.effects.messages.push_back(std::move(message));
    return outcome;
}

} // namespace

Outcome store_assign(Machine& machine, std::uint32_t life, Part part, std::string_view text) {
    Outcome outcome;
    std::optional<Hold> masks;
    if (part != Part::control) masks.emplace(machine, machine.attribute_lock, outcome.effects);
    const Hold hold(machine, machine.matrix_lock, outcome.effects);
    return on_mdev(machine, life, std::move(outcome),
                   [&](Mdev& mdev, Effects& effects) { return assign(machine, mdev, part, text, effects); });
}

Outcome store_unassign(Machine& machine, std::uint32_t life, Part part, std::string_view text) {
    Outcome outcome;
    const Hold hold(machine, machine.matrix_lock, outcome.effects);
    return on_mdev(machine, life, std::move(outcome), [&](Mdev& mdev, Effects& effects) {
        const auto id = parse_id(mdev, part, text);
        if (!id) return refused(id.error());
        if (part_of(mdev.matrix, part).test(*id)) unplug(machine, mdev, part, Mask256::of(*id), effects);
        return Outcome();
    });
}

Outcome store_ap_config(Machine& machine, std::uint32_t life, std::string_view text) {
    Outcome outcome;
    const Hold masks(machine, machine.attribute_lock, outcome.effects);
    const Hold hold(machine, machine.matrix_lock, outcome.effects);
    return on_mdev(machine, life, std::move(outcome),
                   [&](Mdev& mdev, Effects& effects) { return replace(machine, mdev, text, effects); });
}

} // namespace apsim
