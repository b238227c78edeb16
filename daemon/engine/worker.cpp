// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does with its commands.
#include "engine/worker.hpp"

#include "engine/proposal.hpp"
#include "engine/refusals.hpp"
#include "engine/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::engine {
namespace {

// Half a minute in tries of half a second, so that a cancelled job does not stay in line.
constexpr std::chrono::milliseconds patience_per_try{500};
constexpr int tries_of_a_job = 60;
// At the start somebody waits for the bus name, and not longer than 25 s.
constexpr int tries_at_start = 20;

Outcome failed(std::vector<Error> errors) {
    const bool cancelled = errors.front().fault == Fault::cancelled;
    return {cancelled ? JobState::cancelled : JobState::failed, std::move(errors), {}};
}

/// Gives the neighbours' lock back at the end of the scope.
class LockHeld {
  public:
    explicit LockHeld(NeighbourLock& lock) : lock_(lock) {}
    ~LockHeld() { lock_.release(); }
    LockHeld(const LockHeld&) = delete;
    LockHeld& operator=(const LockHeld&) = delete;

  private:
    NeighbourLock& lock_;
};

std::string sentence_of(const std::vector<Error>& differences) {
    std::string text;
    for (const auto& error : differences) text += (text.empty() ? "" : "; ") + to_string(error);
    return text;
}

/// Drift that was not there before the job.
std::vector<Drift> new_drift(const std::vector<Drift>& before, const std::vector<Drift>& now) {
    std::vector<Drift> fresh;
    std::ranges::copy_if(now, std::back_inserter(fresh), [&](const Drift& d) { return std::ranges::find(before, d) == before.end(); });
    return fresh;
}

/// An mdev without a definition has no wanted state that could vouch for it.
bool touched_an_undefined_mdev(const Plan& plan, const HostState& now, const Wanted& wanted) {
    return std::ranges::any_of(touched_by(plan).matrices,
                               [&](const Uuid& uuid) { return now.matrices.contains(uuid) && !wanted.definitions.contains(uuid); });
}

} // namespace

void Worker::run() {
    // Publishes even when reading failed, so that clients get an answer; what could not be read is tried again with the next marks.
    (void)picture_.read(Dirty{.everything = true});
    look_into_journal();
    publish();
    while (const auto next = queue_.take()) {
        if (next->command) {
            std::visit([&](const auto& command) { work(next->dirty, command); }, *next->command);
        } else {
            (void)picture_.read(next->dirty); // a failure is a problem in the snapshot
            publish();
        }
    }
    book_.cancel_queued("the daemon ended before its turn came");
}

void Worker::publish() {
    publisher_.publish(picture_, damage_ ? damage_->reason : "", picture_.complete() && !queue_.marks_waiting());
}

// --- Jobs ----------------------------------------------------------------------------------------------------------------

void Worker::work(const Dirty& marks, const RunJob& job) {
    if (!book_.begin(job.id)) { // cancelled while it waited
        queue_.mark(marks);
        return;
    }
    auto outcome = carry_out(marks, job);
    // The picture comes before the job's end: who waits for the job and then looks must see what it did.
    (void)picture_.read(queue_.take_marks() |= Dirty{.definitions = true});
    publish();
    book_.end(job.id, outcome.state, std::move(outcome.errors));
    ledger_.settle(book_.last());
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
    const auto now = publisher_.current();
    const auto plan = propose(now->host, now->wanted, job.wishes, job.options.disrupt, now->generation);
    if (!plan) return failed(plan.error());
    if (job.options.digest && *job.options.digest != digest(*plan)) return failed({stale_plan()});
    const JobOrigin origin{job.id, job.who, job.options.said, describe(job.wishes), ledger_.now()};
    return run_plan(origin, *plan, progress);
}

Outcome Worker::run_plan(const JobOrigin& origin, const Plan& plan, Progress& progress) {
    auto drift = publisher_.current()->drift;
    Runner runner(ports_, picture_, progress, ledger_, origin, plan);
    auto outcome = runner.run();
    if (outcome.state == JobState::degraded)
        damage_ = std::make_unique<Damage>(Damage{runner.take_record(), std::move(drift), sentence_of(outcome.differences)});
    return outcome;
}

