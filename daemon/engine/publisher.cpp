// SPDX-License-Identifier: LGPL-2.1-or-later
// Snapshots and their numbers.
#include "engine/publisher.hpp"

#include "engine/verdict.hpp"

#include <utility>

namespace ap::engine {
namespace {

bool same(const Snapshot& a, const Picture& picture, const std::vector<std::string>& problems, const Standing& standing) {
    const bool same_job = a.open_job && standing.open_job ? *a.open_job == *standing.open_job : a.open_job == standing.open_job;
    return same_job && a.settled == standing.settled && a.degraded == standing.degraded && a.checkpoint == standing.checkpoint && a.confirmed == standing.confirmed &&
           a.policy == standing.policy && a.problems == problems && a.sources == picture.sources() && a.guests == picture.guests() && a.host == picture.host() && a.wanted == picture.wanted(); // drift is a function of these two, and of what `degraded` is said for
}

} // namespace

void Publisher::publish(const Picture& picture, Standing standing) {
    const auto before = box_.get();
    auto problems = picture.problems();
    if (before->generation != 0 && same(*before, picture, problems, standing)) return;
    auto next = std::make_shared<Snapshot>();
    next->generation = before->generation + 1;
    next->host = picture.host();
    next->wanted = picture.wanted();
    next->drift = drift_between(next->host, next->wanted);
    if (standing.unexamined != nullptr) std::erase_if(next->drift, [&](const Drift& drift) { return may_be_doing_of(*standing.unexamined, drift); });
    next->problems = std::move(problems);
    next->settled = standing.settled;
    next->degraded = std::move(standing.degraded);
    next->open_job = std::move(standing.open_job);
    next->checkpoint = std::move(standing.checkpoint);
    next->confirmed = standing.confirmed;
    next->policy = std::move(standing.policy);
    next->sources = picture.sources();
    next->guests = picture.guests();
    box_.put(next);
    notices_.post(SnapshotPublished{before, std::move(next)});
}

} // namespace ap::engine
