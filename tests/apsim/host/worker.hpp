// SPDX-License-Identifier: LGPL-2.1-or-later
// The thread that tells the world about changes: cache invalidations, then uevents, then the answer to the
// writer. It runs without the host's lock: an invalidation can wait for a process that in turn waits for the
// file system.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace apsim {

class Worker {
  public:
    using Clock = std::chrono::steady_clock;
    using Job = std::function<void()>;

    Worker();
    ~Worker(); ///< jobs not yet due are dropped
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    /// Runs the job after all jobs posted before it.  Any thread.
    void post(Job job) { post_at(Clock::now(), std::move(job)); }

    /// Runs the job at or soon after the given time.  Any thread.
    void post_at(Clock::time_point due, Job job);

  private:
    void loop();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::multimap<Clock::time_point, Job> jobs_; // equal keys keep the order of insertion
    bool stopping_ = false;
    std::thread thread_;
};

} // namespace apsim
