// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does about a change that waits to be confirmed.
#include "engine/proposal.hpp"
#include "engine/refusals.hpp"
#include "engine/worker.hpp"

#include <fmt/format.h>

namespace ap::engine {
namespace {

/// How soon to try again what waiting alone may help: another program lets go of the lock, somebody makes room on the disk.
constexpr std::chrono::minutes pause{1};

bool may_pass(const Error& error) { return error.fault == Fault::foreign_owner || error.fault == Fault::host_io; }

RunJob rollback_of(const Checkpoint& waiting) {
    Wish wish;
    wish.verb = Verb::rollback;
    wish.job = waiting.job;
    RunJob job;
    job.wishes = {std::move(wish)};
    job.options.disrupt = waiting.terms.disrupt;
    job.options.said = {{"rollback", {{"job", fmt::to_string(waiting.job)}}}};
    job.who = ourselves();
    job.description = fmt::format("{}, which nobody confirmed within {}", describe(job.wishes), in_seconds(waiting.terms.within));
    return job;
}

} // namespace

std::optional<Checkpoint> Worker::checkpoint() const {
    auto waiting = ledger_.checkpoint();
    if (waiting && overdue_) {
        waiting->overdue = overdue_->why;
        waiting->due = overdue_->again;
    }
    return waiting;
}

// --- Taking back ---------------------------------------------------------------------------------------------------------

void Worker::look_at_checkpoint() {
    if (!ledger_.checkpoint()) overdue_.reset();
    else if (!damage_ && picture_.complete() && !queue_.stopping() && time_to_take_back()) take_back(*ledger_.checkpoint());
}

bool Worker::time_to_take_back() const {
    const auto now = ports_.calendar.uptime();
    if (!overdue_) return ledger_.checkpoint()->due <= now;
    // What was refused once is refused again, until something is different.
    return overdue_->again <= now || overdue_->host != picture_.host() || overdue_->wanted != picture_.wanted();
}

void Worker::take_back(const Checkpoint& waiting) {
    auto job = rollback_of(waiting);
    if (const auto read = picture_.read(needed_for_a_plan(picture_.host())); !read) return publish(); // with the next marks again
    const auto plan = propose(picture_.host(), picture_.wanted(), job.wishes, {job.options.disrupt, waiting}, publisher_.current()->generation, ledger_.history(), neighbours());
    if (!plan) { // no job for that: there may be many tries
        note_overdue({JobState::failed, plan.error(), {}});
        return publish();
    }
    job.id = book_.add(job.description, job.who).id;
    if (!book_.begin(job.id)) { // somebody was very quick
        note_overdue({JobState::cancelled, {{Fault::cancelled, "", "cancelled before its turn came", "", 0}}, {}});
        return publish();
    }
    auto outcome = carry_out({}, job);
    read_outcome(outcome);
    if (ledger_.checkpoint()) note_overdue(outcome);
    announce_end(job.id, std::move(outcome));
}

void Worker::note_overdue(const Outcome& outcome) {
    const auto& why = outcome.errors.front();
    overdue_ = std::make_unique<Overdue>(Overdue{to_string(why), picture_.host(), picture_.wanted()});
    if (may_pass(why)) overdue_->again = ports_.calendar.uptime() + pause;
    if (outcome.state == JobState::degraded) overdue_->host = {}; // it is tried once more when the host is right again
}

// --- Confirming ----------------------------------------------------------------------------------------------------------

void Worker::work(const Dirty& marks, const ConfirmJob& job) {
    queue_.mark(marks);
    if (!book_.begin(job.id)) return; // cancelled while it waited
    Outcome outcome;
    if (!ledger_.checkpoint() || ledger_.checkpoint()->job != job.confirmed) outcome = {JobState::failed, {nothing_to_confirm(job.confirmed)}, {}};
    else if (auto kept = ledger_.confirm(job.who); !kept) outcome = {JobState::failed, {kept.error()}, {}};
    announce_end(job.id, std::move(outcome));
}

void Worker::work(const Dirty& marks, const LookAtCheckpoint&) { read_and_publish(marks); }

} // namespace ap::engine
