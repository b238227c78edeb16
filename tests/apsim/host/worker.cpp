// SPDX-License-Identifier: LGPL-2.1-or-later
// The worker thread's loop.
#include "host/worker.hpp"

namespace apsim {

Worker::Worker() : thread_([this] { loop(); }) {}

Worker::~Worker() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void Worker::post_at(Clock::time_point due, Job job) {
    {
        const std::lock_guard lock(mutex_);
        jobs_.emplace(due, std::move(job));
    }
    wake_.notify_one();
}

void Worker::loop() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        if (jobs_.empty()) {
            wake_.wait(lock);
        } else if (const auto due = jobs_.begin()->first; due > Clock::now()) {
            wake_.wait_until(lock, due);
        } else {
            const auto job = std::move(jobs_.extract(jobs_.begin()).mapped());
            lock.unlock();
            job();
            lock.lock();
        }
    }
}

} // namespace apsim
