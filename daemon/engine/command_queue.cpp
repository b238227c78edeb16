// SPDX-License-Identifier: LGPL-2.1-or-later
// The queue between loop thread and engine thread.
#include "engine/command_queue.hpp"

#include <utility>

namespace ap::engine {

void CommandQueue::push(Command command) {
    std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
    changed_.notify_one();
}

void CommandQueue::mark(const Dirty& what) {
    std::lock_guard lock(mutex_);
    dirty_ |= what;
    changed_.notify_one();
}

void CommandQueue::stop() {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
}

std::optional<Work> CommandQueue::take() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopping_ || !commands_.empty() || dirty_.any(); });
    if (stopping_) return std::nullopt;
    Work work{std::exchange(dirty_, {}), std::nullopt};
    if (commands_.empty()) return work;
    work.command = std::move(commands_.front());
    commands_.pop_front();
    return work;
}

Dirty CommandQueue::take_marks() {
    std::lock_guard lock(mutex_);
    return std::exchange(dirty_, {});
}

bool CommandQueue::marks_waiting() const {
    std::lock_guard lock(mutex_);
    return dirty_.any();
}

bool CommandQueue::stopping() const {
    std::lock_guard lock(mutex_);
    return stopping_;
}

} // namespace ap::engine
