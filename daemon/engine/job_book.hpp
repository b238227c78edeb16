// SPDX-License-Identifier: LGPL-2.1-or-later
// The list of jobs, as everybody sees it, and how long the step that runs has been running.
#pragma once

#include "engine/job.hpp"
#include "engine/notices.hpp"
#include "ports/device_events.hpp"

#include <deque>
#include <map>
#include <mutex>
#include <optional>

namespace ap::engine {

/// Any thread; nothing here waits for the engine thread. Every turn that a job takes becomes a JobChanged notice. How far it is does not, as telling of a quick step takes
/// longer than the step: that is told with the next turn, or at the next look at the clock. That a job runs is told then or with whatever comes next.
class JobBook {
  public:
    static constexpr std::size_t history = 32; ///< ended jobs that are remembered

    explicit JobBook(Notices& notices) : notices_(notices) {}

    // --- either thread
    JobView add(std::string description, const Requester& who);

    // --- loop thread
    /// A queued job ends at once; one that runs is asked to, and does when the kernel gives its step back.
    Result<void> cancel(std::uint32_t job);
    [[nodiscard]] std::vector<JobView> all() const;
    /// See Engine::look_at_clock().
    bool look_at_clock(Clock::time_point now);
    /// See Engine::arrived(). What was counted is shown when the clock is looked at: once a second is enough for people.
    void arrived(const std::optional<Arrivals>& queues);

    // --- engine thread
    /// Numbers go on after this one.
    void continue_after(std::uint32_t job);
    /// A job of a former daemon, or one that was left open, runs (again).
    void resume(JobView view);
    /// False when the job was cancelled before its turn.
    bool begin(std::uint32_t job);
    void set_steps(std::uint32_t job, std::vector<std::string> steps);
    /// The job runs, and has been waiting for nothing so far.
    /// `moving`: the queues that shall come to another driver meanwhile.
    void begin_step(std::uint32_t job, std::string what, const Arrivals& moving = {});
    void end_step(std::uint32_t job, std::uint32_t steps_done);
    void set_waiting(std::uint32_t job, std::string for_what);
    void set_undoing(std::uint32_t job);
    void end(std::uint32_t job, JobState state, std::vector<Error> errors, std::string how = {});
    [[nodiscard]] bool cancel_asked(std::uint32_t job) const;
    /// The highest number given so far.
    [[nodiscard]] std::uint32_t last() const;
    /// Ends every job that has not begun.
    void cancel_queued(const std::string& why);

  private:
    struct Entry {
        JobView view;
        bool cancel_asked = false;
        bool untold = false; ///< it has got further since the last notice
    };
    /// The step that runs now: the engine thread sets it, the loop thread looks how old it is.
    struct Running {
        std::uint32_t job = 0;
        JobState state = JobState::running; ///< running or undoing, whatever it is called while it waits
        std::string what;
        Clock::time_point since;
        Arrivals to_come{};
        std::uint32_t queues_moved = 0, queues_to_move = 0;
    };
    /// Changes one view under the lock; when it is over, wakes the loop if the job took a turn that somebody may wait for.
    template <class Fn>
    void edit(std::uint32_t job, Fn&& change);
    void tell_progress(std::uint32_t job);
    void show_time(const Running& running, bool slow, Clock::time_point now);
    void end_locked(Entry& entry, JobState state, std::vector<Error> errors);
    void forget_oldest();

    Notices& notices_;
    mutable std::mutex mutex_;
    std::uint32_t last_id_ = 0;
    std::map<std::uint32_t, Entry> jobs_;
    std::deque<std::uint32_t> ended_; ///< oldest first
    std::optional<Running> running_;
};

} // namespace ap::engine