// --- Jobs of a former daemon ---------------------------------------------------------------------------------------------

/// Before anything is published: nobody shall see, or build on, a host that is halfway.
void Worker::look_into_journal() {
    const auto journal = ledger_.read();
    if (!journal) return; // what is wrong with the database is told by Store::load(), and no job begins without it
    book_.continue_after(journal->last_job);
    if (!journal->open) return;
    if (auto record = read_record(journal->open->text)) recover(*std::move(record));
    else damage_ = std::make_unique<Damage>(Damage{.record = std::nullopt, .reason = fmt::format("job {} was on its way when the daemon ended, and {}",
                                                                                                  journal->open->job, to_string(record.error()))});
    ledger_.settle(book_.last());
}

void Worker::recover(OpenRecord record) {
    const auto id = record.origin.id;
    JobView view;
    view.id = id;
    view.description = record.origin.description;
    view.started_by = record.origin.who;
    book_.resume(std::move(view));
    Progress progress(book_, queue_, id);
    // It may be our own former self that is in the way, stuck in the kernel or dead.
    ports_.lock.left_by(record.pid);
    if (auto locked = take_lock(progress, tries_at_start); !locked) return leave_untried(std::move(record), locked.error());
    Outcome outcome;
    {
        LockHeld held(ports_.lock);
        if (auto read = picture_.read(needed_for_a_plan(picture_.host())); !read) return leave_untried(std::move(record), read.error());
        outcome = recover_locked(record, progress);
    }
    if (outcome.state == JobState::degraded)
        damage_ = std::make_unique<Damage>(Damage{.record = std::move(record), .reason = sentence_of(outcome.differences)});
    else damage_.reset();
    book_.end(id, outcome.state, std::move(outcome.errors));
}

Outcome Worker::recover_locked(const OpenRecord& record, Progress& progress) {
    std::vector<std::string> steps;
    for (const auto& step : record.plan.steps) steps.push_back(describe(step, names_in(record.plan)));
    progress.set_steps(std::move(steps));
    auto recovered = Recovery(ports_, picture_, progress, ledger_, record).at_start();
    (void)picture_.read(Dirty{.definitions = true} |= touched_by(record.plan));
    return std::move(recovered.outcome);
}

void Worker::leave_untried(OpenRecord record, const Error& why) {
    const auto id = record.origin.id;
    Error error{Fault::degraded, fmt::format("job {}", id), fmt::format("was on its way when the daemon ended, and cannot be examined: {}", to_string(why)), "", 0};
    damage_ = std::make_unique<Damage>(Damage{.record = std::move(record), .reason = to_string(error), .untried = true});
    book_.end(id, JobState::degraded, {std::move(error)});
}

// --- Degraded ------------------------------------------------------------------------------------------------------------

void Worker::examine_damage() {
    if (!damage_ || !damage_->record || !picture_.complete()) return;
    if (damage_->untried) recover(OpenRecord(*damage_->record));
    else examine_tried_damage();
}

/// Changes are allowed again when what the job touched is as it was found, or when it agrees with the records: no drift that was
/// not there before the job. The second is how an administrator ends it who finishes by hand what the job began.
void Worker::examine_tried_damage() {
    const auto& record = *damage_->record;
    const auto& host = picture_.host();
    const auto& wanted = picture_.wanted();
    const auto differences = unlike_found(record.plan, as_found(record.found, record.plan, host), host, wanted);
    const auto drift = new_drift(damage_->drift_before, drift_between(host, wanted));
    const bool agrees = drift.empty() && !touched_an_undefined_mdev(record.plan, host, wanted);
    if (!differences.empty() && !agrees) {
        damage_->reason = sentence_of(differences);
        return;
    }
    (void)ledger_.close(record, JobState::failed, differences.empty() ? "a rescan found the host as it was before the job" : "a rescan found the host as the records want it",
                        {});
    damage_.reset();
}

void Worker::work(const Dirty& marks, const Rescan& rescan) {
    const auto read = picture_.read(Dirty{.everything = true} |= marks);
    examine_damage();
    publish();
    Result<std::uint64_t> generation = publisher_.current()->generation;
    if (!read) generation = std::unexpected(read.error());
    notices_.post(RescanDone{rescan.ticket, std::move(generation)});
}

} // namespace ap::engine
