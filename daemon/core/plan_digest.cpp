// SPDX-License-Identifier: LGPL-2.1-or-later
// The fingerprint of a plan. Values are fed field by field, never as memory, so that every machine computes the same.
#include "core/plan.hpp"

#include <fmt/format.h>

namespace ap {
namespace {

/// FNV-1a, 64 bits: the digest tells two previews apart, it does not keep out forgers.
class Hash {
  public:
    void add(std::uint64_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8) byte(static_cast<std::uint8_t>(value >> shift));
    }
    void add(const std::string& text) {
        add(text.size());
        for (char c : text) byte(static_cast<std::uint8_t>(c));
    }
    void add(const Uuid& uuid) {
        for (auto b : uuid.bytes) byte(b);
    }
    template <class Id>
    void add(const IdSet<Id>& set) {
        add(set.size());
        for (Id id : set) byte(static_cast<std::uint8_t>(id));
    }
    void add(const QueueSet& set) {
        add(set.size());
        for (Apid a : set.adapters()) byte(static_cast<std::uint8_t>(a)), add(set.row(a));
    }
    void add(const Matrix& m) { add(m.adapters), add(m.domains), add(m.control); }
    void add(const std::optional<Definition>& d) {
        add(d ? 1u : 0u);
        if (d) add(d->name), add(d->matrix), add(d->autostart ? 1u : 0u), add(d->active ? 1u : 0u);
    }

    void add(const SetApmask& s) { add(s.before), add(s.after); }
    void add(const SetAqmask& s) { add(s.before), add(s.after); }
    void add(const ProbeQueue& s) { add(to_int(s.queue.adapter)), add(to_int(s.queue.domain)); }
    void add(const CreateMdev& s) { add(s.uuid); }
    void add(const RemoveMdev& s) { add(s.uuid); }
    void add(const SetMatrix& s) { add(s.uuid), add(s.before), add(s.after); }
    void add(const EditMatrix& s) { add(s.uuid), add(static_cast<unsigned>(s.what)), add(s.id), add(s.assign ? 1u : 0u); }
    void add(const SetDefinition& s) { add(s.uuid), add(s.before), add(s.after); }
    void add(const SetPools& s) { add(s.reserved_before), add(s.reserved_after), add(s.keep_before), add(s.keep_after), add(s.taken_over); }

    void add(const QueueBinding& b) { add(b.driver_override), add(static_cast<unsigned>(b.driver)); }
    void add(const RebindQueue& s) { add(to_int(s.queue.adapter)), add(to_int(s.queue.domain)), add(s.before), add(s.after); }
    void add(const std::optional<BindMode>& m) { add(m ? 1u + static_cast<unsigned>(*m) : 0u); }
    void add(const SetBindChoice& s) { add(static_cast<unsigned>(s.before)), add(static_cast<unsigned>(s.after)), add(s.used_before), add(s.used_after); }
    void add(const std::optional<Drain>& d) {
        add(d ? 1u : 0u);
        if (!d) return;
        add(d->matrices.size());
        for (const auto& [uuid, share] : d->matrices) add(uuid), add(share.name), add(share.domains), add(share.gone ? 1u : 0u);
        add(d->reserved);
    }
    void add(const SetDrain& s) { add(to_int(s.adapter)), add(s.before), add(s.after); }

    void add(const Owner& o) { add(static_cast<unsigned>(o.kind)), add(o.matrix); }
    void add(const OwnerChange& c) { add(c.from), add(c.to), add(c.queues), add(c.collateral ? 1u : 0u); }
    void add(const HostLoss& l) { add(static_cast<unsigned>(l.kind)), add(l.queues); }
    void add(const Filtered& f) { add(to_int(f.adapter)), add(f.missing); }
    void add(const MatrixEffect& e) {
        add(e.uuid), add((e.active_before ? 1u : 0u) | (e.active_after ? 2u : 0u) | (e.in_use ? 4u : 0u));
        add(e.before), add(e.after), add(e.effective_before), add(e.effective_after), add(e.gained), add(e.lost);
        add_all(e.filtered);
    }
    template <class T>
    void add_all(const std::vector<T>& list) {
        add(list.size());
        for (const auto& one : list) add(one);
    }
    [[nodiscard]] std::uint64_t value() const { return value_; }

  private:
    void byte(std::uint8_t b) { value_ = (value_ ^ b) * 0x100000001b3; }
    std::uint64_t value_ = 0xcbf29ce484222325;
};

} // namespace

std::string digest(const Plan& plan) {
    Hash hash;
    hash.add(plan.steps.size());
    for (const auto& step : plan.steps) {
        hash.add(step.index());
        std::visit([&](const auto& one) { hash.add(one); }, step);
    }
    hash.add_all(plan.owners);
    hash.add_all(plan.matrices);
    hash.add_all(plan.notes);
    hash.add(plan.collateral), hash.add(plan.collateral_bound), hash.add(plan.exact ? 1u : 0u);
    hash.add_all(plan.host_losses);
    hash.add(plan.duration.resets), hash.add(plan.duration.milliseconds);
    return fmt::format("{:016x}", hash.value());
}

} // namespace ap
