// SPDX-License-Identifier: LGPL-2.1-or-later
// Nothing is sent that was not shown, and nothing is carried out but what was shown: the plan's digest goes
// along.
#include "change.hpp"

#include "attach.hpp"
#include "follow.hpp"
#include "render/checkpoint.hpp"
#include "render/guest.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "render/preview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ap::cli {
namespace {

struct Change {
    std::vector<WireWish> wire;
    std::vector<Wish> wishes;
};

/// What a person was shown, and the host it was made for.
struct Shown {
    HostView view;
    Proposal proposal;
    std::vector<WireWish> wire;       ///< what is planned, with matrices in the place of guests
    std::vector<NamedGuest> guests;

    [[nodiscard]] bool attaches() const {
        return std::ranges::any_of(guests, [](const NamedGuest& named) { return named.attach.any(); });
    }
    [[nodiscard]] bool does_nothing() const { return proposal.plan.steps.empty() && !attaches(); }
};

Answer<Change> understand(const std::vector<WireWish>& wire) {
    Change out{wire, {}};
    Failure wrong{Fault::invalid, {}};
    for (const auto& [verb, arguments] : wire) {
        auto wish = parse_wish(verb, arguments);
        if (wish)
            out.wishes.push_back(*std::move(wish));
        else
            wrong.lines.push_back(to_string(wish.error()));
    }
    if (!wrong.lines.empty()) return std::unexpected(wrong);
    return out;
}

/// No event tells when a guest lets go of its matrix, so the daemon may still believe in one that has just ended. A caller
/// who may have the host read again does so before taking that for an answer.
Answer<PlanView> plan_on_a_fresh_host(Session& session, const std::vector<WireWish>& wire) {
    auto plan = session.proxy.plan(wire, session.options.disrupt);
    if (plan || plan.error().fault != Fault::in_use) return plan;
    const auto allowed = session.proxy.may("org.apctl1.Manager.Rescan");
    if (!allowed || !*allowed || !session.proxy.rescan()) return plan;
    return session.proxy.plan(wire, session.options.disrupt);
}

/// A refusal is often a misunderstood number or name: says what was understood before it says no.
std::unexpected<Failure> refused(Session& session, const Proposal& understood, Failure failure, const std::vector<std::string>& doubts) {
    if (session.console.out_is_terminal) session.say(understood_text(understood, session.look()));
    if (!session.options.quiet)
        for (const auto& warning : understood.warnings) session.console.err << "apctl: warning: " << harmless(warning) << "\n";
    if (failure.fault == Fault::not_found) std::ranges::copy(doubts, std::back_inserter(failure.lines));
    return std::unexpected(std::move(failure));
}

Answer<Shown> propose(Session& session, const Change& change, const GuestWish& target) {
    auto plan = plan_on_a_fresh_host(session, change.wire);
    auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    auto named = resolve_names(session, *view, change.wire, target);
    if (!named) return std::unexpected(named.error());
    if (named->wishes != change.wire) plan = plan_on_a_fresh_host(session, named->wishes);
    auto meant = understand(named->wishes);
    if (!meant) return std::unexpected(meant.error());
    Proposal proposal{.wishes = std::move(meant->wishes), .guests = {}, .warnings = {}, .plan = {}};
    for (const auto& [verb, arguments] : named->wishes)
        std::ranges::copy(number_warnings(view->host, verb, arguments), std::back_inserter(proposal.warnings));
    for (const auto& guest : named->guests) {
        std::ranges::copy(guest_lines(*view, guest), std::back_inserter(proposal.guests));
        std::ranges::copy(guest_warnings(guest.guest), std::back_inserter(proposal.warnings));
    }
    if (!plan) return refused(session, proposal, plan.error(), named->doubts);
    for (const auto& doubt : named->doubts) proposal.warnings.push_back("whether a guest is meant is not known: " + doubt);
    proposal.plan = *std::move(plan);
    return Shown{*std::move(view), std::move(proposal), std::move(named->wishes), std::move(named->guests)};
}

Json report(const Shown& shown, const char* outcome, const JobView* job) {
    auto out = envelope(shown.view);
    out["outcome"] = outcome;
    out["plan"] = json_of(shown.view, shown.proposal);
    out["job"] = job != nullptr ? json_of(*job) : Json(nullptr);
    out["guests"] = Json::array();
    for (const auto& guest : shown.guests) out["guests"].push_back(json_of(guest));
    return out;
}

void show(Session& session, const Shown& shown) {
    if (session.options.json) return;
    session.say(preview_text(shown.view, shown.proposal, session.options.verbose, session.look()));
    if (session.options.confirm_within && !shown.proposal.plan.steps.empty())
        session.say(on_trial_text(*session.options.confirm_within, session.look()));
}

Answer<int> finish(Session& session, const Shown& shown, const char* outcome, const std::string& line) {
    if (session.options.json)
        session.say_json(report(shown, outcome, nullptr));
    else
        session.say(line);
    return 0;
}

/// Nothing, or why this caller must not go on.
std::optional<Failure> objection(Session& session, const Shown& shown) {
    if (session.options.confirm_within && shown.attaches())
        return Failure{Fault::invalid, {"--confirm-within: the daemon can take back the matrix, but not what libvirt does to the guest; leave it out: apctl detach and apctl rollback take both back"}};
    const auto allowed = session.proxy.may("org.apctl1.Manager.Apply");
    if (!allowed) return allowed.error();
    if (!*allowed)
        return Failure{Fault::denied,
                       {"changes are for root until authorization by polkit comes: run with sudo"}};
    if (session.options.yes) return std::nullopt;
    if (session.options.json)
        return Failure{Fault::invalid,
                       {"--json does not ask: add --yes to carry it out, or --dry-run to see the plan"}};
    if (!session.console.in_is_terminal)
        return Failure{Fault::invalid,
                       {"not a terminal, so nobody can be asked: add --yes to carry it out, or --dry-run to "
                        "see the plan"}};
    return std::nullopt;
}

/// The change that the job began on trial, while it waits.
Answer<std::optional<CheckpointView>> on_trial(Session& session, const JobView* job) {
    if (!session.options.confirm_within || job == nullptr || job->state != "done") return std::nullopt;
    return session.proxy.checkpoint();
}

std::string done_text(const Session& session, const Shown& shown, const JobView* job) {
    std::string text;
    if (job != nullptr) text = "done: " + harmless(job->description) + "\n" + remarks_text(*job, session.look());
    for (const auto& named : shown.guests)
        if (named.attach.any()) text += fmt::format("done: guest {} has matrix {}: in {}\n", harmless(named.guest.name), harmless(named.matrix), in_words(named.attach));
    return text;
}

/// After the job, or at once where there was none to do: `job` is nullptr.
Answer<int> outcome(Session& session, const Shown& shown, const JobView* job) {
    auto waiting = on_trial(session, job);
    if (!waiting) return std::unexpected(waiting.error());
    auto failure = job != nullptr ? failure_of_job(*job) : std::nullopt;
    std::string result = job != nullptr ? job->state : "done";
    if (!failure) {
        if (auto not_attached = attach_guests(session, shown.guests, job != nullptr ? std::optional(job->id) : std::nullopt)) {
            failure = std::move(not_attached->failure);
            result = not_attached->taken_back ? "taken_back" : "not_attached";
        }
    }
    if (session.options.json) {
        auto out = report(shown, result.c_str(), job);
        out["checkpoint"] = json_of(*waiting);
        session.say_json(out);
    }
    if (failure) return std::unexpected(*std::move(failure));
    if (session.options.json) return 0;
    session.say(done_text(session, shown, job));
    if (session.options.confirm_within && job != nullptr) session.say(made_on_trial_text(*waiting, job->id));
    return 0;
}

Answer<JobView> carry_out(Session& session, const Shown& shown) {
    const auto id = session.proxy.apply(shown.wire, {.disrupt = session.options.disrupt,
                                                      .digest = shown.proposal.plan.digest,
                                                      .confirm_within = session.options.confirm_within,
                                                      .drain_timeout = session.options.drain_timeout});
    if (!id) return std::unexpected(id.error());
    return follow(session, *id);
}

bool is_stale(const Answer<JobView>& job) {
    const auto failure = job ? failure_of_job(*job) : std::optional(job.error());
    return failure && failure->fault == Fault::stale_plan;
}

/// Whoever is asked sees the new plan and decides; whoever said yes beforehand means the outcome, not one
/// plan. A host that never comes to rest is no reason to go on for ever.
bool may_try_again(const Session& session, unsigned attempt) { return !session.options.yes || attempt < 3; }

/// A plan is made for the host as it is, not as a job that still runs will leave it.
std::string jobs_not_counted_in(Session& session) {
    std::string text;
    const auto jobs = session.proxy.jobs();
    if (!jobs) return text; // the answer stands without this remark
    for (const auto& job : *jobs)
        if (!job.ended())
            text += fmt::format("job {} ({}) is not at its end: what it changes is not counted in\n", job.id,
                                harmless(job.description));
    return text;
}

/// Who stops waiting for the job has not got to libvirt.
Failure not_yet_attached(const Shown& shown, Failure failure) {
    if (failure.fault != Fault::timed_out && !failure.interrupted) return failure;
    for (const auto& named : shown.guests)
        if (named.attach.any()) failure.lines.push_back(fmt::format("guest {} has not got its matrix yet; when the job is done: apctl assign {} --guest", named.guest.name, named.guest.name));
    return failure;
}

std::string already_so_text(Session& session) {
    return (session.options.confirm_within ? "already so: there will be nothing to confirm\n" : "already so\n") + jobs_not_counted_in(session);
}

} // namespace

Answer<int> change(Session& session, const std::vector<WireWish>& wishes, const GuestWish& target) {
    const auto understood = understand(wishes);
    if (!understood) return std::unexpected(understood.error());
    for (unsigned attempt = 1;; ++attempt) {
        const auto shown = propose(session, *understood, target);
        if (!shown) return std::unexpected(shown.error());
        show(session, *shown);
        if (shown->does_nothing()) return finish(session, *shown, "already_so", already_so_text(session));
        if (session.options.dry_run) return finish(session, *shown, "planned", "");
        if (auto no = objection(session, *shown)) return std::unexpected(*std::move(no));
        if (!session.options.yes && !session.console.ask("Carry out?"))
            return finish(session, *shown, "declined", "nothing changed\n");
        if (shown->proposal.plan.steps.empty()) return outcome(session, *shown, nullptr);
        const auto job = carry_out(session, *shown);
        if (is_stale(job) && may_try_again(session, attempt)) {
            if (!session.options.json)
                session.say("The host has changed meanwhile; nothing was done. The plan is now:\n\n");
            continue;
        }
        if (!job) return std::unexpected(not_yet_attached(*shown, job.error()));
        return outcome(session, *shown, &*job);
    }
}

} // namespace ap::cli
