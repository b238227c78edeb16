// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeping the list of jobs.
#include "engine/job_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

namespace ap::engine {
namespace {

/// Whole minutes after the first one: a job that is stuck for a day shall not be announced every second.
std::string how_long(Clock::duration time) {
    using namespace std::chrono;
    const auto s = duration_cast<seconds>(time).count();
    return s < 60 ? fmt::format("{} s", s) : fmt::format("{} min", s / 60);
}

auto doing_of(const JobView& job) { return std::tuple(job.state, job.waiting_for); }
auto progress_of(const JobView& job) { return std::tuple(job.steps.size(), job.steps_done, job.queues_moved, job.queues_to_move); }

Error cancelled(std::string reason) { return {Fault::cancelled, "", std::move(reason), "", 0}; }

} // namespace

template <class Fn>
void JobBook::edit(std::uint32_t job, Fn&& change) {
    bool wake = false;
    {
        std::lock_guard lock(mutex_);
        const auto found = jobs_.find(job);
        if (found == jobs_.end()) return;
        auto& entry = found->second;
        const auto doing = doing_of(entry.view);
        const auto progress = progress_of(entry.view);
        change(entry);
        const bool turned = doing_of(entry.view) != doing;
        entry.untold = !turned && (entry.untold || progress_of(entry.view) != progress);
        if (turned) notices_.add(JobChanged{entry.view});
        wake = turned && entry.view.state != JobState::running;
        forget_oldest();
    }
    if (wake) notices_.wake();
}

void JobBook::tell_progress(std::uint32_t job) {
    std::lock_guard lock(mutex_);
    const auto found = jobs_.find(job);
    if (found != jobs_.end() && std::exchange(found->second.untold, false)) notices_.add(JobChanged{found->second.view});
}

void JobBook::forget_oldest() {
    while (ended_.size() > history) {
        jobs_.erase(ended_.front());
        ended_.pop_front();
    }
}

JobView JobBook::add(std::string description, const Requester& who) {
    JobView view;
    {
        std::lock_guard lock(mutex_);
        view.id = ++last_id_;
        view.description = std::move(description);
        view.started_by = who;
        jobs_[view.id] = Entry{.view = view};
        notices_.add(JobChanged{view});
    }
    notices_.wake();
    return view;
}

Result<void> JobBook::cancel(std::uint32_t job) {
    Result<void> result = std::unexpected(
        Error{Fault::not_found, fmt::format("job {}", job), "there is no such job, or it ended long ago", "see `apctl jobs`", 0});
    edit(job, [&](Entry& entry) {
        const auto state = entry.view.state;
        const auto refuse = [&](const char* why) {
            result = std::unexpected(Error{Fault::conflict, fmt::format("job {}", job), why, "", 0});
        };
        if (ended(state)) return refuse("it has ended");
        if (running_ && running_->job == job && running_->state == JobState::undoing) return refuse("it is being undone already");
        result = {};
        entry.cancel_asked = true;
        if (state == JobState::queued) end_locked(entry, JobState::cancelled, {cancelled("cancelled before its turn came")});
    });
    return result;
}

std::vector<JobView> JobBook::all() const {
    std::lock_guard lock(mutex_);
    std::vector<JobView> views;
    views.reserve(jobs_.size());
    for (const auto& [id, entry] : jobs_) views.push_back(entry.view);
    return views;
}

bool JobBook::look_at_clock(Clock::time_point now) {
    std::optional<Running> running;
    {
        std::lock_guard lock(mutex_);
        running = running_;
    }
    if (!running) return false;
    const bool slow = now - running->since >= Engine::slow_step;
    if (!running->what.empty() && (slow || running->queues_to_move != 0)) show_time(*running, slow, now);
    tell_progress(running->job);
    return true;
}

void JobBook::show_time(const Running& running, bool slow, Clock::time_point now) {
    edit(running.job, [&](Entry& entry) {
        // The step may have come back between the two locks: then there is nothing to say.
        if (!running_ || running_->job != running.job || running_->since != running.since || running_->what != running.what) return;
        entry.view.queues_moved = running.queues_moved;
        entry.view.queues_to_move = running.queues_to_move;
        if (!slow) return;
        const auto time = how_long(now - running.since);
        entry.view.state = JobState::waiting;
        entry.view.waiting_for = running.queues_to_move == 0
                                     ? fmt::format("{}: the kernel has not come back for {}", running.what, time)
                                     : fmt::format("{}: {} of {} queues, {}", running.what, running.queues_moved, running.queues_to_move, time);
    });
}

void JobBook::arrived(const std::optional<Arrivals>& queues) {
    std::lock_guard lock(mutex_);
    if (!running_ || running_->queues_to_move == 0) return;
    if (!queues) { // too few would be said
        running_->queues_to_move = 0;
        return;
    }
    const auto come = [&](QueueSet& to_come, const QueueSet& arrived) {
        running_->queues_moved += (to_come & arrived).size();
        to_come -= arrived;
    };
    come(running_->to_come.with_host, queues->with_host);
    come(running_->to_come.with_vfio_ap, queues->with_vfio_ap);
}

void JobBook::continue_after(std::uint32_t job) {
    std::lock_guard lock(mutex_);
    last_id_ = std::max(last_id_, job);
}

std::uint32_t JobBook::last() const {
    std::lock_guard lock(mutex_);
    return last_id_;
}

void JobBook::resume(JobView view) {
    {
        std::lock_guard lock(mutex_);
        const auto id = view.id;
        std::erase(ended_, id);
        last_id_ = std::max(last_id_, id);
        view.state = JobState::running;
        running_ = Running{id, JobState::running, {}, {}};
        notices_.add(JobChanged{view});
        jobs_[id] = Entry{.view = std::move(view)};
    }
    notices_.wake();
}

bool JobBook::begin(std::uint32_t job) {
    bool begun = false;
    edit(job, [&](Entry& entry) {
        if (entry.view.state != JobState::queued) return;
        entry.view.state = JobState::running;
        running_ = Running{job, JobState::running, {}, {}};
        begun = true;
    });
    return begun;
}

void JobBook::set_steps(std::uint32_t job, std::vector<std::string> steps) {
    edit(job, [&](Entry& entry) { entry.view.steps = std::move(steps); });
}

void JobBook::begin_step(std::uint32_t job, std::string what, const Arrivals& moving) {
    edit(job, [&](Entry& entry) {
        entry.view.state = running_->state;
        entry.view.waiting_for.clear();
        running_->what = std::move(what);
        running_->since = Clock::now();
        running_->to_come = moving;
        running_->queues_moved = 0;
        running_->queues_to_move = moving.with_host.size() + moving.with_vfio_ap.size();
    });
}

void JobBook::end_step(std::uint32_t job, std::uint32_t steps_done) {
    edit(job, [&](Entry& entry) {
        entry.view.state = running_->state;
        entry.view.waiting_for.clear();
        entry.view.queues_moved = entry.view.queues_to_move = 0;
        entry.view.steps_done = steps_done;
        running_->what.clear();
        running_->queues_to_move = 0;
    });
}

void JobBook::set_waiting(std::uint32_t job, std::string for_what) {
    edit(job, [&](Entry& entry) {
        entry.view.state = JobState::waiting;
        entry.view.waiting_for = std::move(for_what);
    });
}

void JobBook::set_undoing(std::uint32_t job) {
    edit(job, [&](Entry& entry) { entry.view.state = running_->state = JobState::undoing; });
}

void JobBook::end(std::uint32_t job, JobState state, std::vector<Error> errors, std::string how) {
    edit(job, [&](Entry& entry) {
        running_.reset();
        entry.view.how = std::move(how);
        end_locked(entry, state, std::move(errors));
    });
}

void JobBook::end_locked(Entry& entry, JobState state, std::vector<Error> errors) {
    entry.view.state = state;
    entry.view.waiting_for.clear();
    entry.view.errors = std::move(errors);
    ended_.push_back(entry.view.id);
}

bool JobBook::cancel_asked(std::uint32_t job) const {
    std::lock_guard lock(mutex_);
    const auto found = jobs_.find(job);
    return found != jobs_.end() && found->second.cancel_asked;
}

void JobBook::cancel_queued(const std::string& why) {
    for (const auto& view : all())
        edit(view.id, [&](Entry& entry) {
            if (entry.view.state == JobState::queued) end_locked(entry, JobState::cancelled, {cancelled(why)});
        });
}

} // namespace ap::engine
