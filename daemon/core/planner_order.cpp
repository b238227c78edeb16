// SPDX-License-Identifier: LGPL-2.1-or-later
// The order of steps. Who loses comes before who gains, and the host is both:
//
//   0 overrides mend       Where overrides are in use: what a matrix has and keeps, but vfio_ap has lost, comes back first, because the
//                          kernel takes no whole matrix with such a queue in it.
//   1 matrices shrink      A queue is in one matrix at a time (EADDRINUSE), and the host takes none that is in a matrix
//                          (EBUSY), so whoever gives lets go first. Matrices that go are emptied, then removed.
//                          Only who can tide its guest over lets go in 6: it grows first, see planner_exchange.cpp.
//   2 mask bits clear      old -> old AND new, in both masks. Clearing is never refused, and takes no queue from
//                          the host that it has in the end: old AND new is a rectangle, the intersection of both.
//   3 mask bits set        old AND new -> new. Every rectangle on the way lies inside the new one, which has no wanted
//                          queue; what matrices hold now is wanted; so the kernel's in-use check has nothing to object
//                          to. (From 6.19 it also objects to bits; those are frozen when the masks are chosen.)
//                          The two masks cannot change together, but this way every queue moves at most once.
//                          With overrides, instead of 2 and 3: each wanted queue is marked, then moved to vfio_ap. Whoever
//                          gives has let go in 1. Why a conversion does both is told in planner_overrides.cpp.
//   4 unbound queues bind  Mask writes do not bind the unbound (kernel-abi 3.2); before they are assigned, so that the
//                          guest gets the whole adapter at once.
//   5 matrices are made    and
//   6 grow                 now that no one else has their queues. First those that also let go, each before the one that waits for
//                          what it gives.
//   7 queues go back       With overrides only: at the very end, so that a guest that swaps can grow first; no matrix has
//                          them any more.
//   8 records              say what is true, hence last.
#include "core/planner_goal.hpp"

#include "core/duration.hpp"
#include "core/model.hpp"
#include "core/predictor.hpp"
#include "core/rectangles.hpp"

#include <algorithm>

namespace ap::planning {
namespace {

class Order {
  public:
    Order(const HostState& now, const Goal& goal, const MaskChoice& masks);
    Sequence run();

  private:
    void shrink(const Target& target);
    void change_masks();
    void bind();
    void add(const std::vector<Step>& steps);
    [[nodiscard]] QueueSet lasting() const;
    void bind_unbound();
    void grow(const Target& target);
    [[nodiscard]] std::optional<Apid> adapter_hidden_by_growth(const Target& target) const;
    void refilter(const Target& target);

    [[nodiscard]] std::vector<const Target*> tided_over() const;
    [[nodiscard]] bool grows_first(const Target& target) const;
    [[nodiscard]] bool can_grow_first(const Target& target) const;
    [[nodiscard]] bool host_needs_lost(const Target& target) const;
    [[nodiscard]] bool blocks_bits(const Matrix& held) const;

    void set_matrix(const Uuid& uuid, const Matrix& to);
    template <class Id>
    void edit(const Uuid& uuid, EditMatrix::What what, const IdSet<Id>& ids, bool assign);

