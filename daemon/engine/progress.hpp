// SPDX-License-Identifier: LGPL-2.1-or-later
// How one job that runs tells how far it is, and hears that it shall end.
#pragma once

#include "engine/command_queue.hpp"
#include "engine/job_book.hpp"

namespace ap::engine {

/// Engine thread only.
class Progress {
  public:
    Progress(JobBook& book, const CommandQueue& queue, std::uint32_t job) : book_(book), queue_(queue), job_(job) {}

    void set_steps(std::vector<std::string> steps) { book_.set_steps(job_, std::move(steps)); }
    /// From here to end() the engine may be stuck in the kernel, doing `what`, while these queues come to another driver.
    void begin(std::string what, const Arrivals& moving = {}) { book_.begin_step(job_, std::move(what), moving); }
    void end() { book_.end_step(job_, steps_done_); }
    void end(std::size_t steps_done) {
        steps_done_ = static_cast<std::uint32_t>(steps_done);
        end();
    }
    void set_waiting(std::string for_what) { book_.set_waiting(job_, std::move(for_what)); }
    void set_undoing() { book_.set_undoing(job_); }
    /// Somebody cancelled the job, or the daemon ends.
    [[nodiscard]] bool shall_end() const { return queue_.stopping() || book_.cancel_asked(job_); }

  private:
    JobBook& book_;
    const CommandQueue& queue_;
    std::uint32_t job_;
    std::uint32_t steps_done_ = 0;
};

} // namespace ap::engine
