// SPDX-License-Identifier: LGPL-2.1-or-later
// Where the host differs from the wanted state, in sentences that name the way out.
#include "core/parse.hpp"
#include "core/quote.hpp"
#include "core/wanted.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace ap {
namespace {

template <class Ids>
std::string clear_in(const char* mask, const char* noun, const Ids& ids) {
    const bool one = ids.size() == 1;
    return fmt::format("{}{} {} {} clear in {}", noun, one ? "" : "s", describe(ids), one ? "is" : "are", mask);
}

std::string bits_in_words(const MaskBits& bits) {
    std::string out;
    if (!bits.adapters.empty()) out = clear_in("apmask", "adapter", bits.adapters);
    if (!bits.domains.empty()) out += (out.empty() ? "" : " and ") + clear_in("aqmask", "domain", bits.domains);
    return out;
}

std::string first_of(const QueueSet& queues) { return to_string(queues.first().value_or(Apqn{})); }

void unbound_drift(const HostState& host, std::vector<Drift>& out) {
    const auto for_guests = (host.present - host.overridden - reserved_by_masks(host)) | (host.present & marked_for_guests(host));
    if (const auto unbound = for_guests - host.host - host.guest; !unbound.empty())
        out.push_back({Drift::Kind::unbound, first_of(unbound), unbound,
                       fmt::format("{} belong to vfio_ap, but no driver has them; {}", describe(unbound),
                                   host.vfio_ap_present ? "apctl reserve binds them" : "load the module vfio_ap")});
}

void overrides_drift(const HostState& host, const QueueSet& pool, std::vector<Drift>& out) {
    const auto marked = marked_for_guests(host);
    if (const auto begun = (marked & host.host) - pool; !begun.empty())
        out.push_back({Drift::Kind::override_set, first_of(begun), begun,
                       fmt::format("the driver_override of {} says vfio_ap, but the host's driver still has them: somebody has not finished, or apctl reserve does; apctl release clears it",
                                   describe(begun))});
    if (const auto set = (marked & host.guest) - pool; !set.empty())
        out.push_back({Drift::Kind::override_set, first_of(set), set,
                       fmt::format("the driver_override of {} says vfio_ap though nobody wished it here; apctl release gives the queues back to the host, "
                                   "apctl reserve keeps them for guests",
                                   describe(set))});
    auto missing = pool & host.present;
    missing -= marked - host.host; // without a driver: a drift of its own
    for (const auto& [queue, text] : host.other_overrides) {
        if (!missing.contains(queue)) continue;
        missing.erase(queue);
        out.push_back({Drift::Kind::override_missing, to_string(queue), QueueSet::rectangle({queue.adapter}, {queue.domain}),
                       fmt::format("{} shall be in the guest pool, but somebody has set its driver_override to {}", to_string(queue), quote(text))});
    }
    if (!missing.empty())
        out.push_back({Drift::Kind::override_missing, first_of(missing), missing,
                       fmt::format("{} shall be in the guest pool, but no driver_override keeps them there; any change by apctl brings them back",
                                   describe(missing))});
}

void masks_drift(const HostState& host, const Wanted& wanted, const QueueSet& pool, std::vector<Drift>& out) {
    if (const auto bits = cleared_for_nobody(host, wanted); !bits.empty()) {
        QueueSet freed = QueueSet::rectangle(bits.adapters, DomainSet::all());
        freed.insert(AdapterSet::all(), bits.domains);
        freed -= pool;
        if (freed.intersects(host.present)) freed &= host.present;
        out.push_back({Drift::Kind::mask_freed, first_of(freed), freed,
                       fmt::format("{} though nobody wished it here; apctl release gives the queues back to the host",
                                   bits_in_words(bits))});
    }
    if (const auto taken = (pool & reserved_by_masks(host)) - host.overridden; !taken.empty())
        out.push_back({Drift::Kind::mask_taken, first_of(taken), taken,
                       fmt::format("{} shall be in the guest pool, but the masks give them to the host; any change "
                                   "by apctl sets the masks right",
                                   describe(taken))});
}

/// Queues that only one of the two has.
QueueSet difference(const Matrix& a, const Matrix& b) {
    const auto x = a.queues(), y = b.queues();
    return (x - y) | (y - x);
}

std::optional<Drift> matrix_drift(const std::string& name, const Definition& defined, const ActiveMatrix* active) {
    if (defined.active && active == nullptr)
        return Drift{Drift::Kind::matrix_missing, name, defined.matrix.queues(),
                     fmt::format("{0} shall be active, but there is no such mdev; apctl start {0} creates it", name)};
    // A nameless definition is mdevctl's or libvirt's: whether it runs is their wish, and we have none.
    if (!defined.active && !defined.name.empty() && active != nullptr)
        return Drift{Drift::Kind::matrix_active, name, active->assigned.queues(),
                     fmt::format("{0} shall be stopped, but its mdev exists; apctl stop {0} removes it, apctl start {0} keeps it",
                                 name)};
    if (active != nullptr && !may_be(*active, defined.matrix))
        return Drift{Drift::Kind::matrix_differs, name, difference(defined.matrix, active->assigned),
                     fmt::format("{0} is active with other ids than defined; apctl start {0} brings back the definition, apctl adopt {0} keeps what runs", name)};
    return std::nullopt;
}

/// mdevctl stop and virsh nodedev-destroy do that without a word, and no guest is told (kernel-abi 6.2).
void removed_drift(const HostState& host, const Wanted& wanted, std::vector<Drift>& out) {
    const auto who = [](const std::string& holder) { return holder.empty() ? std::string("whoever") : holder; };
    for (const auto& [uuid, active] : host.matrices) {
        if (!active.going) continue;
        const auto name = display_name(wanted, uuid);
        out.push_back({Drift::Kind::removed_in_use, name, active.assigned.queues(),
                       fmt::format("{} is being removed by somebody else while {} has it open, which sees its queues no more; the removal waits until it lets go",
                                   name, who(active.holder))});
    }
    for (const auto& [uuid, holder] : host.bereft) {
        const auto defined = wanted.definitions.find(uuid);
        if (defined == wanted.definitions.end()) continue;
        const auto name = display_name(wanted, uuid);
        out.push_back({Drift::Kind::removed_in_use, name, defined->second.matrix.queues(),
                       fmt::format("{0} was removed by somebody else while {1} had it open, which goes on without its queues; apctl start {0} makes the matrix again, then it "
                                   "is to be attached to the guest",
                                   name, who(holder))});
    }
}

/// Whichever of the two starts first has the queues, after the next boot if not now.
void overlap_drift(const Wanted& wanted, std::vector<Drift>& out) {
    const auto shall_run = [](const Definition& d) { return d.active || d.autostart; };
    for (auto one = wanted.definitions.begin(); one != wanted.definitions.end(); ++one) {
        if (!shall_run(one->second)) continue;
        for (auto other = std::next(one); other != wanted.definitions.end(); ++other) {
            const auto& a = one->second.matrix;
            const auto& b = other->second.matrix;
            if (!shall_run(other->second) || !share_a_queue(a, b)) continue;
            const auto common = QueueSet::rectangle(a.adapters & b.adapters, a.domains & b.domains);
            const auto name = display_name(wanted, one->first);
            out.push_back({Drift::Kind::definitions_overlap, name, common,
                           fmt::format("{0} are in the definitions of {1} and {2}, which shall both run; whichever starts first has them; apctl modify "
                                       "takes them out of one",
                                       describe(common), name, display_name(wanted, other->first))});
        }
    }
}

} // namespace