    const HostState& now_;
    const Goal& goal_;
    const MaskChoice& masks_;
    std::vector<const Target*> growing_first_; ///< in their order; they let go when they have grown
    Sequence sequence_;
};

Order::Order(const HostState& now, const Goal& goal, const MaskChoice& masks)
    : now_(now), goal_(goal), masks_(masks), growing_first_(tided_over()), sequence_{now, {}, {}} {}

Sequence Order::run() {
    const bool overrides = goal_.mode == BindMode::overrides;
    if (overrides != goal_.converts) add(gifts_to_guests(sequence_.host, lasting()));
    for (const auto& target : goal_.targets) shrink(target);
    bind();
    for (const auto& target : goal_.targets)
        if (target.wanted && !target.exists) sequence_.add(CreateMdev{target.uuid});
    for (const auto* target : growing_first_) grow(*target);
    for (const auto& target : goal_.targets) grow(target); // the others; of these nothing is left to do
    for (const auto& target : goal_.targets) refilter(target);
    if (overrides) add(returns_to_host(sequence_.host, goal_));
    return std::move(sequence_);
}

void Order::add(const std::vector<Step>& steps) {
    for (const auto& step : steps) sequence_.add(step);
}

// --- 0: what matrices have and keep ---------------------------------------------------------------------------------------

QueueSet Order::lasting() const {
    QueueSet out;
    for (const auto& [uuid, matrix] : goal_.staying) insert(out, matrix->assigned);
    for (const auto& t : goal_.targets) out.insert(t.before.adapters & t.after.adapters, t.before.domains & t.after.domains);
    return out;
}

// --- 1: shrink ---------------------------------------------------------------------------------------------------------

void Order::shrink(const Target& target) {
    if (!target.exists) return;
    if (!target.wanted) {
        set_matrix(target.uuid, {}); // empty first: undoing RemoveMdev is then CreateMdev and no more
        sequence_.add(RemoveMdev{target.uuid});
    } else if (goal_.converts) {
        if (exceeds(target.before, {})) set_matrix(target.uuid, {{}, {}, target.before.control});
    } else if (!exceeds(target.after, target.before)) {
        if (exceeds(target.before, target.after)) set_matrix(target.uuid, target.after);
    } else if (exceeds(target.before, target.after) && !grows_first(target)) {
        set_matrix(target.uuid, {target.before.adapters & target.after.adapters,
                                 target.before.domains & target.after.domains, target.before.control});
    }
}

std::vector<const Target*> Order::tided_over() const {
    std::vector<const Target*> able;
    for (const auto& target : goal_.targets)
        if (!goal_.converts && target.exists && target.wanted && exceeds(target.before, target.after) && exceeds(target.after, target.before) &&
            can_grow_first(target))
            able.push_back(&target);
    return in_order_of_exchange(std::move(able));
}

bool Order::grows_first(const Target& target) const { return std::ranges::find(growing_first_, &target) != growing_first_.end(); }

/// {3} -> {5} by way of {3,5}: a running guest never drops to zero. The way is open when the union is itself old and new
/// and no more (one side stays), when the host does not wait for the queues that go, and when vfio_ap still has them: what it has lost and the
/// matrix does not keep is not mended, and the kernel takes no union with that in it.
bool Order::can_grow_first(const Target& target) const {
    const auto &before = target.before, &after = target.after;
    if (before.adapters != after.adapters && before.domains != after.domains) return false;
    const Matrix goes = before.adapters == after.adapters ? Matrix{before.adapters, before.domains - after.domains, {}}
                                                          : Matrix{before.adapters - after.adapters, before.domains, {}};
    return can_be_written(now_, goes, goal_.mode) && !host_needs_lost(target) && !blocks_bits(before);
}

bool Order::host_needs_lost(const Target& target) const {
    if (goal_.mode != BindMode::masks) return false;
    for (Apid a : target.before.adapters)
        if (masks_.apmask.contains(a) && row_without(target.before, target.after, a).intersects(masks_.aqmask)) return true;
    return false;
}

/// Would this matrix make a kernel >= 6.19 refuse a bit that phase 3 sets, or the undoing of one that phase 2 clears?
bool Order::blocks_bits(const Matrix& held) const {
    if (now_.in_use_rule != InUseRule::all_opposite) return false;
    return (held.adapters & masks_.apmask) != (held.adapters & now_.apmask) ||
           (held.domains & masks_.aqmask) != (held.domains & now_.aqmask);
}

// --- 2 and 3: masks, or overrides --------------------------------------------------------------------------------------

void Order::bind() {
    if (goal_.converts && goal_.mode == BindMode::masks) add(cleared_overrides(sequence_.host));
    change_masks();
    if (goal_.mode == BindMode::overrides) add(gifts_to_guests(sequence_.host, goal_.free));
    else bind_unbound();
}

void Order::change_masks() {
    const auto apmask = [&](const AdapterSet& to) {
        if (auto from = sequence_.host.apmask; from != to) sequence_.add(SetApmask{from, to});
    };
    const auto aqmask = [&](const DomainSet& to) {
        if (auto from = sequence_.host.aqmask; from != to) sequence_.add(SetAqmask{from, to});
    };
    apmask(now_.apmask & masks_.apmask);
    aqmask(now_.aqmask & masks_.aqmask);
    apmask(masks_.apmask);
    aqmask(masks_.aqmask);
}

// --- 4: unbound queues -------------------------------------------------------------------------------------------------

void Order::bind_unbound() {
    if (!now_.vfio_ap_present) return;
    const auto& host = sequence_.host;
    const auto unbound = (goal_.free & host.present) - host.host - host.guest - host.overridden - reserved_by_masks(host);
    unbound.for_each([&](Apqn queue) { sequence_.add(ProbeQueue{queue}); });
}

// --- 5 and 6: grow -----------------------------------------------------------------------------------------------------

void Order::grow(const Target& target) {
    if (!target.wanted) return;
    const auto current = sequence_.host.matrices.at(target.uuid).assigned;
    if (current == target.after) return;
    if (const auto hidden = adapter_hidden_by_growth(target))
        edit(target.uuid, EditMatrix::What::adapter, AdapterSet{*hidden}, false);
    // Still what it was before although it gives and takes: it grows first, then lets go.
    if (exceeds(current, target.after))
        set_matrix(target.uuid, {current.adapters | target.after.adapters,
                                 current.domains | target.after.domains, current.control});
    set_matrix(target.uuid, target.after);
}

/// A domain that comes in can hide an adapter (a queue is missing), and taking it out again would not show it: undo has to end
/// with an assign too. So the adapter, which the guest is about to lose anyhow, goes out first and comes back last.
std::optional<Apid> Order::adapter_hidden_by_growth(const Target& target) const {
    if (now_.has_ap_config) return std::nullopt;
    const auto seen = sequence_.host.matrices.at(target.uuid).effective.adapters & target.after.adapters;
    const auto hidden = seen - effective_matrix(sequence_.host, target.after).adapters;
    if (hidden.empty()) return std::nullopt;
    return *hidden.begin();
}

/// Unassigning filters nothing, so an adapter that was filtered because of a queue that has left stays filtered (C28).
/// Writing the matrix back heals it; without ap_config, taking out and putting back an id that no guest sees
/// does, because assigning filters the whole matrix.
void Order::refilter(const Target& target) {
    if (!target.wanted || !now_.has_guest_matrix) return;
    const auto& matrix = sequence_.host.matrices.at(target.uuid);
    if (!can_be_written(sequence_.host, matrix.assigned, goal_.mode)) return; // the kernel would refuse it
    const auto seen = effective_matrix(sequence_.host, matrix.assigned);
    if (seen.adapters == matrix.effective.adapters && seen.domains == matrix.effective.domains) return;
    const auto adapters = seen.adapters - matrix.effective.adapters;
    const auto domains = seen.domains - matrix.effective.domains;
    if (now_.has_ap_config) {
        sequence_.add(SetMatrix{target.uuid, matrix.assigned, matrix.assigned});
    } else if (!adapters.empty()) {
        const AdapterSet one{*adapters.begin()};
        edit(target.uuid, EditMatrix::What::adapter, one, false);
        edit(target.uuid, EditMatrix::What::adapter, one, true);
    } else if (!domains.empty()) {
        const DomainSet one{*domains.begin()};
        edit(target.uuid, EditMatrix::What::domain, one, false);
        edit(target.uuid, EditMatrix::What::domain, one, true);
    }
}

// --- Writing a matrix --------------------------------------------------------------------------------------------------

/// One ap_config write, or single ids: first out, then in, so that every product on the way is old or new; adapters
/// first, since without adapters no queue is left to be in the way.
void Order::set_matrix(const Uuid& uuid, const Matrix& to) {
    const auto from = sequence_.host.matrices.at(uuid).assigned;
    if (from == to) return;
    if (now_.has_ap_config && can_be_written(sequence_.host, to, goal_.mode)) {
        sequence_.add(SetMatrix{uuid, from, to});
        return;
    }
    using What = EditMatrix::What;
    edit(uuid, What::adapter, from.adapters - to.adapters, false);
    edit(uuid, What::domain, from.domains - to.domains, false);
    edit(uuid, What::control, from.control - to.control, false);
    edit(uuid, What::control, to.control - from.control, true);
    edit(uuid, What::domain, to.domains - from.domains, true);
    edit(uuid, What::adapter, to.adapters - from.adapters, true);
}

template <class Id>
void Order::edit(const Uuid& uuid, EditMatrix::What what, const IdSet<Id>& ids, bool assign) {
    for (Id id : ids) sequence_.add(EditMatrix{uuid, what, to_int(id), assign});
}

} // namespace

void Sequence::add(const Step& step) {
    add_time_of(step, host, duration);
    advance(host, step);
    steps.push_back(step);
}

Sequence kernel_steps(const HostState& now, const Goal& goal, const MaskChoice& masks) { return Order(now, goal, masks).run(); }

/// Where nothing was in use before and nothing is afterwards, another choice alone is no conversion.
BindModes bind_modes(const HostState& now, const HostState& after, const Wanted& was, const Goal& goal) {
    const auto before = bind_mode(now, was.binding);
    return {before, goal.converts || mode_in_use(after) ? goal.mode : before};
}

std::vector<Step> record_steps(const Wanted& was, const Wanted& want, const BindModes& modes) {
    std::vector<Step> steps;
    for (const auto& [uuid, before] : was.definitions) {
        const auto at = want.definitions.find(uuid);
        if (at == want.definitions.end()) steps.push_back(SetDefinition{uuid, before, {}});
        else if (at->second != before) steps.push_back(SetDefinition{uuid, before, at->second});
    }
    for (const auto& [uuid, after] : want.definitions)
        if (!was.definitions.contains(uuid)) steps.push_back(SetDefinition{uuid, {}, after});
    if (was.binding != want.binding || modes.before != modes.after) steps.push_back(SetBindChoice{was.binding, want.binding, modes.before, modes.after});
    if (was.reserved != want.reserved || was.keep != want.keep)
        steps.push_back(SetPools{was.reserved, want.reserved, was.keep, want.keep});
    for (auto& step : drain_records(was, want)) steps.push_back(std::move(step));
    return steps;
}

} // namespace ap::planning
