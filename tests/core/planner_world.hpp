// SPDX-License-Identifier: LGPL-2.1-or-later
// Random small hosts with everything that makes planning hard, random changes of mind, and the kernel's rules for single
// writes, stated once more and strictly.
#pragma once

#include "core/mask_solver.hpp"
#include "core/parse.hpp"
#include "core/planner.hpp"
#include "core/predictor.hpp"

#include <gtest/gtest.h>
// rapidcheck's header wants gtest's before it.
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>

namespace ap::world {

constexpr unsigned side = 5; ///< ids 0..4 can exist; 5 never does

inline Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }
inline Uuid uuid(unsigned n) {
    Uuid out;
    out.bytes[15] = static_cast<std::uint8_t>(n);
    return out;
}
/// 0..n-1, evenly from the first case on (rapidcheck starts small); failures shrink towards 0 and "no".
inline unsigned below(unsigned n) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0u, n)); }
inline bool one_in(unsigned n) { return below(n) == n - 1; }
inline QueueSet grid(unsigned adapters, unsigned domains) {
    QueueSet out;
    for (unsigned a = 0; a < adapters; ++a)
        for (unsigned d = 0; d < domains; ++d) out.insert(q(a, d));
    return out;
}
inline QueueSet some_of(const QueueSet& set, unsigned n) {
    QueueSet out;
    set.for_each([&](Apqn queue) {
        if (one_in(n)) out.insert(queue);
    });
    return out;
}
template <class Id>
IdSet<Id> some_ids(unsigned n, unsigned limit = side) {
    IdSet<Id> out;
    for (unsigned i = 0; i < limit; ++i)
        if (one_in(n)) out.insert(static_cast<Id>(i));
    return out;
}
inline Matrix some_matrix() {
    // Now and then an id that does not exist: over-provisioning.
    const auto n = *rc::gen::element(2u, 3u, 4u);
    return {some_ids<Apid>(n, one_in(4) ? side + 1 : side), some_ids<Apqi>(n, one_in(4) ? side + 1 : side), some_ids<Apqi>(3)};
}

struct World {
    HostState now;
    Wanted was, want;
    PlanOptions options;
    bool overrides = false; ///< bound by driver_override now
    bool tidy = true; ///< no unbound queue, nothing filtered that need not be: undo can be exact
};

/// An mdev may come to be if no other has one of its queues and nobody keeps them.
inline bool fits(const HostState& host, const QueueSet& keep, const Matrix& m) {
    if (keep.intersects(m.queues())) return false;
    for (const auto& [uuid, other] : host.matrices)
        if (share_a_queue(other.assigned, m)) return false;
    return true;
}

inline void make_features(HostState& host) {
    host.bus_present = host.vfio_ap_present = true;
    host.has_driver_override = one_in(2);
    host.has_ap_config = host.has_driver_override || !one_in(3);
    host.in_use_rule = host.has_driver_override ? InUseRule::all_opposite : InUseRule::current_opposite;
    host.max_adapter = host.max_domain = 63;
}

inline void make_hardware(HostState& host) {
    for (unsigned i = 0; i < side; ++i) {
        host.host_adapters.insert(static_cast<Apid>(i));
        host.host_domains.insert(static_cast<Apqi>(i));
        host.host_control.insert(static_cast<Apqi>(i));
    }
    if (one_in(5)) host.host_adapters.erase(static_cast<Apid>(below(side)));
    if (one_in(5)) host.host_domains.erase(static_cast<Apqi>(below(side)));
    const auto possible = QueueSet::rectangle(host.host_adapters, host.host_domains);
    host.present = possible - some_of(possible, *rc::gen::element(4u, 10u, 100u));
    for (Apid a : host.present.adapters()) host.adapters[a].online = true;
}

/// Without ids that do not exist on all the others: with overrides there is no matrix with an absent queue.
inline Matrix existing_part(const HostState& host, Matrix m) {
    for (Apid a : AdapterSet(m.adapters))
        if (!m.domains.subset_of(host.present.row(a))) m.adapters.erase(a);
    return m;
}

