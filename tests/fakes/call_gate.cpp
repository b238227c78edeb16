// SPDX-License-Identifier: LGPL-2.1-or-later
// Counting, failing and blocking of port calls.
#include "fakes/call_gate.hpp"

#include <utility>

namespace ap::fakes {

void CallGate::fail(unsigned call, Failure failure) {
    std::lock_guard lock(mutex_);
    failures_[call] = failure;
}

void CallGate::fail_all_from(unsigned call, std::string prefix, Failure failure) {
    std::lock_guard lock(mutex_);
    tail_ = Tail{call, std::move(prefix), failure};
}

void CallGate::crash_before(unsigned call) {
    std::lock_guard lock(mutex_);
    crash_ = call;
}

bool CallGate::crashed() const {
    std::lock_guard lock(mutex_);
    return crash_ && trace_.size() >= *crash_;
}

void CallGate::block(unsigned call) {
    std::lock_guard lock(mutex_);
    blocks_.insert(call);
}

void CallGate::wait_until_blocked() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return blocked_ != 0; });
}

void CallGate::release() {
    std::lock_guard lock(mutex_);
    blocks_.clear();
    changed_.notify_all();
}

void CallGate::before(unsigned call, std::function<void()> what) {
    std::lock_guard lock(mutex_);
    hooks_[call] = std::move(what);
}

void CallGate::reset() {
    std::lock_guard lock(mutex_);
    trace_.clear();
    failures_.clear();
    tail_.reset();
    crash_.reset();
    hooks_.clear();
    blocks_.clear();
    changed_.notify_all();
}

unsigned CallGate::calls() const {
    std::lock_guard lock(mutex_);
    return static_cast<unsigned>(trace_.size());
}

std::vector<std::string> CallGate::trace() const {
    std::lock_guard lock(mutex_);
    return trace_;
}

std::optional<Failure> CallGate::enter(std::string name) {
    std::unique_lock lock(mutex_);
    trace_.push_back(name);
    const auto call = static_cast<unsigned>(trace_.size());
    wait_while_blocked(lock, call);
    auto failure = failure_of(call, name);
    const auto hook = hooks_.find(call);
    if (hook == hooks_.end()) return failure;
    auto what = std::move(hook->second);
    hooks_.erase(hook);
    lock.unlock(); // the hook may use the fakes and this gate
    what();
    return failure;
}

std::optional<Failure> CallGate::failure_of(unsigned call, const std::string& name) const {
    if (crash_ && call >= *crash_) return Failure{};
    if (const auto found = failures_.find(call); found != failures_.end()) return found->second;
    if (tail_ && call >= tail_->from && name.starts_with(tail_->prefix)) return tail_->failure;
    return std::nullopt;
}

void CallGate::wait_while_blocked(std::unique_lock<std::mutex>& lock, unsigned call) {
    if (!blocks_.contains(call)) return;
    ++blocked_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !blocks_.contains(call); });
    --blocked_;
}

} // namespace ap::fakes
