// SPDX-License-Identifier: LGPL-2.1-or-later
// Folds drain and restore. A drained adapter is in no matrix and not reserved: all its queues are the host's, as far as the masks allow. Most of all no queue of it
// keeps a driver_override, because one that vanishes with it, as when the card is pulled, locks the masks until the next boot (kernel-abi 5.3).
#include "core/wish_drains.hpp"

#include "core/parse.hpp"
#include "core/rectangles.hpp"
#include "core/wish_pools.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

std::string in_words(const AdapterSet& ids) { return fmt::format("adapter{} {}", ids.size() == 1 ? "" : "s", describe(ids)); }

AdapterSet drained_in(const Wanted& wanted) {
    AdapterSet out;
    for (const auto& [adapter, drain] : wanted.drains) out.insert(adapter);
    return out;
}

std::string name_of(const Wanted& wanted, const Uuid& uuid, const Drain::Share& share) {
    return wanted.definitions.contains(uuid) || share.name.empty() ? display_name(wanted, uuid) : share.name;
}

/// "web, db"; those that had something of the adapters.
std::string names_of_sharers(const Wanted& wanted, const AdapterSet& adapters) {
    std::set<std::string> names;
    for (const auto& [adapter, drain] : wanted.drains)
        if (adapters.contains(adapter))
            for (const auto& [uuid, share] : drain.matrices) names.insert(name_of(wanted, uuid, share));
    std::string out;
    for (const auto& name : names) out += (out.empty() ? "" : ", ") + name;
    return out;
}

/// A matrix that shall not get it back may be called as it was then.
std::set<Uuid> called(const Wanted& wanted, const AdapterSet& adapters, const std::string& text) {
    std::set<Uuid> out;
    for (const auto& [adapter, drain] : wanted.drains)
        if (adapters.contains(adapter))
            for (const auto& [uuid, share] : drain.matrices)
                if (text == name_of(wanted, uuid, share) || text == to_string(uuid)) out.insert(uuid);
    return out;
}

class Drains {
  public:
    Drains(const HostState& host, const Wanted& before, Wanted& after, const std::set<Uuid>& named) : host_(host), before_(before), after_(after), named_(named) {}
    std::vector<Error> fold(const std::vector<Wish>& wishes);

  private:
    void drain(Apid adapter);
    void restore(Apid adapter, const Wish& wish);
    void give_back(const Uuid& uuid, Apid adapter);
    void mark_gone();
    void refuse_gains();
    void refuse_reservations(const std::vector<Wish>& wishes);
    [[nodiscard]] AdapterSet had(const Uuid& uuid, const Definition& after) const;
    void refuse(Fault fault, std::string subject, std::string reason, std::string remedy = {}) {
        errors_.push_back({fault, std::move(subject), std::move(reason), std::move(remedy), 0});
    }

    const HostState& host_;
    const Wanted& before_;
    Wanted& after_;
    const std::set<Uuid>& named_;
    std::vector<Error> errors_;
};

std::vector<Error> Drains::fold(const std::vector<Wish>& wishes) {
    AdapterSet drained, restored;
    for (const auto& wish : wishes) {
        if (wish.verb == Verb::drain) drained |= *wish.adapters;
        if (wish.verb != Verb::restore) continue;
        if (const auto twice = restored & *wish.adapters; !twice.empty()) refuse(Fault::invalid, in_words(twice), "shall be restored in two ways");
        restored |= *wish.adapters;
    }
    if (const auto both = drained & restored; !both.empty()) refuse(Fault::invalid, in_words(both), "shall be drained and restored");
    mark_gone();
    for (Apid adapter : drained) drain(adapter);
    for (const auto& wish : wishes)
        if (wish.verb == Verb::restore)
            for (Apid adapter : *wish.adapters & drained_in(after_)) restore(adapter, wish);
    refuse_gains();
    refuse_reservations(wishes);
    return std::move(errors_);
}

void Drains::drain(Apid adapter) {
    auto& drain = after_.drains[adapter];
    for (const auto& [uuid, definition] : before_.definitions)
        if (definition.matrix.adapters.contains(adapter)) drain.matrices[uuid] = {definition.name, definition.matrix.domains, false};
    for (const auto& [uuid, active] : host_.matrices)
        if (!before_.definitions.contains(uuid) && active.assigned.adapters.contains(adapter)) drain.matrices[uuid] = {"", active.assigned.domains, false};
    drain.reserved |= after_.reserved.row(adapter);
    after_.reserved.set_row(adapter, {});
}

void Drains::restore(Apid adapter, const Wish& wish) {
    const auto drain = after_.drains.at(adapter);
    after_.drains.erase(adapter);
    if (wish.forget) return;
    if (const auto kept = drain.reserved & after_.keep.row(adapter); !kept.empty())
        refuse(Fault::conflict, describe(QueueSet::rectangle({adapter}, kept)), "was reserved for guests when it was drained, and must stay with the host now",
               fmt::format("apctl keep --remove lets go of it; apctl restore {} --forget gives nothing back", to_list(AdapterSet{adapter})));
    after_.reserved.insert({adapter}, drain.reserved);
    if (const auto getters = getters_of(before_, wish))
        for (const auto& [uuid, adapters] : *getters)
            if (adapters.contains(adapter)) give_back(uuid, adapter);
}

