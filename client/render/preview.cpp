// SPDX-License-Identifier: LGPL-2.1-or-later
// One section for each question a person has: was I understood, who loses what, what does each guest get,
// what else.
#include "render/preview.hpp"

#include "core/parse.hpp"
#include "core/predictor.hpp"
#include "render/guest.hpp"
#include "render/section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ap::cli {
namespace {

constexpr unsigned parts_in_a_line = 6;

template <class Set>
void say(std::string& out, std::string_view word, const std::optional<Set>& set) {
    if (!set) return;
    if (!out.empty()) out += "; ";
    if constexpr (std::is_same_v<Set, QueueSet>)
        out += fmt::format("{} {}", word, describe(*set));
    else
        out += *set == Set::all() ? fmt::format("all {}", word) : fmt::format("{} {}", word, describe(*set));
}

std::string arguments_of(const Wish& wish) {
    std::string out;
    say(out, "queues", wish.queues);
    say(out, "adapters", wish.adapters);
    say(out, "domains", wish.domains);
    say(out, "control domains", wish.control);
    if (wish.control_same) out += out.empty() ? "control domains as domains" : "; control domains as domains";
    say(out, "add adapters", wish.add_adapters);
    say(out, "add domains", wish.add_domains);
    say(out, "add control domains", wish.add_control);
    say(out, "remove adapters", wish.remove_adapters);
    say(out, "remove domains", wish.remove_domains);
    say(out, "remove control domains", wish.remove_control);
    if (wish.swap_adapters) out += wish.swap_domains ? "adapters, domains and control domains" : "adapters";
    else if (wish.swap_domains) out += "domains";
    if (wish.verb == Verb::restore)
        for (const auto& name : wish.matrices) out += (&name == &wish.matrices.front() ? "; without " : ", ") + harmless(name);
    if (wish.forget) out += "; nobody gets it back";
    return out;
}

std::string verb_name(Verb verb) {
    for (const auto& row : verb_table())
        if (row.verb == verb) return std::string(row.name);
    return "?";
}

std::string name_of(const MatrixEffectView& effect) {
    return effect.name.empty() ? to_string(effect.uuid) : effect.name;
}

/// "03-04.002f (2 queues)"; the count is left out where the name says it.
std::string with_count(const QueueSet& queues) {
    const auto n = queues.size();
    return n == 1 ? describe(queues)
                  : fmt::format("{} ({})", describe(queues, parts_in_a_line), count(n, "queue"));
}

std::string change_line(const HostView& view, const PlanView& plan, const OwnerChangeView& change) {
    return fmt::format("{} -> {}: {}", owner_in_words(view, plan, change.from),
                       owner_in_words(view, plan, change.to), with_count(change.queues));
}

/// Three kinds: what was asked for, what the masks take along, and what earlier masks took along and the host
/// now gets back.
std::string owners_text(const HostView& view, const PlanView& plan, const Look& look) {
    Section asked("Queues", look), taken("Collateral", look), back("Returning", look);
    for (const auto& change : plan.owners) {
        if (!change.collateral)
            asked.add(change_line(view, plan, change));
        else if (change.to == "host")
            back.add(change_line(view, plan, change));
        else
            taken.add(change_line(view, plan, change), Ink::yellow);
    }
    if (!taken.text().empty())
        taken.add(plan.exact ? "nobody asked for these: masks free whole adapters or domains, and no other "
                               "masks free fewer"
                             : "nobody asked for these: masks free whole adapters or domains");
    return asked.text() + taken.text() + back.text();
}

/// Only where the search was cut short is the collateral perhaps more than it had to be.
std::string bound_text(const PlanView& plan, const Look& look) {
    if (plan.exact) return {};
    Section out("Bound", look);
    out.add(fmt::format(
        "the search for the best masks was cut short: {} of collateral in all, at least {} cannot be avoided",
        count(plan.collateral, "queue"), plan.bound));
    return out.text();
}

template <class Set>
void add_mask(Section& out, std::string_view mask, std::string_view what, const Set& before,
              const Set& after) {
    if (before == after) return;
    std::string text = fmt::format("{}:", mask);
    const auto named = [what](const Set& ids) {
        return fmt::format("{}{} {}", what, ids.size() == 1 ? "" : "s", describe(ids));
    };
    if (const auto cleared = before - after; !cleared.empty()) text += " clear " + named(cleared);
    if (const auto set = after - before; !set.empty())
        text += (text.back() == ':' ? " set " : "; set ") + named(set);
    out.add(text);
}

std::string masks_text(const HostView& view, const PlanView& plan, const Look& look) {
    Section out("Masks", look);
    add_mask(out, "apmask", "adapter", view.host.apmask, plan.apmask);
    add_mask(out, "aqmask", "domain", view.host.aqmask, plan.aqmask);
    return out.text();
}

std::string becomes(const HostView& view, const MatrixEffectView& effect) {
    if (!effect.active_before && effect.active_after) return "starts";
    if (effect.active_before && !effect.active_after) return "stops";
    if (!effect.active_after) return "is not active";
    if (!effect.in_use) return "is active";
    const auto found = view.host.matrices.find(effect.uuid);
    return "is in use by " + (found == view.host.matrices.end() || found->second.holder.empty() ? "a running guest" : harmless(found->second.holder));
}

std::string matrix_line(const Matrix& matrix) {
    if (matrix.empty()) return "nothing";
    return fmt::format("adapters {}; domains {}; control domains {}", describe(matrix.adapters),
                       describe(matrix.domains),
                       matrix.control == matrix.domains ? "the same" : describe(matrix.control));
}

std::string effective_line(const MatrixEffectView& effect) {
    const auto seen = effect.effective_after.queues();
    if (seen.empty()) return "its guest will see no queue";
    return fmt::format("its guest will see {}", with_count(seen));
}

std::string matrix_text(const HostView& view, const MatrixEffectView& effect, const Look& look) {
    Section out("Matrix", look);
    out.add(fmt::format("{} {}", harmless(name_of(effect)), becomes(view, effect)), Ink::bold);
    const bool differs = effect.before != effect.after || effect.active_before != effect.active_after;
    if (differs && effect.active_after) out.add(matrix_line(effect.after));
    if (effect.active_after) out.add(effective_line(effect));
    if (!effect.gained.empty() && effect.active_before)
        out.add("gains " + with_count(effect.gained), Ink::green);
    if (!effect.lost.empty())
        out.add("loses " + with_count(effect.lost), effect.in_use ? Ink::red : Ink::yellow);
    if (effect.in_use && effect.active_before && effect.active_after && !(effect.gained.empty() && effect.lost.empty())) out.add(how_it_notices());
    for (const auto& filtered : effect.filtered) out.add("hidden from the guest: " + why_hidden(view.host, filtered), Ink::yellow);
    if (const auto unknown = effect.after.domains - view.host.host_domains;
        effect.active_after && !unknown.empty())
        out.add(fmt::format("domains hidden from the guest, because the host has none of them: {}",
                            describe(unknown)),
                Ink::yellow);
    return out.text();
}

std::string losses_text(const PlanView& plan, const Look& look) {
    Section out("Host loses", look);
    for (const auto& loss : plan.host_losses) out.add(describe(loss), Ink::red);
    return out.text();
}

/// Nothing where nobody would notice.
std::string duration_text(const PlanView& plan, const Look& look) {
    constexpr std::uint32_t noticeable = 1000;
    if (plan.duration.milliseconds < noticeable) return {};
    const auto seconds = (plan.duration.milliseconds + 500) / 1000;
    const auto why = plan.duration.resets == 0
                         ? std::string("what leaves a matrix is reset")
                         : count(plan.duration.resets, "queue is", "queues are") + " reset one after another";
    return fact("Duration", fmt::format("about {}: {}", seconds < 120 ? fmt::format("{} s", seconds) : fmt::format("{} min", (seconds + 30) / 60), why),
                look, Ink::yellow);
}

std::string steps_text(const std::vector<std::string>& steps, const Look& look) {
    Section out("Steps", look);
    for (std::size_t i = 0; i < steps.size(); ++i) out.add(fmt::format("{}. {}", i + 1, harmless(steps[i])));
    return out.text();
}

} // namespace

