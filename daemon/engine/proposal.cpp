// SPDX-License-Identifier: LGPL-2.1-or-later
// Folding wishes onto the wanted state and planning for it.
#include "engine/proposal.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"
#include "core/reverse.hpp"
#include "core/source_clash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace ap::engine {
namespace {

std::string_view name_of(Verb verb) {
    for (const auto& row : verb_table())
        if (row.verb == verb) return row.name;
    return "change";
}

std::string object_of(const Wish& wish) {
    if (!wish.matrix.empty()) return wish.matrix;
    if (!wish.matrices.empty() && wish.verb != Verb::restore) return parties_in_words(wish);
    if (wish.verb == Verb::drain || wish.verb == Verb::restore) return "adapter " + describe(*wish.adapters);
    if (wish.binding) return to_string(*wish.binding);
    if (wish.queues) return describe(*wish.queues, 2);
    if (wish.job) return fmt::format("job {}", *wish.job);
    if (wish.adapters && wish.domains) return describe(QueueSet::rectangle(*wish.adapters, *wish.domains), 2);
    return {};
}

struct Aim {
    Wanted wanted;
    std::set<Uuid> touched;
    std::optional<BindMode> convert_to{};
    QueueSet released{};
    QueueSet left_to_guests{}; ///< by a rollback: others had taken it from the host before
};

std::unexpected<std::vector<Error>> refuse(std::uint32_t job, Fault fault, std::string reason) {
    return std::unexpected(std::vector{Error{fault, fmt::format("job {}", job), std::move(reason), "", 0}});
}

std::expected<Aim, std::vector<Error>> aim_back(const Wanted& recorded, std::uint32_t job, const History& history) {
    auto entry = history.entry(job);
    if (!entry) return std::unexpected(std::vector{entry.error()});
    if (entry->state != JobState::done) return refuse(job, Fault::conflict, fmt::format("ended as {}: there is nothing to take back", to_string(entry->state)));
    if (entry->records.empty()) return refuse(job, Fault::conflict, "changed nothing in the wanted state that could be taken back");
    const PastChange change{job, std::move(entry->records)};
    std::vector<PastChange> later;
    for (auto& one : history.changes_after(job)) later.push_back({one.origin.id, std::move(one.records)});
    auto wanted = reverse(recorded, change, later);
    if (!wanted) return std::unexpected(wanted.error());
    Aim aim{*std::move(wanted), matrices_reversed(change), binding_reversed(change)};
    aim.left_to_guests = taken_over_by(change) & aim.wanted.reserved;
    return aim;
}

std::expected<Aim, std::vector<Error>> aim_at(const HostState& host, const Wanted& adopted, const std::vector<Wish>& wishes, const History& history) {
    for (const auto& wish : wishes) {
        if (!wish.job) continue;
        if (wishes.size() > 1) return refuse(*wish.job, Fault::invalid, "is rolled back by a change of its own, without other wishes");
        return aim_back(adopted, *wish.job, history);
    }
    auto wanted = fold(host, adopted, wishes);
    if (!wanted) return std::unexpected(wanted.error());
    Aim aim{*std::move(wanted), matrices_named(host, adopted, wishes)};
    for (const auto& wish : wishes) {
        if (wish.verb == Verb::convert) aim.convert_to = mode_named(aim.wanted.binding);
        if (wish.verb == Verb::release) aim.released |= wish.queues.value_or(QueueSet{});
    }
    return aim;
}

/// What others took from the host is theirs to keep, but for what is explained once the matrices are taken over that these wishes take over: whoever made such a matrix
/// took the queues for it, and those that its masks take along were never reserved by anybody.
Wanted adopt_beside(const HostState& host, const Wanted& recorded, const std::vector<Wish>& wishes) {
    std::vector<Wish> takeovers;
    std::ranges::copy_if(wishes, std::back_inserter(takeovers), [](const Wish& wish) { return wish.verb == Verb::adopt; });
    if (takeovers.empty()) return adopt(host, recorded);
    const auto explained = fold(host, recorded, takeovers);
    auto out = recorded;
    out.reserved = adopt(host, explained ? *explained : recorded).reserved;
    return out;
}

/// libvirt keeps naming a matrix that is gone, and refuses to start the guest.
void note_stranded(Plan& plan, const GuestMap& guests) {
    for (const auto& step : plan.steps) {
        const auto* s = std::get_if<SetDefinition>(&step);
        if (s == nullptr || !s->before || s->after) continue;
        for (const auto& guest : guests.guests)
            if (names(guest, s->uuid))
                plan.notes.push_back(fmt::format("guest {} names {} in its XML and cannot be started without it; apctl detach {} ends that", quote(guest.name),
                                                 s->before->name.empty() ? to_string(s->uuid) : s->before->name, quote(guest.name)));
    }
}

/// Whoever else decides about these queues is named, and where we yield that is the end of it.
std::expected<Plan, std::vector<Error>> beside(const Neighbours& neighbours, Plan plan) {
    note_stranded(plan, neighbours.guests);
    std::vector<Error> refusals;
    for (const auto& clash : clashes(plan, neighbours.sources)) {
        plan.notes.push_back(note_of(clash));
        if (neighbours.policy == Policy::yield) refusals.push_back(refusal_of(clash));
    }
    if (!refusals.empty()) return std::unexpected(std::move(refusals));
    return plan;
}

/// What the host then has no more, it had not before the trial either.
bool takes_back_what_is_on_trial(const std::vector<Wish>& wishes, const Permission& permission) {
    return permission.on_trial && wishes.size() == 1 && wishes.front().job == permission.on_trial->job;
}

/// A matrix that is stopped gets what others give no more than on paper.
void note_stopped(Plan& plan, const std::vector<Wish>& wishes) {
    if (std::ranges::none_of(wishes, [](const Wish& wish) { return wish.verb == Verb::move || wish.verb == Verb::swap; })) return;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<SetDefinition>(&step); s != nullptr && s->before && s->after && !s->after->active && s->before->matrix != s->after->matrix)
            plan.notes.push_back(fmt::format("{} is stopped: what it gets waits for it in its definition", display_name(plan.wanted, s->uuid)));
}

