// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl rollback: a job of the past taken back, as a change like any other. Without a number it is the one that waits to be confirmed.
#include "change.hpp"
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {
namespace {

Answer<int> rollback(Session& session, const std::optional<std::string>& number) {
    auto job = number;
    if (!job) {
        const auto waiting = session.proxy.checkpoint();
        if (!waiting) return std::unexpected(waiting.error());
        if (!*waiting) return fail(Fault::not_found, "no change waits to be confirmed; to take back another one, see its number: apctl history");
        job = std::to_string((*waiting)->job);
    }
    return change(session, {{"rollback", {{"job", *job}}}});
}

} // namespace

void add_rollback(Grammar& grammar) {
    const auto& row = row_of(Verb::rollback);
    auto job = std::make_shared<std::optional<std::string>>();
    grammar.changing(std::string(row.name), std::string(row.summary), [job](Session& session) { return rollback(session, *job); })
        .option("job", *job, "JOB", "the job; none: the one that waits to be confirmed")
        .example("apctl rollback 17");
}

} // namespace ap::cli
