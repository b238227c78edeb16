// SPDX-License-Identifier: LGPL-2.1-or-later
// Fields of plans and of what they are made of, for json_fields.hpp. The one place where steps get their text.
#pragma once

#include "core/plan.hpp"
#include "engine/json_fields.hpp"

namespace ap::engine::json {

template <class A> void fields(A& a, Like<Matrix> auto& m) { a("adapters", m.adapters), a("domains", m.domains), a("control", m.control); }
template <class A> void fields(A& a, Like<Definition> auto& d) {
    a("name", d.name), a("matrix", d.matrix), a("autostart", d.autostart), a("active", d.active);
}
constexpr auto last_of(Names, BindChoice) { return BindChoice::overrides; }
constexpr auto last_of(Names, BindMode) { return BindMode::overrides; }
constexpr auto last_of(Names, Apid) { return Apid{255}; }
template <class A> void fields(A& a, Like<Drain::Share> auto& s) { a("name", s.name), a("domains", s.domains), a("gone", s.gone); }
template <class A> void fields(A& a, Like<Drain> auto& d) { a("matrices", d.matrices), a("reserved", d.reserved); }
template <class A> void fields(A& a, Like<Wanted> auto& w) {
    a("definitions", w.definitions), a("reserved", w.reserved), a("keep", w.keep), a.later("binding", w.binding);
    a.later("drains", w.drains);
}

// --- Steps

constexpr const char* kind_of(Names, SetApmask*) { return "apmask"; }
constexpr const char* kind_of(Names, SetAqmask*) { return "aqmask"; }
constexpr const char* kind_of(Names, ProbeQueue*) { return "probe"; }
constexpr const char* kind_of(Names, CreateMdev*) { return "create"; }
constexpr const char* kind_of(Names, RemoveMdev*) { return "remove"; }
constexpr const char* kind_of(Names, SetMatrix*) { return "matrix"; }
constexpr const char* kind_of(Names, EditMatrix*) { return "edit"; }
constexpr const char* kind_of(Names, SetDefinition*) { return "definition"; }
constexpr const char* kind_of(Names, SetPools*) { return "pools"; }

constexpr const char* kind_of(Names, RebindQueue*) { return "rebind"; }
constexpr const char* kind_of(Names, SetBindChoice*) { return "binding"; }
constexpr const char* kind_of(Names, SetDrain*) { return "drain"; }

constexpr auto last_of(Names, Driver) { return Driver::guest; }
constexpr auto last_of(Names, EditMatrix::What) { return EditMatrix::What::control; }

template <class A> void fields(A& a, Like<SetApmask> auto& s) { a("before", s.before), a("after", s.after); }
template <class A> void fields(A& a, Like<SetAqmask> auto& s) { a("before", s.before), a("after", s.after); }
template <class A> void fields(A& a, Like<ProbeQueue> auto& s) { a("queue", s.queue); }
template <class A> void fields(A& a, Like<CreateMdev> auto& s) { a("uuid", s.uuid); }
template <class A> void fields(A& a, Like<RemoveMdev> auto& s) { a("uuid", s.uuid); }
template <class A> void fields(A& a, Like<SetMatrix> auto& s) { a("uuid", s.uuid), a("before", s.before), a("after", s.after); }
template <class A> void fields(A& a, Like<EditMatrix> auto& s) { a("uuid", s.uuid), a("what", s.what), a("id", s.id), a("assign", s.assign); }
template <class A> void fields(A& a, Like<SetDefinition> auto& s) { a("uuid", s.uuid), a("before", s.before), a("after", s.after); }
template <class A> void fields(A& a, Like<SetPools> auto& s) {
    a("reserved_before", s.reserved_before), a("reserved_after", s.reserved_after), a("keep_before", s.keep_before), a("keep_after", s.keep_after);
    a.later("taken_over", s.taken_over);
}

template <class A> void fields(A& a, Like<QueueBinding> auto& b) { a("driver_override", b.driver_override), a("driver", b.driver); }
template <class A> void fields(A& a, Like<RebindQueue> auto& s) { a("queue", s.queue), a("before", s.before), a("after", s.after); }
template <class A> void fields(A& a, Like<SetBindChoice> auto& s) {
    a("before", s.before), a("after", s.after);
    a.later("used_before", s.used_before), a.later("used_after", s.used_after);
}
template <class A> void fields(A& a, Like<SetDrain> auto& s) { a("adapter", s.adapter), a("before", s.before), a("after", s.after); }

// --- Effects

constexpr auto last_of(Names, Owner::Kind) { return Owner::Kind::matrix; }

template <class A> void fields(A& a, Like<Owner> auto& o) { a("kind", o.kind), a("matrix", o.matrix); }
template <class A> void fields(A& a, Like<OwnerChange> auto& c) {
    a("from", c.from), a("to", c.to), a("queues", c.queues), a("collateral", c.collateral);
}
template <class A> void fields(A& a, Like<Filtered> auto& f) { a("adapter", f.adapter), a("missing", f.missing); }
template <class A> void fields(A& a, Like<MatrixEffect> auto& e) {
    a("uuid", e.uuid), a("active_before", e.active_before), a("active_after", e.active_after), a("in_use", e.in_use);
    a("before", e.before), a("after", e.after), a("effective_before", e.effective_before), a("effective_after", e.effective_after);
    a("gained", e.gained), a("lost", e.lost), a("filtered", e.filtered);
}
constexpr auto last_of(Names, HostLoss::Kind) { return HostLoss::Kind::default_domain; }
template <class A> void fields(A& a, Like<HostLoss> auto& l) { a("kind", l.kind), a("queues", l.queues); }
template <class A> void fields(A& a, Like<Duration> auto& d) { a("resets", d.resets), a("milliseconds", d.milliseconds); }
template <class A> void fields(A& a, Like<Plan> auto& p) {
    a("generation", p.generation), a("steps", p.steps), a("owners", p.owners), a("matrices", p.matrices), a("notes", p.notes);
    a("apmask", p.apmask), a("aqmask", p.aqmask), a("collateral", p.collateral), a("exact", p.exact), a("collateral_bound", p.collateral_bound);
    a("disrupts", p.disrupts), a("wanted", p.wanted);
    a.later("host_losses", p.host_losses), a.later("duration", p.duration);
}

} // namespace ap::engine::json
