// SPDX-License-Identifier: LGPL-2.1-or-later
// Adapters that are drained or restored: our record of it, and what a person has to know before saying yes.
#include "core/parse.hpp"
#include "core/planner_goal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace ap::planning {
namespace {

std::optional<Drain> drain_in(const Wanted& wanted, Apid adapter) {
    const auto found = wanted.drains.find(adapter);
    return found == wanted.drains.end() ? std::nullopt : std::optional(found->second);
}

std::string in_words(const AdapterSet& ids) { return fmt::format("adapter{} {}", ids.size() == 1 ? "" : "s", describe(ids)); }
std::string in_words(Apid id) { return in_words(AdapterSet{id}); }

template <class N>
std::string counted(N n, std::string_view noun) { return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s"); }

Mode mode_of(const HostState& host, Apid id) {
    const auto found = host.adapters.find(id);
    return found == host.adapters.end() ? Mode::unknown : found->second.mode;
}

const MatrixEffect* effect_on(const Plan& plan, const Uuid& uuid) {
    const auto found = std::ranges::find(plan.matrices, uuid, &MatrixEffect::uuid);
    return found == plan.matrices.end() ? nullptr : &*found;
}

/// "ep11 3, 5; cca 0"
std::string by_mode(const HostState& host, const AdapterSet& adapters) {
    std::map<Mode, AdapterSet> modes;
    for (Apid id : adapters) modes[mode_of(host, id)].insert(id);
    std::string out;
    for (const auto& [mode, ids] : modes) out += fmt::format("{}{} {}", out.empty() ? "" : "; ", to_string(mode), describe(ids));
    return out;
}

/// Modes of the drained adapters that none of the others has.
std::string modes_lost(const HostState& host, const AdapterSet& drained, const AdapterSet& kept) {
    std::string out;
    for (Mode mode : {Mode::accelerator, Mode::cca, Mode::ep11}) {
        const auto has = [&](Apid id) { return mode_of(host, id) == mode; };
        if (std::ranges::any_of(drained, has) && std::ranges::none_of(kept, has)) out += fmt::format("{}{}", out.empty() ? "" : " or ", to_string(mode));
    }
    return out;
}

std::string use_of(const HostState& before, const Uuid& uuid) {
    const auto active = before.matrices.find(uuid);
    if (active == before.matrices.end()) return "stopped";
    if (!active->second.in_use) return "active";
    return active->second.holder.empty() ? "in use by a running guest" : "in use by " + active->second.holder;
}

/// What its guest sees, or would if it were started.
Matrix kept_by(const Plan& plan, const Uuid& uuid) {
    const auto* effect = effect_on(plan, uuid);
    if (effect != nullptr && effect->active_after) return effect->effective_after;
    const auto defined = plan.wanted.definitions.find(uuid);
    return defined == plan.wanted.definitions.end() ? Matrix{} : defined->second.matrix;
}

std::string redundancy(const Plan& plan, const HostState& before, const Uuid& uuid, const AdapterSet& drained) {
    const auto name = fmt::format("{}, {},", display_name(plan.wanted, uuid), use_of(before, uuid));
    const auto kept = kept_by(plan, uuid);
    if (kept.queues().empty()) return fmt::format("{} KEEPS NO ADAPTER without {}", name, in_words(drained));
    auto out = fmt::format("{} keeps {}, {}: {}", name, counted(kept.adapters.size(), "adapter"), counted(kept.queues().size(), "queue"),
                           by_mode(before, kept.adapters));
    if (const auto lost = modes_lost(before, drained, kept.adapters); !lost.empty()) out += fmt::format("; NONE of mode {} any more", lost);
    return out;
}

/// Adapters that are drained now and were not, by who had them.
void note_drained(Plan& plan, const HostState& before, const Wanted& was) {
    std::map<Uuid, AdapterSet> losers;
    for (const auto& [adapter, drain] : plan.wanted.drains) {
        const auto known = drain_in(was, adapter);
        for (const auto& [uuid, share] : drain.matrices)
            if (!share.gone && !(known && known->matrices.contains(uuid))) losers[uuid].insert(adapter);
        if (!known && drain.matrices.empty()) plan.notes.push_back(fmt::format("no matrix has {}; until it is restored none gets it", in_words(adapter)));
    }
    for (const auto& [uuid, drained] : losers) plan.notes.push_back(redundancy(plan, before, uuid, drained));
}

std::string name_of(const Drain::Share& share, const Uuid& uuid) { return share.name.empty() ? to_string(uuid) : share.name; }

void note_restored_to(Plan& plan, Apid adapter, const Uuid& uuid, const Drain::Share& share) {
    const auto defined = plan.wanted.definitions.find(uuid);
    const auto say = [&](const std::string& text) { plan.notes.push_back(text); };
    if (share.gone || defined == plan.wanted.definitions.end())
        return say(fmt::format("{} does not get {} back: it has been undefined since", name_of(share, uuid), in_words(adapter)));
    const auto name = display_name(plan.wanted, uuid);
    const auto& matrix = defined->second.matrix;
    if (!matrix.adapters.contains(adapter)) return say(fmt::format("{} does not get {} back", name, in_words(adapter)));
    if (matrix.domains != share.domains)
        say(fmt::format("{} gets {} back with the domains it has now, {}; when it was drained it had {}", name, in_words(adapter), describe(matrix.domains),
                        describe(share.domains)));
}

} // namespace

std::vector<Step> drain_records(const Wanted& was, const Wanted& want) {
    std::vector<Step> steps;
    AdapterSet adapters;
    for (const auto* wanted : {&was, &want})
        for (const auto& [adapter, drain] : wanted->drains) adapters.insert(adapter);
    for (Apid adapter : adapters)
        if (auto before = drain_in(was, adapter), after = drain_in(want, adapter); before != after) steps.push_back(SetDrain{adapter, std::move(before), std::move(after)});
    return steps;
}

void note_drains(Plan& plan, const HostState& before, const Wanted& was) {
    note_drained(plan, before, was);
    for (const auto& [adapter, drain] : was.drains)
        if (!plan.wanted.drains.contains(adapter))
            for (const auto& [uuid, share] : drain.matrices) note_restored_to(plan, adapter, uuid, share);
}

} // namespace ap::planning