std::string understood_text(const Proposal& proposal, const Look& look) {
    Section out("Understood", look);
    for (const auto& wish : proposal.wishes) {
        auto line = verb_name(wish.verb);
        if (!wish.matrix.empty()) line += " " + harmless(wish.matrix);
        if (const auto parties = parties_in_words(wish); !parties.empty()) line += " " + harmless(parties);
        if (wish.binding) line += " " + to_string(*wish.binding);
        if (wish.job) line += fmt::format(" job {}", *wish.job);
        if (const auto arguments = arguments_of(wish); !arguments.empty()) line += ": " + arguments;
        out.add(line);
    }
    return out.text() + facts("Guest", proposal.guests, look);
}

std::string owner_in_words(const HostView& view, const PlanView& plan, const std::string& owner) {
    if (owner == "host") return "host";
    if (owner == "pool") return "guest pool";
    if (owner == "unbound") return "no driver";
    const auto uuid = parse_uuid(owner);
    if (!uuid) return harmless(owner);
    for (const auto& effect : plan.matrices)
        if (effect.uuid == *uuid) return harmless(name_of(effect));
    return harmless(display_name(view.wanted, *uuid));
}

std::string preview_text(const HostView& view, const Proposal& proposal, bool steps, const Look& look) {
    const auto& plan = proposal.plan;
    std::string out = understood_text(proposal, look);
    out += facts("Warning", proposal.warnings, look, Ink::yellow);
    if (plan.disrupts) out += fact("Disrupts", "a running guest loses queues", look, Ink::red);
    out += losses_text(plan, look);
    out += owners_text(view, plan, look);
    out += bound_text(plan, look);
    out += masks_text(view, plan, look);
    for (const auto& effect : plan.matrices) out += matrix_text(view, effect, look);
    out += duration_text(plan, look);
    out += facts("Note", plan.notes, look);
    if (steps) out += steps_text(plan.steps, look);
    return out;
}

} // namespace ap::cli
