// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does about a binding that somebody else changed, where the policy is to enforce what is wanted.
#include "engine/proposal.hpp"
#include "engine/worker.hpp"

#include <algorithm>

namespace ap::engine {
namespace {

constexpr auto nothing_to_do = "what differs cannot be brought back without taking queues from somebody: see the drift";

} // namespace

PolicyStanding Worker::policy_standing() const { return {ports_.policy, enforcement_.trouble(), enforcement_.due()}; }

void Worker::look_at_policy() {
    // Never while a job is open or on trial: what it made of the binding is not drift.
    if (ports_.policy != Policy::enforce || damage_ || ledger_.checkpoint() || !picture_.complete() || queue_.stopping()) return;
    const auto now = publisher_.current();
    if (!std::ranges::any_of(now->drift, is_about_binding)) enforcement_.at_rest();
    else if (enforcement_.is_due(ports_.calendar.uptime(), now->generation)) bring_back();
    if (publisher_.current()->policy != policy_standing()) publish();
}

void Worker::bring_back() {
    const auto generation = publisher_.current()->generation;
    if (const auto read = picture_.read(needed_for_a_plan(picture_.host())); !read) return publish(); // with the next marks again
    const auto plan = propose_binding(picture_.host(), picture_.wanted(), generation);
    if (!plan) return enforcement_.refused(to_string(plan.error().front()), generation);
    if (plan->steps.empty()) return enforcement_.refused(nothing_to_do, generation);
    RunJob job;
    job.brings_back = true;
    job.who = ourselves();
    job.description = "policy enforce: bring the binding back";
    job.id = book_.add(job.description, job.who).id;
    auto outcome = book_.begin(job.id) ? carry_out({}, job) : Outcome{JobState::cancelled, {{Fault::cancelled, "", "cancelled before its turn came", "", 0}}, {}};
    read_outcome(outcome);
    enforcement_.tried(ports_.calendar.uptime());
    announce_end(job.id, std::move(outcome));
}

} // namespace ap::engine
