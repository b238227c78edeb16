// SPDX-License-Identifier: LGPL-2.1-or-later
// One progress line on a terminal; elsewhere a line only when the job waits for something new.
#include "follow.hpp"

#include "render/lists.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

Patience patience_of(const Options& options) {
    if (!options.wait) return std::nullopt;
    return std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                  std::chrono::duration<double>(*options.wait));
}

/// Says what is new about a job that has not ended.
class Progress {
  public:
    explicit Progress(Session& session) : session_(session) {}
    void show(const JobView& job) {
        if (session_.options.json || session_.options.quiet) return;
        if (session_.console.out_is_terminal) {
            session_.console.progress(fmt::format("job {}: {}", job.id, job_state(job)));
            return;
        }
        if (job.state == "waiting" && !waiting_)
            session_.say(fmt::format("job {}: {}\n", job.id, job_state(job)));
        waiting_ = job.state == "waiting";
    }

  private:
    Session& session_;
    bool waiting_ = false;
};

std::unexpected<Failure> goes_on(Failure failure, std::uint32_t id) {
    failure.lines.front() += fmt::format("; job {} goes on, see: apctl jobs", id);
    return std::unexpected(std::move(failure));
}

} // namespace

Answer<JobView> follow(Session& session, std::uint32_t id) {
    const auto until = patience_of(session.options);
    Progress progress(session);
    for (;;) {
        // Whoever reads along shall not have to wait with us.
        session.console.out.flush();
        auto news = session.proxy.job_news(id, until);
        session.console.end_progress();
        if (!news) return std::unexpected(news.error());
        if (news->job.ended()) return std::move(news->job);
        if (news->why == Woken::time_up)
            return goes_on({Fault::timed_out, {fmt::format("not done after {} s", *session.options.wait)}},
                           id);
        if (news->why == Woken::interrupted) return goes_on({Fault::cancelled, {"interrupted"}, true}, id);
        progress.show(news->job);
    }
}

Fault fault_of(std::string_view error_name) {
    for (const auto& row : fault_table())
        if (row.dbus_name == error_name) return row.fault;
    return Fault::internal;
}

std::optional<Failure> failure_of_job(const JobView& job) {
    if (job.state == "done") return std::nullopt;
    const auto fault = job.state == "degraded"    ? Fault::degraded
                       : job.state == "cancelled" ? Fault::cancelled
                                                  : fault_of(job.error_name);
    auto lines = job.message;
    if (lines.empty()) lines.push_back(fmt::format("job {} {}", job.id, job.state));
    // These may have had steps to undo; any other failure says itself that nothing was begun.
    if (fault == Fault::kernel_refused || fault == Fault::host_io || fault == Fault::cancelled || fault == Fault::timed_out)
        lines.push_back("nothing has changed: every step that was done has been undone");
    return Failure{fault, std::move(lines)};
}

} // namespace ap::cli
