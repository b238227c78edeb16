// SPDX-License-Identifier: LGPL-2.1-or-later
// The neighbours' lock in memory.
#include "fakes/fake_lock.hpp"

#include <cstring>
#include <utility>

namespace ap::fakes {

void FakeLock::set_holder(std::string holder) {
    std::lock_guard lock(mutex_);
    holder_ = std::move(holder);
}

bool FakeLock::held() const {
    std::lock_guard lock(mutex_);
    return held_;
}

Result<void> FakeLock::acquire(std::chrono::milliseconds) {
    const auto failure = gate_.enter("lock");
    if (failure) return std::unexpected(Error{Fault::host_io, "lock", std::strerror(failure->errno_value), "", failure->errno_value});
    std::lock_guard lock(mutex_);
    if (!holder_.empty()) return std::unexpected(Error{Fault::foreign_owner, "the AP lock", holder_ + " has it", "", 0});
    held_ = true;
    return {};
}

void FakeLock::release() {
    gate_.enter("unlock"); // giving back cannot fail
    std::lock_guard lock(mutex_);
    held_ = false;
}

void FakeLock::left_by(std::uint32_t pid) {
    std::lock_guard lock(mutex_);
    former_ = pid;
}

std::uint32_t FakeLock::former() const {
    std::lock_guard lock(mutex_);
    return former_;
}

} // namespace ap::fakes
