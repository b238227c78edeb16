// SPDX-License-Identifier: LGPL-2.1-or-later
#include "carry_out.hpp"

#include "core/parse.hpp"
#include "follow.hpp"

#include <fmt/format.h>

namespace ap::cli {

WireWish wish_about(const char* verb, const Uuid& matrix) { return {verb, {{"matrix", to_string(matrix)}}}; }

Answer<void> carry_out(Proxy& daemon, const std::vector<WireWish>& wishes, const ApplyOptions& options, Patience until) {
    const auto id = daemon.apply(wishes, options);
    if (!id) return std::unexpected(id.error());
    for (;;) {
        auto news = daemon.job_news(*id, until);
        if (!news) return std::unexpected(news.error());
        const auto& job = news->job;
        if (job.ended()) {
            if (auto failure = failure_of_job(job)) return std::unexpected(*std::move(failure));
            return {};
        }
        if (news->why != Woken::news)
            return fail(Fault::timed_out, fmt::format("job {} ({}) goes on{}{}; see: apctl jobs", *id, job.description, job.waiting_for.empty() ? "" : ": it waits: ",
                                                      job.waiting_for));
    }
}

} // namespace ap::cli