/// Something else may have taken the place.
void Drains::give_back(const Uuid& uuid, Apid adapter) {
    const auto gets = after_.definitions.find(uuid);
    if (gets == after_.definitions.end() || !gets->second.active) return;
    const Matrix wanted{{adapter}, gets->second.matrix.domains, {}};
    const auto name = display_name(after_, uuid);
    const auto others = fmt::format("apctl restore {} --without {} gives it back to the others only", to_list(AdapterSet{adapter}), name);
    if (const auto kept = common(after_.keep, wanted); !kept.empty())
        refuse(Fault::conflict, name, fmt::format("cannot get {} back: the host must keep it now", describe(kept)), "let go of it with apctl keep --remove, or: " + others);
    for (const auto& holder : holders(host_, after_, named_)) {
        const auto taken = common(wanted.queues(), holder.matrix);
        if (holder.uuid == uuid || taken.empty()) continue;
        const auto who = display_name(after_, holder.uuid);
        refuse(Fault::conflict, name, fmt::format("cannot get {} back: {} has it now{}", describe(taken), who, holder.in_use ? ", in use by a running guest" : ""),
               fmt::format("take it from {0} first: apctl modify {0} or apctl unassign {0}; or: {1}", who, others));
    }
}

/// Who was undefined, and whoever is defined anew under the same name, does not get it back.
void Drains::mark_gone() {
    for (auto& [adapter, drain] : after_.drains)
        for (auto& [uuid, share] : drain.matrices)
            share.gone = share.gone || before_.definitions.contains(uuid) != after_.definitions.contains(uuid);
}

/// What the matrix has of its adapters already, so that it does not get them now.
AdapterSet Drains::had(const Uuid& uuid, const Definition& after) const {
    AdapterSet out;
    if (const auto active = host_.matrices.find(uuid); active != host_.matrices.end()) out = active->second.assigned.adapters;
    const auto before = before_.definitions.find(uuid);
    if (before != before_.definitions.end() && (before->second.active || !after.active)) out |= before->second.matrix.adapters;
    return out;
}

void Drains::refuse_gains() {
    const auto drained = drained_in(after_);
    if (drained.empty()) return;
    for (const auto& [uuid, definition] : after_.definitions) {
        const auto gained = (definition.matrix.adapters & drained) - had(uuid, definition);
        if (gained.empty() || !named_.contains(uuid)) continue;
        const auto sharers = names_of_sharers(after_, gained);
        refuse(Fault::conflict, display_name(after_, uuid), fmt::format("cannot get {}: drained{}", in_words(gained), sharers.empty() ? "" : ", taken from " + sharers),
               fmt::format("apctl restore {} first", to_list(gained)));
    }
}

void Drains::refuse_reservations(const std::vector<Wish>& wishes) {
    const auto drained = QueueSet::rectangle(drained_in(after_), DomainSet::all());
    for (const auto& wish : wishes)
        if (wish.verb == Verb::reserve && wish.queues->intersects(drained)) {
            const auto adapters = (*wish.queues & drained).adapters();
            refuse(Fault::conflict, in_words(adapters), "cannot be reserved: drained", fmt::format("apctl restore {} first, or leave it out", to_list(adapters)));
        }
}

} // namespace

AdapterSet adapters_known(const HostState& host, const Wanted& wanted) {
    auto out = host.host_adapters | wanted.reserved.adapters() | drained_in(wanted);
    for (const auto& [id, adapter] : host.adapters) out.insert(id);
    for (const auto& [uuid, definition] : wanted.definitions) out |= definition.matrix.adapters;
    for (const auto& [uuid, active] : host.matrices) out |= active.assigned.adapters;
    return out;
}

std::map<Uuid, AdapterSet> holders_of(const HostState& host, const Wanted& wanted, const AdapterSet& adapters) {
    std::map<Uuid, AdapterSet> out;
    const auto look = [&](const Uuid& uuid, const Matrix& matrix) {
        if (matrix.adapters.intersects(adapters)) out[uuid] |= matrix.adapters & adapters;
    };
    for (const auto& [uuid, definition] : wanted.definitions) look(uuid, definition.matrix);
    for (const auto& [uuid, active] : host.matrices) look(uuid, active.assigned);
    return out;
}

std::expected<std::map<Uuid, AdapterSet>, std::vector<Error>> getters_of(const Wanted& wanted, const Wish& restore) {
    std::set<Uuid> left_out;
    std::vector<Error> errors;
    for (const auto& text : restore.matrices) {
        const auto named = called(wanted, *restore.adapters, text);
        if (named.empty()) {
            const auto sharers = names_of_sharers(wanted, *restore.adapters);
            errors.push_back({Fault::not_found, text, fmt::format("is none of those that {} was taken from", in_words(*restore.adapters)),
                              sharers.empty() ? "" : "these are: " + sharers, 0});
        }
        left_out.insert(named.begin(), named.end());
    }
    if (!errors.empty()) return std::unexpected(std::move(errors));
    std::map<Uuid, AdapterSet> out;
    for (const auto& [adapter, drain] : wanted.drains) {
        if (restore.forget || !restore.adapters->contains(adapter)) continue;
        for (const auto& [uuid, share] : drain.matrices)
            if (!share.gone && wanted.definitions.contains(uuid) && !left_out.contains(uuid)) out[uuid].insert(adapter);
    }
    return out;
}

std::vector<Error> fold_drains(const HostState& host, const Wanted& before, Wanted& after, const std::set<Uuid>& named, const std::vector<Wish>& wishes) {
    return Drains(host, before, after, named).fold(wishes);
}

} // namespace ap