bool may_be(const ActiveMatrix& active, const Matrix& matrix) {
    if (!active.cut) return active.assigned == matrix;
    // Of a matrix that the kernel cuts, the domains are certain, and the adapters but the last.
    return active.assigned.domains == matrix.domains && active.assigned.control == matrix.control &&
           active.assigned.adapters.subset_of(matrix.adapters);
}

std::string to_string(Drift::Kind kind) {
    switch (kind) {
    case Drift::Kind::mask_freed: return "mask_freed";
    case Drift::Kind::mask_taken: return "mask_taken";
    case Drift::Kind::unbound: return "unbound";
    case Drift::Kind::override_set: return "override_set";
    case Drift::Kind::override_missing: return "override_missing";
    case Drift::Kind::masks_locked: return "masks_locked";
    case Drift::Kind::matrix_missing: return "matrix_missing";
    case Drift::Kind::matrix_foreign: return "matrix_foreign";
    case Drift::Kind::matrix_differs: return "matrix_differs";
    case Drift::Kind::matrix_active: return "matrix_active";
    case Drift::Kind::removed_in_use: return "removed_in_use";
    case Drift::Kind::definitions_overlap: return "definitions_overlap";
    }
    std::unreachable();
}

std::vector<Drift> drift_between(const HostState& host, const Wanted& wanted) {
    std::vector<Drift> out;
    if (!host.bus_present) return out; // Nothing can be compared; that the bus is missing is a property of its own.
    const auto pool = guest_pool_of(wanted);
    if (bind_mode(host, wanted.binding) == BindMode::masks) masks_drift(host, wanted, pool, out);
    else overrides_drift(host, pool, out);
    unbound_drift(host, out);
    if (host.masks_locked)
        out.push_back({Drift::Kind::masks_locked, "masks", {},
                       "a queue has vanished while it had a driver_override: this kernel takes no mask until the next boot; overrides go on working"});
    for (const auto& [uuid, defined] : wanted.definitions) {
        const auto active = host.matrices.find(uuid);
        auto drift = matrix_drift(display_name(wanted, uuid), defined, active == host.matrices.end() ? nullptr : &active->second);
        if (drift) out.push_back(std::move(*drift));
    }
    removed_drift(host, wanted, out);
    overlap_drift(wanted, out);
    for (const auto& [uuid, active] : host.matrices)
        if (!wanted.definitions.contains(uuid))
            out.push_back({Drift::Kind::matrix_foreign, to_string(uuid), active.assigned.queues(),
                           fmt::format("{0} is active without a definition; apctl adopt {0} takes it over", to_string(uuid))});
    return out;
}

} // namespace ap
