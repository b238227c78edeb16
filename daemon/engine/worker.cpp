// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does with its commands.
#include "engine/worker.hpp"

#include "engine/lock_held.hpp"
#include "engine/proposal.hpp"
#include "engine/refusals.hpp"
#include "engine/verdict.hpp"


namespace ap::engine {
namespace {

// Half a minute in tries of half a second, so that a cancelled job does not stay in line.
constexpr std::chrono::milliseconds patience_per_try{500};
constexpr int tries_of_a_job = 60;

Outcome failed(std::vector<Error> errors) {
    const bool cancelled = errors.front().fault == Fault::cancelled;
    return {cancelled ? JobState::cancelled : JobState::failed, std::move(errors), {}};
}

} // namespace

void Worker::run() {
    // Publishes even when reading failed, so that clients get an answer; what could not be read is tried again with the next marks.
    (void)picture_.read(Dirty{.everything = true});
    look_into_journal();
    publish();
    look_at_checkpoint();
    look_at_policy();
    while (const auto next = queue_.take()) {
        ledger_.settle();
        if (next->command) std::visit([&](const auto& command) { work(next->dirty, command); }, *next->command);
        else read_and_publish(next->dirty);
        look_at_checkpoint();
        look_at_policy();
    }
    ledger_.settle();
    book_.cancel_queued("the daemon ended before its turn came");
}

void Worker::publish() {
    // The kernel does not show it, and nobody else will have seen it (kernel-abi 5.3).
    if (picture_.host().masks_locked && !locked_masks_remembered_) locked_masks_remembered_ = ledger_.remember_locked_masks();
    publish_picture();
}

void Worker::publish_picture() {
    publisher_.publish(picture_, {.settled = picture_.complete() && !queue_.marks_waiting(), .degraded = damage_ ? damage_->reason : "", .open_job = open_job(),
                                  .checkpoint = checkpoint(), .confirmed = ledger_.confirmed(), .policy = policy_standing(),
                                  .unexamined = damage_ && damage_->untried ? &damage_->record->plan : nullptr});
}

void Worker::read_and_publish(const Dirty& marks) {
    (void)picture_.read(marks); // a failure is a problem in the snapshot
    try_what_could_not_be_tried();
    publish();
}

// --- Jobs ----------------------------------------------------------------------------------------------------------------

void Worker::work(const Dirty& marks, const RunJob& job) {
    if (!book_.begin(job.id)) { // cancelled while it waited
        queue_.mark(marks);
        return;
    }
    auto outcome = carry_out(marks, job);
    read_outcome(outcome);
    announce_end(job.id, std::move(outcome));
}

/// The picture comes before the job's end: who waits for the job and then looks must see what it did. What a job did that is done was read when it was verified and
/// committed, after its last write; the events of its own writes can wait.
void Worker::read_outcome(const Outcome& outcome) {
    (void)picture_.read(outcome.state == JobState::done ? Dirty{} : Dirty{.definitions = true} |= queue_.take_marks());
}

void Worker::announce_end(std::uint32_t job, Outcome outcome) {
    publish();
    book_.end(job, outcome.state, std::move(outcome.errors), std::move(outcome.how));
    ledger_.settle_later(book_.last());
}

Outcome Worker::carry_out(const Dirty& marks, const RunJob& job) {
    Progress progress(book_, queue_, job.id);
    if (auto locked = take_lock(progress, tries_of_a_job); !locked) {
        queue_.mark(marks);
        return failed({locked.error()});
    }
    // Given back before anything about the end is announced, so that nobody who is told can find it taken.
    LockHeld held(ports_.lock);
    return carry_out_locked(marks, job, progress);
}

Result<void> Worker::take_lock(Progress& progress, int tries) {
    Result<void> taken;
    for (int i = 0; i < tries; ++i) {
        if (progress.shall_end()) return std::unexpected(Error{Fault::cancelled, "", "cancelled before its first step", "", 0});
        taken = ports_.lock.acquire(patience_per_try);
        if (taken || taken.error().fault != Fault::foreign_owner) break;
        progress.set_waiting(to_string(taken.error()));
    }
    progress.end();
    return taken;
}

Outcome Worker::carry_out_locked(const Dirty& marks, const RunJob& job, Progress& progress) {
    progress.begin("read the host");
    auto read = picture_.read(needed_for_a_plan(picture_.host()) |= marks);
    progress.end();
    publish();
    if (!read) return failed({read.error()});
    if (damage_) return failed({refusal_while_degraded(damage_->reason)});
    if (auto no = refusal_while_unconfirmed(checkpoint(), job.wishes, job.options, ports_.calendar)) return failed({*std::move(no)});
    const auto plan = plan_for(job);
    if (!plan) return failed(plan.error());
    if (auto no = refusal_of_checkpoint(job.options, *plan)) return failed({*std::move(no)});
    if (job.options.digest && *job.options.digest != digest(*plan)) return failed({stale_plan()});
    JobOrigin origin{job.id, job.who, job.options.said, job.description, ledger_.now()};
    if (job.wishes.size() == 1) origin.takes_back = job.wishes.front().job;
    if (job.options.confirm_within) origin.checkpoint = CheckpointTerms{*job.options.confirm_within, job.options.disrupt};
    return run_plan(origin, *plan, job.options.drain, progress);
}

/// A host that reads as it was when the job was queued has the same plan.
std::expected<Plan, std::vector<Error>> Worker::plan_for(const RunJob& job) const {
    const auto now = publisher_.current();
    if (job.earlier && job.earlier->made_from == now) return job.earlier->plan;
    if (job.brings_back) return propose_binding(now->host, now->wanted, now->generation);
    return propose(now->host, now->wanted, job.wishes, {job.options.disrupt, checkpoint()}, now->generation, ledger_.history(), neighbours());
}

Outcome Worker::run_plan(const JobOrigin& origin, const Plan& plan, std::chrono::seconds drain, Progress& progress) {
    auto drift = publisher_.current()->drift;
    // Telling of what changed takes about as long as the disk does; that the job is done is told when it is on the disk. Should that fail, the old picture follows.
    Runner runner(ports_, picture_, progress, ledger_, origin, plan, drain, [this] {
        (void)picture_.read(Dirty{.definitions = true});
        publish_picture();
    });
    auto outcome = runner.run();
    if (outcome.state == JobState::degraded)
        damage_ = std::make_unique<Damage>(Damage{origin.id, runner.take_record(), std::move(drift), sentence_of(outcome.differences)});
    return outcome;
}

void Worker::work(const Dirty& marks, const Rescan& rescan) {
    ports_.guests.look_again(); // what it finds is an event of its own
    const auto read = picture_.read(Dirty{.everything = true} |= marks);
    examine_damage();
    enforcement_.start_over();
    publish();
    Result<std::uint64_t> generation = publisher_.current()->generation;
    if (!read) generation = std::unexpected(read.error());
    notices_.post(RescanDone{rescan.ticket, std::move(generation)});
}

} // namespace ap::engine
