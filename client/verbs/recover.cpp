// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl recover: what a degraded daemon has in its hands, and what shall become of it.
#include "follow.hpp"
#include "render/history.hpp"
#include "render/json.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

struct Choice {
    bool undo = false, finish = false, accept = false, yes = false;
    [[nodiscard]] int number() const { return int{undo} + int{finish} + int{accept}; }
    [[nodiscard]] std::string name() const { return undo ? "undo" : finish ? "finish" : "accept"; }
};

Json envelope_of(const OpenJobView& open, const JobView* job) {
    return {{"format", 1}, {"open_job", json_of(open)}, {"job", job != nullptr ? json_of(*job) : Json(nullptr)}};
}

std::optional<Failure> objection(Session& session, const Choice& choice) {
    const auto allowed = session.proxy.may("org.apctl1.Manager.Recover");
    if (!allowed) return allowed.error();
    if (!*allowed) return Failure{Fault::denied, {"this is for root: run with sudo"}};
    if (choice.yes || session.console.in_is_terminal) return std::nullopt;
    return Failure{Fault::invalid, {"not a terminal, so nobody can be asked: add --yes"}};
}

Answer<int> carry_out(Session& session, const OpenJobView& open, const Choice& choice) {
    const auto id = session.proxy.recover(choice.name());
    if (!id) return std::unexpected(id.error());
    const auto job = follow(session, *id);
    if (!job) return std::unexpected(job.error());
    if (session.options.json) session.say_json(envelope_of(open, &*job));
    if (auto failure = failure_of_job(*job)) return std::unexpected(*std::move(failure));
    if (!session.options.json) session.say(fmt::format("done: job {} is closed, and changes are made again\n", open.job));
    return 0;
}

Answer<int> recover(Session& session, const Choice& choice) {
    if (choice.number() > 1) return fail(Fault::invalid, "one of --undo, --finish and --accept");
    const auto open = session.proxy.open_job();
    if (!open) return std::unexpected(open.error());
    const bool shown_only = choice.number() == 0;
    if (!session.options.json) session.say(open_job_text(*open, session.look()));
    else if (shown_only) session.say_json(envelope_of(*open, nullptr));
    if (shown_only) return 0;
    if (auto no = objection(session, choice)) return std::unexpected(*std::move(no));
    if (!choice.yes && !session.console.ask(fmt::format("Carry out --{}?", choice.name()))) {
        session.say("nothing changed\n");
        return 0;
    }
    return carry_out(session, *open, choice);
}

} // namespace

void add_recover(Grammar& grammar) {
    auto choice = std::make_shared<Choice>();
    grammar
        .commanding("recover", "show, and end, what makes the daemon degraded",
                    [choice](Session& session) { return recover(session, *choice); })
        .flag("--undo", choice->undo, "try once more to return to before the job")
        .flag("--finish", choice->finish, "carry out what is left of the job")
        .flag("--accept", choice->accept, "take the host as it is and close the record")
        .flag("-y,--yes", choice->yes, "do not ask")
        .example("apctl recover, apctl recover --undo");
}

} // namespace ap::cli