inline void make_matrices(World& w) {
    const auto count = below(4);
    for (unsigned i = 1; i <= count; ++i) {
        auto m = some_matrix();
        if (w.overrides) m = existing_part(w.now, m);
        if (!fits(w.now, w.was.keep, m)) continue;
        w.now.matrices[uuid(i)] = {m, {}, one_in(2), ""};
        if (one_in(5)) continue; // foreign: no definition
        w.was.definitions[uuid(i)] = {"m" + std::to_string(i), one_in(8) ? some_matrix() : m, true, !one_in(8)};
    }
}

/// What is wanted is marked and with vfio_ap; now and then somebody has marked more, or keeps a queue to the host's driver.
inline void make_overrides(World& w) {
    auto& host = w.now;
    QueueSet marked = w.was.reserved;
    for (const auto& [uuid, m] : host.matrices) marked |= m.assigned.queues();
    marked &= host.present;
    if (one_in(4)) marked |= some_of(host.present - w.was.keep, 6);
    marked.for_each([&](Apqn queue) { set_override(host, queue, guest_driver_name); });
    if (one_in(4)) some_of(host.present - marked, 8).for_each([&](Apqn queue) { set_override(host, queue, one_in(2) ? "cex4queue" : "other"); });
    host.guest = marked;
    host.host = host.present - marked;
    for (const auto& [queue, text] : host.other_overrides)
        if (text != "cex4queue") host.host.erase(queue);
    for (auto& [uuid, m] : host.matrices) m.effective = effective_matrix(host, m.assigned);
}

/// Masks as apctl would have chosen them, or with more bits cleared by somebody else; drivers as the masks say.
inline void make_binding(World& w) {
    auto& host = w.now;
    if (w.overrides) return make_overrides(w);
    auto held = QueueSet{};
    for (const auto& [uuid, m] : host.matrices) held |= m.assigned.queues();
    const auto masks = choose_masks({w.was.reserved | held, w.was.keep, host.present, {}, {}});
    RC_PRE(masks.has_value());
    host.apmask = masks->apmask;
    host.aqmask = masks->aqmask;
    if (one_in(3)) host.apmask -= some_ids<Apid>(5) - w.was.keep.adapters();
    if (one_in(3)) host.aqmask -= some_ids<Apqi>(5) - w.was.keep.domains();
    host.host = host.present & reserved_by_masks(host);
    host.guest = host.present - host.host;
    for (auto& [uuid, m] : host.matrices) m.effective = effective_matrix(host, m.assigned);
}

/// Unbound queues, and adapters that are filtered though no queue is missing (kernel-abi, C28).
inline void make_untidy(World& w) {
    w.tidy = !one_in(3);
    if (w.tidy) return;
    auto unbound = some_of(w.now.present - w.was.keep, 4);
    for (const auto& [queue, text] : w.now.other_overrides) unbound.erase(queue);
    w.now.host -= unbound;
    w.now.guest -= unbound;
    for (auto& [uuid, m] : w.now.matrices) {
        m.effective = effective_matrix(w.now, m.assigned);
        if (one_in(3)) m.effective.adapters -= some_ids<Apid>(2);
    }
}

/// One change of mind about one matrix.
inline void change_matrix(World& w) {
    const auto id = uuid(1 + below(5));
    const auto at = w.want.definitions.find(id);
    w.options.touched.insert(id);
    if (at == w.want.definitions.end()) {
        w.want.definitions[id] = {"new" + to_string(id).substr(34), some_matrix(), true, !one_in(4)};
        return;
    }
    auto& d = at->second;
    switch (below(6)) {
    case 0: d.active = !d.active; break;
    case 1: d.matrix = some_matrix(); break;
    case 2: d.matrix.adapters = some_ids<Apid>(2); break;
    case 3: d.matrix.domains = some_ids<Apqi>(2); break;
    case 4: w.want.definitions.erase(at); break;
    default: break; // said again
    }
}

inline void change_pools(World& w) {
    const auto all = grid(side, side);
    if (one_in(2)) w.want.reserved |= some_of(all, 8) - w.want.keep;
    if (one_in(2)) w.want.reserved -= some_of(all, 2);
    if (one_in(3)) w.want.keep |= some_of(w.now.host, 6) - w.want.reserved;
    if (one_in(3)) w.want.keep -= some_of(all, 2);
}

/// What a property is about; the others are about everything.
enum class Way { any, overrides, conversion };

