// SPDX-License-Identifier: LGPL-2.1-or-later
// Every part of a change is taken back only where it is still what the change made of it.
#include "core/reverse.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

std::optional<Definition> definition_in(const Wanted& wanted, const Uuid& uuid) {
    const auto found = wanted.definitions.find(uuid);
    return found == wanted.definitions.end() ? std::nullopt : std::optional(found->second);
}

class Reversal {
  public:
    Reversal(const Wanted& now, const PastChange& change, const std::vector<PastChange>& later) : want_(now), change_(change), later_(later) {}

    std::expected<Wanted, std::vector<Error>> run() {
        for (const auto& step : change_.records) {
            if (const auto* s = std::get_if<SetDefinition>(&step)) take_back(*s);
            if (const auto* s = std::get_if<SetPools>(&step)) take_back(*s);
            if (const auto* s = std::get_if<SetBindChoice>(&step)) take_back(*s);
            if (const auto* s = std::get_if<SetDrain>(&step)) take_back(*s);
        }
        refuse_shared_names();
        if (!errors_.empty()) return std::unexpected(std::move(errors_));
        return std::move(want_);
    }

  private:
    void take_back(const SetDefinition& step) {
        const auto is = definition_in(want_, step.uuid);
        if (is != step.after) return refuse(name_of(step), who_changed<SetDefinition>([&](const SetDefinition& s) { return s.uuid == step.uuid; }));
        if (step.before) want_.definitions[step.uuid] = *step.before;
        else want_.definitions.erase(step.uuid);
    }
    void take_back(const SetDrain& step) {
        const auto found = want_.drains.find(step.adapter);
        const auto is = found == want_.drains.end() ? std::nullopt : std::optional(found->second);
        if (is != step.after)
            return refuse("the drain of adapter " + describe(AdapterSet{step.adapter}), who_changed<SetDrain>([&](const SetDrain& s) { return s.adapter == step.adapter; }));
        if (step.before) want_.drains[step.adapter] = *step.before;
        else want_.drains.erase(step.adapter);
    }
    /// The host has had to do without what others took before the job; giving that back is nothing that the job did.
    void take_back(const SetPools& step) {
        take_back(want_.reserved, step.reserved_before, step.reserved_after - step.taken_over, [](const SetPools& s) { return std::pair(&s.reserved_before, &s.reserved_after); });
        take_back(want_.keep, step.keep_before, step.keep_after, [](const SetPools& s) { return std::pair(&s.keep_before, &s.keep_after); });
    }
    template <class Part>
    void take_back(QueueSet& pool, const QueueSet& before, const QueueSet& after, Part part) {
        const auto added = after - before, removed = before - after;
        const auto changed = (added - pool) | (removed & pool);
        if (!changed.empty())
            return refuse(describe(changed), who_changed<SetPools>([&](const SetPools& s) {
                              const auto [from, to] = part(s);
                              const QueueSet &was = *from, &became = *to;
                              return ((was - became) | (became - was)).intersects(changed);
                          }));
        pool = (pool - added) | removed;
    }
    /// What was in use need not be what was chosen, so without a record of it nobody can say what to return to.
    void take_back(const SetBindChoice& step) {
        if (!step.used_before)
            return errors_.push_back({Fault::conflict, fmt::format("job {}", change_.job),
                                      fmt::format("chose {} as the way of binding, and the apctl that did it has not recorded which was in use before", to_string(step.after)),
                                      "say what you want: apctl convert masks, overrides or auto", 0});
        if (want_.binding != step.after) return refuse("the way of binding", who_changed<SetBindChoice>([](const SetBindChoice&) { return true; }));
        want_.binding = step.before;
    }
    void refuse(std::string subject, const std::string& who) {
        errors_.push_back({Fault::conflict, std::move(subject), fmt::format("has been changed since job {}, by {}", change_.job, who),
                           "roll that back first, or say what you want", 0});
    }
    /// "job 12 (...)": the last job whose step of this kind is about it; else nobody we know.
    template <class Kind, class Fn>
    std::string who_changed(Fn about) const {
        std::string who = "somebody else";
        for (const auto& later : later_)
            for (const auto& step : later.records)
                if (const auto* s = std::get_if<Kind>(&step); s != nullptr && about(*s)) who = fmt::format("job {}", later.job);
        return who;
    }
    static std::string name_of(const SetDefinition& step) {
        for (const auto* definition : {&step.after, &step.before})
            if (*definition && !(*definition)->name.empty()) return (*definition)->name;
        return to_string(step.uuid);
    }
    void refuse_shared_names() {
        std::map<std::string_view, Uuid> holders;
        for (const auto& [uuid, definition] : want_.definitions)
            if (const auto [other, fresh] = holders.try_emplace(definition.name, uuid); !fresh && !definition.name.empty())
                errors_.push_back({Fault::conflict, definition.name, fmt::format("would be the name of {} and {}", to_string(other->second), to_string(uuid)),
                                   "rename the one that has it now: apctl modify", 0});
    }

    Wanted want_;
    const PastChange& change_;
    const std::vector<PastChange>& later_;
    std::vector<Error> errors_;
};

} // namespace

std::expected<Wanted, std::vector<Error>> reverse(const Wanted& now, const PastChange& change, const std::vector<PastChange>& later) {
    return Reversal(now, change, later).run();
}

QueueSet taken_over_by(const PastChange& change) {
    for (const auto& step : change.records)
        if (const auto* s = std::get_if<SetPools>(&step)) return s->taken_over;
    return {};
}

std::set<Uuid> matrices_reversed(const PastChange& change) {
    std::set<Uuid> uuids;
    for (const auto& step : change.records)
        if (const auto* s = std::get_if<SetDefinition>(&step))
            if ((s->before && s->before->active) || (s->after && s->after->active)) uuids.insert(s->uuid);
    return uuids;
}

std::optional<BindMode> binding_reversed(const PastChange& change) {
    for (const auto& step : change.records)
        if (const auto* s = std::get_if<SetBindChoice>(&step); s != nullptr && s->used_before != s->used_after) return s->used_before;
    return std::nullopt;
}

} // namespace ap
