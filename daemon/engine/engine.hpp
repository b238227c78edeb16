// SPDX-License-Identifier: LGPL-2.1-or-later
// The single writer: owns the ports, keeps the snapshot fresh, carries out jobs one after another.
#pragma once

#include "core/planner.hpp"
#include "core/policy.hpp"
#include "engine/job.hpp"
#include "engine/open_job.hpp"
#include "engine/snapshot.hpp"
#include "ports/ap_bus.hpp"
#include "ports/calendar.hpp"
#include "ports/device_events.hpp"
#include "ports/guests.hpp"
#include "ports/matrix_devices.hpp"
#include "ports/neighbour_lock.hpp"
#include "ports/sources.hpp"
#include "ports/store.hpp"

#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

namespace ap::engine {

using Clock = std::chrono::steady_clock;

struct Ports {
    ApBus& bus;
    MatrixDevices& matrices;
    Store& store;
    NeighbourLock& lock;
    Calendar& calendar;
    Sources& sources;
    Guests& guests;
    Policy policy = Policy::report; ///< towards those who decide about binding beside us
};

/// What the loop thread is told; in the order in which it happened.
struct SnapshotPublished { SnapshotPtr before, after; };
struct JobChanged { JobView job; };
struct RescanDone { std::uint64_t ticket; Result<std::uint64_t> generation; };
using Notice = std::variant<SnapshotPublished, JobChanged, RescanDone>;

/// Public functions: loop thread, none of them blocks or touches the kernel. Work happens on one thread of its own, which alone calls the ports.
class Engine {
  public:
    /// `wake` is called from any thread whenever there are notices; it must only poke the loop (write to an eventfd).
    Engine(Ports ports, std::function<void()> wake);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Starts the thread. Its first act is a full read, its second to finish or undo what a former daemon left open; only then is anything published, as generation 1.
    void start();
    /// Asks the thread to end after the step it is in; a job that runs is cancelled, which takes its steps back first. True when it ended within
    /// `patience`. When not (a write is stuck in the kernel) the caller should leave the process by _exit: nothing can interrupt the kernel, and the
    /// destructor would wait for it.
    bool stop(std::chrono::milliseconds patience);

    [[nodiscard]] SnapshotPtr snapshot() const;
    [[nodiscard]] std::vector<Notice> take_notices();

    /// A dry run on the current snapshot. Pure.
    [[nodiscard]] std::expected<Plan, std::vector<Error>> plan(const std::vector<Wish>& wishes, bool disrupt) const;
    /// Checks the wishes against the current snapshot as plan() does, and queues the job. The plan is made anew when the job's turn comes, from a freshly read host;
    /// with options.digest it must then be the plan that was shown (Fault::stale_plan).
    std::expected<JobView, std::vector<Error>> apply(const std::vector<Wish>& wishes, const ApplyOptions& options, const Requester& who);
    /// While degraded: what shall become of the job that is to blame, snapshot()->open_job. Fault::conflict when there is none.
    std::expected<JobView, std::vector<Error>> recover(Remedy remedy, const Requester& who);
    /// Keeps the change of a job that waits to be confirmed, snapshot()->checkpoint. Fault::not_found when that job does not wait.
    std::expected<JobView, std::vector<Error>> confirm(std::uint32_t job, const Requester& who);
    /// How long until look_at_checkpoint() has something to do; nullopt: that is not to be foreseen.
    [[nodiscard]] std::optional<std::chrono::milliseconds> checkpoint_due_in() const;
    /// Has a change taken back that nobody confirmed in its time. Called by a loop timer.
    void look_at_checkpoint();
    /// How long until look_at_policy() has something to do; nullopt: nothing is foreseen.
    [[nodiscard]] std::optional<std::chrono::milliseconds> policy_due_in() const;
    /// With Policy::enforce: has a binding brought back that somebody else changed. Called by a loop timer.
    void look_at_policy();
    /// Between two steps the job is undone and ends as cancelled; one that waits for its turn ends at once. Past its last step it ends as done.
    /// Fault::not_found, or Fault::conflict when it has ended or is being undone.
    Result<void> cancel(std::uint32_t job);
    /// Reads everything; answered by a RescanDone notice with the same ticket. Leaves `degraded` when what the failed job touched is as it was
    /// before the job, or agrees with the records (no drift that was not there before).
    std::uint64_t rescan();
    /// Reads the parts again, and publishes when something differs. Marks gather while the engine is busy: a storm costs one reading.
    void changed(const Dirty& what);
    /// Events about queues that came to a driver, so that a job can tell how far it is while the kernel moves many of them in one write; nullopt: some were lost.
    void arrived(const std::optional<Arrivals>& queues);

    /// Jobs queued, running, and the last 32 that ended.
    [[nodiscard]] std::vector<JobView> jobs() const;
    /// Jobs that began to change something, the last one first; also of former daemons. At most Store::longest_history are remembered.
    [[nodiscard]] std::vector<HistoryEntry> history(std::size_t most) const;
    /// Fault::not_found when it is not in the history.
    [[nodiscard]] Result<HistoryEntry> history_entry(std::uint32_t job) const;
    /// A job has been in one step for longer than `slow_step`: marks it `waiting` with a sentence. Shows how many queues a step has moved. Called by a loop timer; returns whether
    /// a job is running.
    bool look_at_clock(Clock::time_point now);
    static constexpr std::chrono::seconds slow_step{2};

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace ap::engine