/// A conversion that is not refused for a running guest.
inline void make_conversion(World& w) {
    w.want.binding = w.overrides ? BindChoice::masks : BindChoice::overrides;
    w.options.convert_to = mode_named(w.want.binding);
    for (auto& [uuid, m] : w.now.matrices) m.in_use = false;
}

inline World some_world(Way way = Way::any) {
    World w;
    make_features(w.now);
    if (way != Way::any) {
        w.now.has_driver_override = w.now.has_ap_config = true;
        w.now.in_use_rule = InUseRule::all_opposite;
    }
    make_hardware(w.now);
    w.overrides = way == Way::overrides || (w.now.has_driver_override && one_in(2));
    w.was.binding = w.overrides ? BindChoice::overrides : BindChoice::masks;
    if (one_in(3)) w.was.keep = some_of(w.now.present, 12);
    make_matrices(w);
    if (one_in(2)) w.was.reserved = some_of(grid(side + 1, side), 10) - w.was.keep;
    make_binding(w);
    make_untidy(w);
    w.want = w.was;
    for (auto n = 1 + below(3); n > 0; --n) change_matrix(w);
    if (one_in(2)) change_pools(w);
    if (way == Way::any && w.now.has_driver_override && one_in(4)) w.options.convert_to = mode_named(w.want.binding); // to what it is already
    if (way == Way::conversion || (w.options.convert_to && one_in(2))) make_conversion(w);
    w.options.disrupt = one_in(2);
    return w;
}

// --- For the reader of a failure -----------------------------------------------------------------------------------------

inline std::string show(const Matrix& m) {
    return "{" + describe(m.adapters) + " x " + describe(m.domains) + "; control " + describe(m.control) + "}";
}
inline std::string show(const HostState& host) {
    std::string out = std::string(host.has_ap_config ? "ap_config" : "single edits") +
                      (host.in_use_rule == InUseRule::all_opposite ? ", all opposite bits" : ", current opposite bits") +
                      (host.has_driver_override ? ", driver_override" : "") + "\n  marked " + describe(marked_for_guests(host), 30) + "; others marked " +
                      describe(host.overridden - marked_for_guests(host), 30) +
                      "\n  clear in apmask: " + describe(~host.apmask) + "; in aqmask: " + describe(~host.aqmask) +
                      "\n  adapters " + describe(host.host_adapters) + "; domains " + describe(host.host_domains) +
                      "\n  host " + describe(host.host, 30) + "\n  vfio_ap " + describe(host.guest, 30) + "\n  unbound " +
                      describe(host.present - host.host - host.guest, 30) + "\n";
    for (const auto& [uuid, m] : host.matrices)
        out += "  mdev " + to_string(uuid).substr(34) + " " + show(m.assigned) + " sees " +
               show(m.effective) + (m.in_use ? " in use\n" : "\n");
    return out;
}
inline std::string show(const Wanted& wanted) {
    std::string out = "  reserved " + describe(wanted.reserved, 30) + "; keep " + describe(wanted.keep, 30) + "\n";
    for (const auto& [uuid, d] : wanted.definitions)
        out += "  definition " + to_string(uuid).substr(34) + " " + show(d.matrix) + (d.active ? " active\n" : "\n");
    return out;
}
inline std::string show(const World& w) {
    std::string out = "now: " + show(w.now) + "was:\n" + show(w.was) + "want:\n" + show(w.want) + "touched:";
    for (const auto& uuid : w.options.touched) out += " " + to_string(uuid).substr(34);
    if (w.options.convert_to) out += "\nconvert to " + to_string(w.want.binding);
    return out + (w.options.disrupt ? "\ndisrupt" : "") + "\n";
}

// --- The kernel's rules for one write ------------------------------------------------------------------------------------

/// kernel-abi 10: is one of the bits refused?
template <class Id, class Other>
bool refused(const HostState& host, const IdSet<Id>& newly, IdSet<Id> Matrix::*ids,
             IdSet<Other> Matrix::*others, const IdSet<Other>& opposite) {
    for (const auto& [uuid, m] : host.matrices) {
        const auto& asked = host.in_use_rule == InUseRule::all_opposite ? IdSet<Other>::all() : opposite;
        if (newly.intersects(m.assigned.*ids) && asked.intersects(m.assigned.*others)) return true;
    }
    return false;
}

