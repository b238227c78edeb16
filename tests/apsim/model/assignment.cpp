// SPDX-License-Identifier: LGPL-2.1-or-later
// Assigning to mdevs.
#include "model/assignment.hpp"

#include <cerrno>
#include <expected>

#include <fmt/format.h>

#include "model/filter.hpp"
#include "model/kernel_text.hpp"
#include "model/mask_text.hpp"
#include "model/names.hpp"

namespace apsim {

namespace {

Mask256& part_of(Matrix& matrix, Part part) {
    return part == Part::adapter ? matrix.adapters : part == Part::domain ? matrix.domains : matrix.control;
}

/// The id written, or EINVAL, ERANGE, or ENODEV when it is above the machine's maximum.
std::expected<unsigned, int> parse_id(const Machine& machine, Part part, std::string_view text) {
    const auto value = kstrtoul(text);
    if (!value) return std::unexpected(value.error());
    const auto max = part == Part::adapter ? machine.max_adapter : machine.max_domain;
    if (*value > max) return std::unexpected(ENODEV);
    return static_cast<unsigned>(*value);
}

Outcome taken(const Mdev& mdev, const Mdev& other, const Matrix& wanted) {
    auto outcome = refused(EADDRINUSE);
    (other.matrix.adapters & wanted.adapters).for_each([&](unsigned adapter) {
        (other.matrix.domains & wanted.domains).for_each([&](unsigned domain) {
            outcome.effects.messages.push_back(fmt::format(
                "vfio_ap_mdev {}: Userspace may not assign queue {} to mdev: already assigned to {}",
                mdev.uuid, queue_name(adapter, domain), other.uuid));
        });
    });
    return outcome;
}

/// The whole wanted matrix is checked, not only what is new in it: first ownership, then sharing.
Outcome validate(const Machine& machine, const Mdev& mdev, const Matrix& wanted) {
    if (wanted.adapters.meets(machine.apmask) && wanted.domains.meets(machine.aqmask))
        return refused(EADDRNOTAVAIL);
    for (const auto& [life, other] : machine.mdevs)
        if (life != mdev.life && other.matrix.adapters.meets(wanted.adapters) &&
            other.matrix.domains.meets(wanted.domains))
            return taken(mdev, other, wanted);
    return {};
}

bool above(const Mask256& mask, unsigned max) {
    bool found = false;
    mask.for_each([&](unsigned id) { found |= id > max; });
    return found;
}

} // namespace

Outcome store_assign(Machine& machine, Mdev& mdev, Part part, std::string_view text) {
    const auto id = parse_id(machine, part, text);
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
    filter_matrix(machine, mdev);
    return {};
}

Outcome store_unassign(Machine& machine, Mdev& mdev, Part part, std::string_view text) {
    const auto id = parse_id(machine, part, text);
    if (!id) return refused(id.error());
    // Never re-filtered: an adapter that lacked a queue only in this domain stays out of the shadow
    // (kernel-abi 7.2).
    part_of(mdev.matrix, part).clear(*id);
    part_of(mdev.shadow, part).clear(*id);
    return {};
}

Outcome store_ap_config(Machine& machine, Mdev& mdev, std::string_view text) {
    const auto masks = parse_ap_config(text);
    if (!masks) return refused(masks.error());
    const Matrix wanted{(*masks)[0], (*masks)[1], (*masks)[2]};
    auto outcome = validate(machine, mdev, wanted);
    if (outcome.error != 0) return outcome;
    if (above(wanted.adapters, machine.max_adapter) || above(wanted.domains, machine.max_domain) ||
        above(wanted.control, machine.max_domain))
        return refused(ENODEV);
    mdev.matrix = wanted;
    filter_matrix(machine, mdev);
    filter_control(machine, mdev);
    return {};
}

} // namespace apsim
