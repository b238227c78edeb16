// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine thread: takes commands and marks one after another, reads, carries out, publishes.
#pragma once

#include "engine/command_queue.hpp"
#include "engine/job_book.hpp"
#include "engine/picture.hpp"
#include "engine/publisher.hpp"
#include "engine/runner.hpp"

#include <memory>

namespace ap::engine {

/// What is kept of a job whose undoing was incomplete, until the host is right again.
struct Damage {
    Plan plan;
    HostState found;
    std::vector<Drift> drift_before;
    std::string reason; ///< for people
};

class Worker {
  public:
    Worker(const Ports& ports, SnapshotBox& box, Notices& notices, JobBook& book, CommandQueue& queue)
        : ports_(ports), notices_(notices), book_(book), queue_(queue), picture_(ports.bus, ports.store), publisher_(box, notices) {}

    /// The thread's body; returns after CommandQueue::stop(). Does not catch: what the standard library throws here (no memory) leaves
    /// a host nobody can vouch for, so it ends the process, and the service manager starts it again.
    void run();

  private:
    void work(const Dirty& marks, const RunJob& job);
    void work(const Dirty& marks, const Rescan& rescan);
    Outcome carry_out(const Dirty& marks, const RunJob& job);
    Outcome carry_out_locked(const Dirty& marks, const RunJob& job, Progress& progress);
    Result<void> take_lock(Progress& progress);
    Outcome run_plan(const Plan& plan, Progress& progress);
    void remember_damage(const Plan& plan, HostState found, std::vector<Drift> drift_before, const std::vector<Error>& differences);
    void examine_damage();
    void publish();

    const Ports ports_;
    Notices& notices_;
    JobBook& book_;
    CommandQueue& queue_;
    Picture picture_;
    Publisher publisher_;
    std::unique_ptr<Damage> damage_;
};

} // namespace ap::engine
