// SPDX-License-Identifier: LGPL-2.1-or-later
#include "hook/carry_out.hpp"

#include "core/parse.hpp"
#include "follow.hpp"

#include <fmt/format.h>

namespace ap::hook {

cli::WireWish wish_about(const char* verb, const Uuid& matrix) { return {verb, {{"matrix", to_string(matrix)}}}; }

cli::Answer<void> carry_out(cli::Proxy& daemon, const std::vector<cli::WireWish>& wishes, const cli::ApplyOptions& options, cli::Patience until) {
    const auto id = daemon.apply(wishes, options);
    if (!id) return std::unexpected(id.error());
    for (;;) {
        auto news = daemon.job_news(*id, until);
        if (!news) return std::unexpected(news.error());
        const auto& job = news->job;
        if (job.ended()) {
            if (auto failure = cli::failure_of_job(job)) return std::unexpected(*std::move(failure));
            return {};
        }
        if (news->why != cli::Woken::news)
            return cli::fail(Fault::timed_out, fmt::format("job {} ({}) goes on{}{}; see: apctl jobs", *id, job.description, job.waiting_for.empty() ? "" : ": it waits: ",
                                                           job.waiting_for));
    }
}

} // namespace ap::hook
