// SPDX-License-Identifier: LGPL-2.1-or-later
// Why not: every reason that speaks against a wish or its steps, in an order that never changes.
#include "core/parse.hpp"
#include "core/planner_goal.hpp"
#include "core/rectangles.hpp"

#include <fmt/format.h>

namespace ap::planning {
namespace {

Error conflict(std::string subject, std::string reason, std::string remedy) {
    return {Fault::conflict, std::move(subject), std::move(reason), std::move(remedy), 0};
}

/// One visit to everything that can stand in the way of a goal.
class Validator {
  public:
    Validator(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal)
        : now_(now), was_(was), want_(want), goal_(goal) {}
    std::vector<Error> run();

  private:
    void check_maxima();
    void check_age();
    void check_overlaps();
    void check_keep();
    void check_running();

    void name_holders(const Target& target);
    void check_holder(const Target& target, const Uuid& holder, const Matrix& matrix, std::string_view state);
    [[nodiscard]] std::string name(const Uuid& uuid) const { return name_of(was_, want_, uuid); }

    const HostState& now_;
    const Wanted& was_;
    const Wanted& want_;
    const Goal& goal_;
    std::vector<Error> errors_;
};

std::vector<Error> Validator::run() {
    check_maxima();
    check_age();
    check_overlaps();
    check_keep();
    check_running();
    return std::move(errors_);
}

template <class Id>
IdSet<Id> above(const IdSet<Id>& ids, unsigned max) {
    IdSet<Id> out;
    for (Id id : ids)
        if (to_int(id) > max) out.insert(id);
    return out;
}

/// The kernel says ENODEV to ids above its maxima. (In the masks they do no harm, so reservations may name them.)
void Validator::check_maxima() {
    for (const auto& [uuid, d] : want_.definitions) {
        if (auto at = was_.definitions.find(uuid); at != was_.definitions.end() && at->second == d) continue;
        const auto refuse = [&](std::string_view what, const std::string& ids, unsigned max) {
            errors_.push_back({Fault::invalid, name(uuid),
                               fmt::format("{} {}: this host ends at {} (0x{:02x})", what, ids, max, max),
                               "choose ids that this host can have: apctl list", 0});
        };
        if (auto a = above(d.matrix.adapters, now_.max_adapter); !a.empty()) refuse("adapter", describe(a), now_.max_adapter);
        if (auto u = above(d.matrix.domains, now_.max_domain); !u.empty()) refuse("domain", describe(u), now_.max_domain);
        if (auto c = above(d.matrix.control, now_.max_domain); !c.empty()) refuse("control domain", describe(c), now_.max_domain);
    }
}

/// Their queues would leave the host for nobody.
void Validator::check_age() {
    AdapterSet old;
    for (const auto& [id, adapter] : now_.adapters)
        if (too_old_for_guests(adapter)) old.insert(id);
    if (old.empty()) return;
    const auto refuse = [&](const std::string& subject, const AdapterSet& adapters) {
        for (Apid id : adapters & old)
            errors_.push_back(conflict(subject, fmt::format("adapter {} is of hardware type {}, older than CEX4 (type {}): vfio_ap does not take it, so no guest can have it",
                                                            describe(AdapterSet{id}), now_.adapters.at(id).hwtype, oldest_hwtype_for_guests),
                                       "choose other adapters: apctl list adapters"));
    };
    for (const auto& [uuid, d] : want_.definitions) {
        const auto at = was_.definitions.find(uuid);
        const bool as_before = at != was_.definitions.end() && (at->second.active || !d.active); // what somebody else defined can be stopped and renamed
        refuse(name(uuid), as_before ? d.matrix.adapters - at->second.matrix.adapters : d.matrix.adapters);
    }
    refuse("", (want_.reserved - was_.reserved).adapters());
}

// --- Overlaps ----------------------------------------------------------------------------------------------------------

/// One set of all taken queues finds overlaps at once; only then is it asked who.
void Validator::check_overlaps() {
    auto taken = goal_.held;
    std::set<Uuid> targets;
    for (const auto& target : goal_.targets) targets.insert(target.uuid);
    for (const auto& [uuid, d] : want_.definitions)
        if (d.active && !targets.contains(uuid)) insert(taken, d.matrix);
    for (const auto& target : goal_.targets) {
        if (intersects(taken, target.after)) name_holders(target);
        insert(taken, target.after);
    }
}

void Validator::name_holders(const Target& target) {
    std::set<Uuid> asked{target.uuid};
    for (const auto& [uuid, matrix] : goal_.staying) {
        asked.insert(uuid);
        std::string state = matrix->in_use ? "in use by a running guest" : "active";
        if (matrix->in_use && !matrix->holder.empty()) state += fmt::format(" ({})", matrix->holder);
        check_holder(target, uuid, matrix->assigned, state);
    }
    for (const auto& other : goal_.targets) {
        asked.insert(other.uuid);
        // Each pair once, and the later one is the one refused.
        if (other.wanted && other.uuid < target.uuid) check_holder(target, other.uuid, other.after, "to be active");
    }
    for (const auto& [uuid, d] : want_.definitions)
        if (d.active && !asked.contains(uuid)) check_holder(target, uuid, d.matrix, "to be active");
}

void Validator::check_holder(const Target& target, const Uuid& holder, const Matrix& matrix, std::string_view state) {
    if (!share_a_queue(target.after, matrix)) return;
    const auto shared = QueueSet::rectangle(target.after.adapters & matrix.adapters, target.after.domains & matrix.domains);
    const auto who = name(holder);
    errors_.push_back(conflict(name(target.uuid), fmt::format("{} belongs to {}, which is {}", describe(shared), who, state),
                               fmt::format("choose other queues, or take them from {} first: apctl unassign {}", who, who)));
}

// --- Must-keep ---------------------------------------------------------------------------------------------------------

void Validator::check_keep() {
    if (want_.keep.empty()) return;
    const auto refuse = [&](const std::string& subject, std::string_view does, const QueueSet& queues) {
        errors_.push_back(conflict(subject, fmt::format("{} {}, which the host must keep", does, describe(queues)),
                                   "choose other queues, or let the host give these up first: apctl keep --remove"));
    };
    for (const auto& [uuid, d] : want_.definitions)
        if (d.active && intersects(want_.keep, d.matrix)) refuse(name(uuid), "is to have", common(want_.keep, d.matrix));
    if (auto both = want_.keep & want_.reserved; !both.empty()) refuse("", "a reservation has", both);
    // What somebody else's mdev took earlier is drift, and refusing every other wish for it would help nobody.
    const auto newly = want_.keep - was_.keep;
    for (const auto& [uuid, matrix] : goal_.staying) {
        const auto at = want_.definitions.find(uuid);
        const bool said = at != want_.definitions.end() && at->second.active;
        if (!said && intersects(newly, matrix->assigned)) refuse(name(uuid), "has", common(newly, matrix->assigned));
    }
}

// --- Running guests ----------------------------------------------------------------------------------------------------

/// Removing an mdev that is open blocks the writer for ever, and the guest loses its crypto at once (kernel-abi 6.2).
/// No option helps: the guest has to let go.
void Validator::check_running() {
    for (const auto& target : goal_.targets) {
        if (!target.in_use || target.wanted) continue;
        const auto& holder = now_.matrices.at(target.uuid).holder;
        errors_.push_back({Fault::in_use, name(target.uuid),
                           fmt::format("a running guest{} has it open, and the kernel cannot remove it from under a guest",
                                       holder.empty() ? "" : fmt::format(" ({})", holder)),
                           "shut the guest down or detach the device from it first", 0});
    }
}

} // namespace

std::vector<Error> refusals_of_wish(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal) {
    return Validator(now, was, want, goal).run();
}

Error refusal_of_masks(const MaskConflict& c) {
    if (c.free.empty())
        return conflict("masks",
                        fmt::format("the host cannot get {} back: this kernel refuses to set a mask bit "
                                    "while an active matrix uses that adapter or domain",
                                    describe(c.keep)),
                        "stop the matrices on the same adapters and domains first: apctl who-uses");
    return conflict("masks",
                    fmt::format("{} cannot leave the host while the host keeps {}: masks free whole adapters "
                                "and whole domains, and here either takes a kept queue along",
                                describe(c.free), describe(c.keep)),
                    "choose other queues, or let the host give these up first: apctl keep --remove");
}

} // namespace ap::planning
