// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl jobs: changes under way and the last ones; --cancel stops one.
#include "render/json.hpp"
#include "render/lists.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

Answer<int> list_jobs(Session& session) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto jobs = session.proxy.jobs();
    if (!jobs) return std::unexpected(jobs.error());
    if (!session.options.json) {
        session.say(jobs_text(*jobs, session.look()));
        return 0;
    }
    auto out = envelope(*view);
    out["jobs"] = Json::array();
    for (const auto& job : *jobs) out["jobs"].push_back(json_of(job));
    session.say_json(out);
    return 0;
}

Answer<int> cancel(Session& session, std::uint32_t id) {
    if (const auto cancelled = session.proxy.cancel(id); !cancelled)
        return std::unexpected(cancelled.error());
    if (!session.options.json) {
        session.say(fmt::format("job {} stops at its next step and is undone\n", id));
        return 0;
    }
    return list_jobs(session);
}

} // namespace

void add_jobs(Grammar& grammar) {
    auto id = std::make_shared<std::optional<std::uint32_t>>();
    grammar
        .listing("jobs", "list changes under way and the last ones",
                 [id](Session& session) { return *id ? cancel(session, **id) : list_jobs(session); })
        .number("--cancel", *id, "JOB", "stop this one and undo it");
}

} // namespace ap::cli
