// SPDX-License-Identifier: LGPL-2.1-or-later
// Notices as log lines.
#include "chronicle.hpp"

#include "dbus/answer.hpp"
#include "dbus/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

template <class T>
bool has(const std::vector<T>& all, const T& one) { return std::ranges::find(all, one) != all.end(); }

void log_bus(const HostState& before, const HostState& after, bool first) {
    if (!after.bus_present && (first || before.bus_present))
        log::notice("there is no AP bus on this machine: no crypto adapters, or a kernel without AP support; changes are refused");
    if (after.bus_present && (first || !before.bus_present)) log::info("the AP bus is there");
    if (after.bus_present && !after.vfio_ap_present && (first || before.vfio_ap_present))
        log::notice("vfio_ap is not loaded; no matrix can be started until \"modprobe vfio_ap\"");
}

void log_degraded(const std::string& before, const std::string& after) {
    if (before.empty() && !after.empty()) log::error("degraded, changes are refused: " + after);
    if (!before.empty() && after.empty()) log::notice("no longer degraded");
}

void log_checkpoint(const std::optional<engine::Checkpoint>& before, const std::optional<engine::Checkpoint>& after) {
    if (!after) return; // the job that ended it is told
    if (!before || before->job != after->job)
        log::notice(fmt::format("job {} ({}) is taken back unless somebody confirms it within {}", after->job, after->description, engine::in_seconds(after->terms.within)),
                    {{"AP_JOB", fmt::to_string(after->job)}});
    if (!after->overdue.empty() && (!before || before->overdue != after->overdue))
        log::warning(fmt::format("job {} was not confirmed, and cannot be taken back: {}", after->job, after->overdue), {{"AP_JOB", fmt::to_string(after->job)}});
}

void log_policy(const engine::PolicyStanding& before, const engine::PolicyStanding& after) {
    if (!after.trouble.empty() && before.trouble != after.trouble) log::warning(fmt::format("policy {}: {}", to_string(after.policy), after.trouble));
}

void log_source(const Source& source) {
    const auto line = fmt::format("{}: {}", place_of(source), source.problem.empty() ? asks_for(source) : source.problem);
    source.problem.empty() ? log::info("also decides about binding: " + line) : log::warning("decides about binding, and is not understood: " + line);
}

std::string line_of(const engine::JobView& job) {
    auto line = fmt::format("job {} ({}): {}", job.id, job.description, to_string(job.state));
    if (!job.waiting_for.empty()) line += ", " + job.waiting_for;
    if (!job.how.empty() && job.errors.empty()) line += " (" + job.how + ")";
    auto reasons = dbus::message_of(job.errors);
    std::ranges::replace(reasons, '\n', ' ');
    if (!reasons.empty()) line += ": " + reasons;
    return line;
}

log::Level level_of(engine::JobState state) {
    if (state == engine::JobState::degraded) return log::Level::error;
    return state == engine::JobState::failed ? log::Level::warning : log::Level::info;
}

} // namespace

void Chronicle::tell_one(const engine::SnapshotPublished& published) {
    const auto &before = *published.before, &after = *published.after;
    log_bus(before.host, after.host, before.generation == 0);
    log_degraded(before.degraded, after.degraded);
    log_checkpoint(before.checkpoint, after.checkpoint);
    for (const auto& problem : after.problems)
        if (!has(before.problems, problem)) log::warning(problem);
    log_policy(before.policy, after.policy);
    for (const auto& source : after.sources)
        if (!has(before.sources, source)) log_source(source);
    for (const auto& drift : after.drift)
        if (!has(before.drift, drift)) log::notice("drift: " + drift.text, {{"AP_GENERATION", fmt::to_string(after.generation)}});
}

void Chronicle::tell_one(const engine::JobChanged& changed) {
    const auto& job = changed.job;
    const auto line = line_of(job);
    if (std::exchange(told_[job.id], line) != line) log::write(level_of(job.state), line, {{"AP_JOB", fmt::to_string(job.id)}});
    if (engine::ended(job.state)) told_.erase(job.id);
}

void Chronicle::tell_one(const engine::RescanDone& done) {
    if (!done.generation) log::warning("rescan: " + to_string(done.generation.error()));
}

void Chronicle::tell(const engine::Notice& notice) {
    std::visit([this](const auto& event) { tell_one(event); }, notice);
}

std::string status_line(const engine::Snapshot& s) {
    if (!s.degraded.empty()) return "degraded: " + s.degraded;
    if (s.checkpoint) return fmt::format("job {} waits to be confirmed", s.checkpoint->job);
    if (!s.host.bus_present) return "no AP bus";
    const auto in_use = std::ranges::count_if(s.host.matrices, [](const auto& m) { return m.second.in_use; });
    return fmt::format("{} queues, {} in the guest pool; {} matrices active, {} in use", s.host.present.size(), s.host.guest.size(),
                       s.host.matrices.size(), in_use);
}

} // namespace ap
