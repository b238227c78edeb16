// SPDX-License-Identifier: LGPL-2.1-or-later
// Nothing is sent that was not shown, and nothing is carried out but what was shown: the plan's digest goes
// along.
#include "change.hpp"

#include "follow.hpp"
#include "render/checkpoint.hpp"
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
Answer<PlanView> plan_on_a_fresh_host(Session& session, const Change& change) {
    auto plan = session.proxy.plan(change.wire, session.options.disrupt);
    if (plan || plan.error().fault != Fault::in_use) return plan;
    const auto allowed = session.proxy.may("org.apctl1.Manager.Rescan");
    if (!allowed || !*allowed || !session.proxy.rescan()) return plan;
    return session.proxy.plan(change.wire, session.options.disrupt);
}

Answer<Shown> propose(Session& session, const Change& change) {
    auto plan = plan_on_a_fresh_host(session, change);
    auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    std::vector<std::string> warnings;
    for (const auto& [verb, arguments] : change.wire)
        std::ranges::copy(number_warnings(view->host, verb, arguments), std::back_inserter(warnings));
    if (!plan) {
        // A refusal is often a misunderstood number: say what was understood before saying no.
        if (session.console.out_is_terminal) session.say(understood_text(change.wishes, session.look()));
        if (!session.options.quiet)
            for (const auto& warning : warnings)
                session.console.err << "apctl: warning: " << harmless(warning) << "\n";
        return std::unexpected(plan.error());
    }
    return Shown{*std::move(view), {change.wishes, std::move(warnings), *std::move(plan)}};
}

Json report(const Shown& shown, const char* outcome, const JobView* job) {
    auto out = envelope(shown.view);
    out["outcome"] = outcome;
    out["plan"] = json_of(shown.view, shown.proposal);
    out["job"] = job != nullptr ? json_of(*job) : Json(nullptr);
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
std::optional<Failure> objection(Session& session) {
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

Answer<int> outcome(Session& session, const Shown& shown, const JobView& job) {
    std::optional<CheckpointView> waiting;
    if (session.options.confirm_within && job.state == "done") {
        auto found = session.proxy.checkpoint();
        if (!found) return std::unexpected(found.error());
        waiting = *std::move(found);
    }
    if (session.options.json) {
        auto out = report(shown, job.state.c_str(), &job);
        out["checkpoint"] = json_of(waiting);
        session.say_json(out);
    }
    if (auto failure = failure_of_job(job)) return std::unexpected(*std::move(failure));
    if (session.options.json) return 0;
    session.say("done: " + harmless(job.description) + "\n" + remarks_text(job, session.look()));
    if (session.options.confirm_within) session.say(made_on_trial_text(waiting, job.id));
    return 0;
}

Answer<JobView> carry_out(Session& session, const Change& change, const Shown& shown) {
    const auto id = session.proxy.apply(change.wire, {.disrupt = session.options.disrupt,
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

std::string already_so_text(Session& session) {
    return (session.options.confirm_within ? "already so: there will be nothing to confirm\n" : "already so\n") + jobs_not_counted_in(session);
}

} // namespace

Answer<int> change(Session& session, const std::vector<WireWish>& wishes) {
    const auto understood = understand(wishes);
    if (!understood) return std::unexpected(understood.error());
    for (unsigned attempt = 1;; ++attempt) {
        const auto shown = propose(session, *understood);
        if (!shown) return std::unexpected(shown.error());
        show(session, *shown);
        if (shown->proposal.plan.steps.empty())
            return finish(session, *shown, "already_so", already_so_text(session));
        if (session.options.dry_run) return finish(session, *shown, "planned", "");
        if (auto no = objection(session)) return std::unexpected(*std::move(no));
        if (!session.options.yes && !session.console.ask("Carry out?"))
            return finish(session, *shown, "declined", "nothing changed\n");
        const auto job = carry_out(session, *understood, *shown);
        if (is_stale(job) && may_try_again(session, attempt)) {
            if (!session.options.json)
                session.say("The host has changed meanwhile; nothing was done. The plan is now:\n\n");
            continue;
        }
        if (!job) return std::unexpected(job.error());
        return outcome(session, *shown, *job);
    }
}

} // namespace ap::cli