/// kernel-abi 7.1: the whole matrix is validated, whatever changes.
inline std::optional<std::string> refused_matrix(const HostState& host, const Uuid& uuid, const Matrix& m) {
    const auto given = host.guest & host.overridden; // kernel-abi 5.3
    if ((m.queues() - given).intersects(reserved_by_masks(host))) return "EADDRNOTAVAIL";
    for (const auto& [other, theirs] : host.matrices)
        if (other != uuid && share_a_queue(theirs.assigned, m)) return "EADDRINUSE";
    return {};
}

struct Kernel {
    const HostState& host;

    std::optional<std::string> operator()(const SetApmask& s) const {
        if (s.before != host.apmask) return "the step starts from another apmask";
        if (s.before == s.after) return "a write that changes nothing";
        if (!host.overridden.empty()) return "EINVAL: overrides";
        if (refused(host, s.after - s.before, &Matrix::adapters, &Matrix::domains, host.aqmask)) return "EBUSY";
        return {};
    }
    std::optional<std::string> operator()(const SetAqmask& s) const {
        if (s.before != host.aqmask) return "the step starts from another aqmask";
        if (s.before == s.after) return "a write that changes nothing";
        if (!host.overridden.empty()) return "EINVAL: overrides";
        if (refused(host, s.after - s.before, &Matrix::domains, &Matrix::adapters, host.apmask)) return "EBUSY";
        return {};
    }
    std::optional<std::string> operator()(const ProbeQueue& s) const {
        if (!host.present.contains(s.queue)) return "ENODEV";
        if (host.host.contains(s.queue) || host.guest.contains(s.queue)) return "bound already";
        return {};
    }
    std::optional<std::string> operator()(const RebindQueue& s) const {
        if (!host.present.contains(s.queue)) return "ENODEV";
        if (binding_of(host, s.queue) != s.before) return "the step starts from another binding";
        if (s.before == s.after) return "a step that changes nothing";
        if (s.before.driver_override != s.after.driver_override && (host.apmask != AdapterSet::all() || host.aqmask != DomainSet::all()))
            return "EINVAL: masks";
        // The kernel would not object, and that is why the plan has to.
        const bool leaves = s.before.driver == Driver::guest && s.after.driver != Driver::guest;
        for (const auto& [uuid, m] : host.matrices)
            if (leaves && holds(m.assigned, s.queue)) return "takes a queue from under a matrix";
        if (binding_of(after(host, s), s.queue) != s.after) return "does not end where it says";
        return {};
    }
    std::optional<std::string> operator()(const CreateMdev& s) const {
        if (host.matrices.contains(s.uuid)) return "EEXIST";
        return {};
    }
    std::optional<std::string> operator()(const RemoveMdev& s) const {
        const auto at = host.matrices.find(s.uuid);
        if (at == host.matrices.end()) return "ENOENT";
        if (at->second.in_use) return "would block for ever";
        if (!at->second.assigned.empty()) return "not empty";
        return {};
    }
    std::optional<std::string> operator()(const SetMatrix& s) const {
        if (!host.has_ap_config) return "no ap_config";
        const auto at = host.matrices.find(s.uuid);
        if (at == host.matrices.end()) return "ENOENT";
        if (at->second.assigned != s.before) return "the step starts from another matrix";
        return refused_matrix(host, s.uuid, s.after);
    }
    std::optional<std::string> operator()(const EditMatrix& s) const {
        const auto at = host.matrices.find(s.uuid);
        if (at == host.matrices.end()) return "ENOENT";
        const auto then = after(host, s).matrices.at(s.uuid).assigned;
        if (then == at->second.assigned) return "an edit that changes nothing";
        return s.assign ? refused_matrix(host, s.uuid, then) : std::nullopt;
    }
    std::optional<std::string> operator()(const SetDefinition&) const { return {}; }
    std::optional<std::string> operator()(const SetPools&) const { return {}; }
    std::optional<std::string> operator()(const SetBindChoice&) const { return {}; }
    std::optional<std::string> operator()(const SetDrain&) const { return {}; }
};
/// Why a kernel would not do this step, or would do something a plan must not rely on.
inline std::optional<std::string> kernel_objects(const HostState& host, const Step& step) {
    return std::visit(Kernel{host}, step);
}

} // namespace ap::world