/// Already so, which may be a slip.
void note_not_drained(Plan& plan, const Wanted& recorded, const std::vector<Wish>& wishes) {
    for (const auto& wish : wishes)
        if (wish.verb == Verb::restore)
            for (Apid adapter : *wish.adapters)
                if (!recorded.drains.contains(adapter)) plan.notes.push_back(fmt::format("adapter {} is not drained", describe(AdapterSet{adapter})));
}

/// What others took from the host is reserved by the first change that goes beside it, and a rollback of that change leaves it so.
void note_taken_over(Plan& plan, const QueueSet& taken_over, const QueueSet& left) {
    for (auto& step : plan.steps)
        if (auto* s = std::get_if<SetPools>(&step)) s->taken_over = taken_over;
    if (plan.steps.empty()) return;
    if (!taken_over.empty())
        plan.notes.push_back(fmt::format("somebody else took {} from the host: from now on reserved for guests; apctl release gives back", describe(taken_over, 4)));
    if (!left.empty())
        plan.notes.push_back(fmt::format("somebody else had taken {} from the host before: stays reserved for guests; apctl release gives back", describe(left, 4)));
}

} // namespace

std::expected<Plan, std::vector<Error>> propose(const HostState& host, const Wanted& recorded, const std::vector<Wish>& wishes, const Permission& permission,
                                                std::uint64_t generation, const History& history, const Neighbours& neighbours) {
    const auto adopted = adopt_beside(host, recorded, wishes);
    const auto aim = aim_at(host, adopted, wishes, history);
    if (!aim) return std::unexpected(aim.error());
    auto proposed = plan(host, recorded, aim->wanted,
                         {.disrupt = permission.disrupt, .host_may_lose = takes_back_what_is_on_trial(wishes, permission), .generation = generation,
                          .convert_to = aim->convert_to, .touched = aim->touched, .released = aim->released});
    if (proposed) note_not_drained(*proposed, recorded, wishes), note_stopped(*proposed, wishes);
    if (proposed) note_taken_over(*proposed, (adopted.reserved - recorded.reserved) & aim->wanted.reserved, aim->left_to_guests);
    return proposed ? beside(neighbours, *std::move(proposed)) : std::move(proposed);
}

std::expected<Plan, std::vector<Error>> propose_binding(const HostState& host, const Wanted& recorded, std::uint64_t generation) {
    PlanOptions options{.generation = generation, .touched = {}};
    options.released = marked_for_guests(host) - guest_pool_of(recorded);
    return plan(host, recorded, recorded, options);
}

std::string describe(const std::vector<Wish>& wishes) {
    if (wishes.empty()) return "bind what is wished";
    std::string text;
    for (const auto& wish : wishes) text += fmt::format("{}{} {}", text.empty() ? "" : "; ", name_of(wish.verb), object_of(wish));
    return text;
}

} // namespace ap::engine
