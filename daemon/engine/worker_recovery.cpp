// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does about a job that is neither done nor undone: at its start, when asked to look again, and when told what shall become of it.
#include "engine/lock_held.hpp"
#include "engine/refusals.hpp"
#include "engine/verdict.hpp"
#include "engine/worker.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::engine {
namespace {

// At the start somebody waits for the bus name, and not longer than 25 s.
constexpr int tries_at_start = 20;

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

Outcome failed(const Error& error) { return {error.fault == Fault::cancelled ? JobState::cancelled : JobState::failed, {error}, {}}; }

} // namespace

// --- Jobs of a former daemon ---------------------------------------------------------------------------------------------

/// Before anything is published: nobody shall see, or build on, a host that is halfway.
void Worker::look_into_journal() {
    const auto journal = ledger_.read();
    if (!journal) return; // what is wrong with the database is told by Store::load(), and no job begins without it
    book_.continue_after(journal->last_job);
    if (!journal->masks_locked_in.empty() && journal->masks_locked_in == ledger_.boot()) {
        picture_.lock_masks();
        locked_masks_remembered_ = true;
    }
    if (!journal->open) return;
    if (auto record = read_record(journal->open->text)) recover(*std::move(record));
    else damage_ = std::make_unique<Damage>(Damage{.job = journal->open->job, .record = std::nullopt,
                                               .reason = fmt::format("job {} was on its way when the daemon ended, and {}", journal->open->job,
                                                                     to_string(record.error()))});
    ledger_.settle_later(book_.last());
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
    Recovered recovered;
    {
        LockHeld held(ports_.lock);
        if (auto read = picture_.read(needed_for_a_plan(picture_.host())); !read) return leave_untried(std::move(record), read.error());
        recovered = recover_locked(record, progress);
    }
    auto& outcome = recovered.outcome;
    if (outcome.state == JobState::degraded)
        damage_ = std::make_unique<Damage>(Damage{.job = id, .record = std::move(record), .reason = sentence_of(outcome.differences)});
    else damage_.reset();
    book_.end(id, outcome.state, std::move(outcome.errors), std::move(recovered.how));
}

Recovered Worker::recover_locked(const OpenRecord& record, Progress& progress) {
    std::vector<std::string> steps;
    for (const auto& step : record.plan.steps) steps.push_back(describe(step, names_in(record.plan)));
    progress.set_steps(std::move(steps));
    auto recovered = Recovery(ports_, picture_, progress, ledger_, record).at_start();
    (void)picture_.read(Dirty{.definitions = true} |= touched_by(record.plan));
    return recovered;
}

void Worker::leave_untried(OpenRecord record, const Error& why) {
    const auto id = record.origin.id;
    Error error{Fault::degraded, fmt::format("job {}", id), fmt::format("was on its way when the daemon ended, and cannot be examined yet: {}", to_string(why)), "", 0};
    damage_ = std::make_unique<Damage>(Damage{.job = id, .record = std::move(record), .reason = to_string(error), .untried = true});
    book_.end(id, JobState::degraded, {std::move(error)});
}

// --- Degraded ------------------------------------------------------------------------------------------------------------

/// What kept the start from examining the job may have ended since: a former self that was stuck in the kernel, a neighbour with the lock. That is
/// looked at without a word, for it may take days.
void Worker::try_what_could_not_be_tried() {
    if (!damage_ || !damage_->untried || !picture_.complete()) return;
    if (!ports_.lock.acquire(std::chrono::milliseconds(0))) return;
    ports_.lock.release();
    examine_damage();
}

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

// --- By hand -------------------------------------------------------------------------------------------------------------

std::shared_ptr<const OpenJob> Worker::open_job() {
    if (!damage_) return nullptr;
    OpenJob open{damage_->job, std::nullopt, {}, {}, std::nullopt};
    if (damage_->record) {
        const auto& record = *damage_->record;
        Progress nobody(book_, queue_, record.origin.id);
        const Recovery recovery(ports_, picture_, nobody, ledger_, record);
        open.origin = record.origin;
        open.differences = recovery.differences();
        open.undo = recovery.steps_to_undo();
        open.finish = recovery.steps_to_finish();
    }
    return std::make_shared<const OpenJob>(std::move(open));
}

void Worker::work(const Dirty& marks, const RecoverJob& job) {
    queue_.mark(marks);
    if (!book_.begin(job.id)) return; // cancelled while it waited
    auto outcome = recover_by_hand(job);
    (void)picture_.read(Dirty{.definitions = true} |= queue_.take_marks());
    announce_end(job.id, std::move(outcome));
}

Outcome Worker::recover_by_hand(const RecoverJob& job) {
    Progress progress(book_, queue_, job.id);
    if (!damage_) return failed(nothing_to_recover());
    if (auto locked = take_lock(progress, tries_at_start); !locked) return failed(locked.error());
    LockHeld held(ports_.lock);
    if (auto read = picture_.read(needed_for_a_plan(picture_.host())); !read) return failed(read.error());
    if (auto no = refusal_of(job.remedy, *open_job())) return failed(*no);
    auto recovered = apply_remedy(job, progress);
    auto& outcome = recovered.outcome;
    if (outcome.state == JobState::degraded) {
        damage_->reason = sentence_of(outcome.differences);
        damage_->untried = false;
        return std::move(outcome);
    }
    damage_.reset();
    return {}; // what the administrator chose is done, whatever that means for the job it was about
}

Recovered Worker::apply_remedy(const RecoverJob& job, Progress& progress) {
    const auto why = fmt::format("apctl recover --{}, by user {}", to_string(job.remedy), job.who.uid);
    if (!damage_->record) {
        forget_unreadable(why);
        return {};
    }
    Recovery recovery(ports_, picture_, progress, ledger_, *damage_->record);
    switch (job.remedy) {
    case Remedy::undo: return recovery.undo(why);
    case Remedy::finish: return recovery.finish(why);
    case Remedy::accept: break;
    }
    return recovery.accept(why);
}

void Worker::forget_unreadable(const std::string& why) {
    HistoryEntry entry;
    entry.origin.id = damage_->job;
    entry.origin.description = "a job whose record could not be read";
    entry.ended = ledger_.now();
    entry.state = JobState::failed;
    entry.how = why;
    (void)ledger_.close(entry); // written before the next job if not now
}

} // namespace ap::engine
