// SPDX-License-Identifier: LGPL-2.1-or-later
// A thread for each operation that may wait, and a lock that only one of them has.
#include "model_operations.hpp"

#include <algorithm>

namespace contract {

ModelOperations::ModelOperations(apsim::Machine& machine, std::function<void(apsim::Effects&)> tell)
    : machine_(machine), tell_(std::move(tell)) {
    machine_.waiting = this;
}

ModelOperations::~ModelOperations() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    for (auto& [number, operation] : operations_)
        if (operation.thread.joinable()) operation.thread.join();
    machine_.waiting = nullptr;
}

namespace {

/// Operations that wait for a third would wake each other for ever otherwise.
constexpr unsigned most_looks = 8;

} // namespace

bool ModelOperations::may_go_on(const Operation& operation) const {
    return stopping_ || (operation.seen != progress_ && operation.looks < most_looks) ||
           (operation.until && now_ >= *operation.until);
}

void ModelOperations::something_happened() {
    ++progress_;
    for (auto& [number, operation] : operations_) operation.looks = 0;
}

/// Nobody has anything to do at this point of time.
bool ModelOperations::is_quiet() const {
    return std::ranges::all_of(operations_, [&](const auto& entry) {
        return entry.second.error || (entry.second.parked && !may_go_on(entry.second));
    });
}

/// Requires: the lock, which others have meanwhile.
void ModelOperations::wake(std::unique_lock<std::mutex>& lock) {
    changed_.notify_all();
    changed_.wait(lock, [this] { return is_quiet(); });
}

/// Requires: the lock.
void ModelOperations::run(Operation& operation, const Rule& rule) {
    current_ = &operation;
    try {
        operation.error = rule();
    } catch (const Stopping&) {
        operation.error = EINTR;
    }
    something_happened();
    changed_.notify_all();
}

ModelOperations::Number ModelOperations::begin(Rule rule) {
    std::unique_lock lock(mutex_);
    auto& operation = operations_[++numbers_];
    if (!machine_.may_wait()) {
        run(operation, rule);
    } else {
        operation.thread = std::thread([this, &operation, rule = std::move(rule)] {
            const std::lock_guard turn(mutex_);
            run(operation, rule);
        });
    }
    wake(lock);
    return numbers_;
}

void ModelOperations::pause(apsim::Effects& so_far, std::optional<std::int64_t> until) {
    std::unique_lock lock(mutex_, std::adopt_lock);
    auto& operation = *current_;
    tell_(so_far);
    so_far = {};
    ++progress_;
    ++operation.looks;
    operation.parked = true;
    operation.seen = progress_;
    operation.until = until;
    changed_.notify_all();
    changed_.wait(lock, [&] { return may_go_on(operation); });
    operation.parked = false;
    current_ = &operation;
    lock.release(); // the operation goes on with it
    if (stopping_) throw Stopping();
}

std::optional<int> ModelOperations::take(Number number) {
    std::unique_lock lock(mutex_);
    const auto it = operations_.find(number);
    const auto error = it->second.error;
    if (!error) return std::nullopt;
    auto thread = std::move(it->second.thread);
    operations_.erase(it);
    lock.unlock();
    if (thread.joinable()) thread.join();
    return error;
}

void ModelOperations::advance(Number number, std::int64_t milliseconds) {
    std::unique_lock lock(mutex_);
    const auto end = now_ + milliseconds;
    const auto& waited_for = operations_.at(number);
    while (!waited_for.error && now_ < end) {
        auto next = end;
        for (const auto& [other, operation] : operations_)
            if (operation.parked && operation.until && *operation.until > now_)
                next = std::min(next, *operation.until);
        now_ = next;
        something_happened();
        wake(lock);
    }
}

} // namespace contract
