// SPDX-License-Identifier: LGPL-2.1-or-later
// What the engine thread does with its commands.
#include "engine/worker.hpp"

#include "engine/proposal.hpp"
#include "engine/refusals.hpp"
#include "engine/verdict.hpp"

#include <algorithm>

namespace ap::engine {
namespace {

// Half a minute in tries of half a second, so that a cancelled job does not stay in line.
constexpr std::chrono::milliseconds patience_per_try{500};
constexpr int tries = 60;

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
}

Outcome Worker::carry_out(const Dirty& marks, const RunJob& job) {
    Progress progress(book_, queue_, job.id);
    if (auto locked = take_lock(progress); !locked) {
        queue_.mark(marks);
        return failed({locked.error()});
    }
    // Given back before anything about the end is announced, so that nobody who is told can find it taken.
    LockHeld held(ports_.lock);
    return carry_out_locked(marks, job, progress);
}

Result<void> Worker::take_lock(Progress& progress) {
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
    return run_plan(*plan, progress);
}

Outcome Worker::run_plan(const Plan& plan, Progress& progress) {
    auto found = picture_.host();
    auto drift = publisher_.current()->drift;
    auto outcome = Runner(ports_, picture_, progress, plan).run();
    if (outcome.state == JobState::degraded) remember_damage(plan, std::move(found), std::move(drift), outcome.differences);
    return outcome;
}

// --- Degraded ------------------------------------------------------------------------------------------------------------

void Worker::remember_damage(const Plan& plan, HostState found, std::vector<Drift> drift_before, const std::vector<Error>& differences) {
    damage_ = std::make_unique<Damage>(Damage{plan, std::move(found), std::move(drift_before), sentence_of(differences)});
}

/// Changes are allowed again when what the job touched is as it was found, or when it agrees with the records: no drift that was
/// not there before the job. The second is how an administrator ends it who finishes by hand what the job began.
void Worker::examine_damage() {
    if (!damage_ || !picture_.complete()) return;
    const auto& host = picture_.host();
    const auto& wanted = picture_.wanted();
    const auto differences = unlike_found(damage_->plan, damage_->found, host, wanted);
    const auto drift = new_drift(damage_->drift_before, drift_between(host, wanted));
    if (differences.empty() || (drift.empty() && !touched_an_undefined_mdev(damage_->plan, host, wanted))) damage_.reset();
    else damage_->reason = sentence_of(differences);
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
