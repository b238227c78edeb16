// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl confirm: keeps the change that waits for it.
#include "core/quote.hpp"
#include "follow.hpp"
#include "render/checkpoint.hpp"
#include "render/json.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

Answer<CheckpointView> find(Session& session, const std::optional<std::uint32_t>& job) {
    const auto allowed = session.proxy.may("org.apctl1.Checkpoint.Confirm");
    if (!allowed) return std::unexpected(allowed.error());
    if (!*allowed) return fail(Fault::denied, "this is for root: run with sudo");
    const auto waiting = session.proxy.checkpoint();
    if (!waiting) return std::unexpected(waiting.error());
    if (!*waiting) return fail(Fault::not_found, "no change waits to be confirmed; what was done: apctl history");
    if (job && *job != (*waiting)->job) return fail(Fault::not_found, fmt::format("job {} does not wait to be confirmed; job {} does", *job, (*waiting)->job));
    return **waiting;
}

Answer<int> confirm(Session& session, const std::optional<std::uint32_t>& which) {
    const auto waiting = find(session, which);
    if (!waiting) return std::unexpected(waiting.error());
    const auto id = session.proxy.confirm(waiting->job);
    if (!id) return std::unexpected(id.error());
    const auto job = follow(session, *id);
    if (!job) return std::unexpected(job.error());
    if (session.options.json) session.say_json({{"format", 1}, {"checkpoint", json_of(std::optional(*waiting))}, {"job", json_of(*job)}});
    if (auto failure = failure_of_job(*job)) return std::unexpected(*std::move(failure));
    if (!session.options.json) session.say(fmt::format("done: job {} ({}) is kept\n", waiting->job, harmless(waiting->description)));
    return 0;
}

} // namespace

void add_confirm(Grammar& grammar) {
    auto job = std::make_shared<std::optional<std::uint32_t>>();
    grammar.commanding("confirm", "keep the change that waits for it", [job](Session& session) { return confirm(session, *job); })
        .number("job", *job, "JOB", "its number, to be sure which one")
        .example("apctl confirm");
}

} // namespace ap::cli
