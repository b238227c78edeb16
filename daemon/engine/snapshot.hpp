// SPDX-License-Identifier: LGPL-2.1-or-later
// What readers see: one immutable, numbered picture of kernel, wishes and their differences.
#pragma once

#include "core/guest.hpp"
#include "core/policy.hpp"
#include "core/source.hpp"
#include "core/wanted.hpp"
#include "engine/checkpoint.hpp"
#include "engine/open_job.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ap::engine {

/// How the policy towards other sources is doing.
struct PolicyStanding {
    Policy policy = Policy::report;
    std::string trouble{}; ///< why a binding that differs is not brought back; empty while it is, or nothing differs
    std::chrono::milliseconds due = Checkpoint::never; ///< by Calendar::uptime(): when it is brought back
    friend bool operator==(const PolicyStanding&, const PolicyStanding&) = default;
};

struct Snapshot {
    std::uint64_t generation = 0; ///< 0: nothing was read yet
    HostState host;
    Wanted wanted;
    std::vector<Drift> drift;
    std::vector<std::string> problems; ///< files that are not understood and the like, one sentence each
    bool settled = false; ///< everything was read, and nothing is known to have changed since
    std::string degraded; ///< why changes are refused; empty when they are not
    std::shared_ptr<const OpenJob> open_job; ///< then: the job that is to blame
    std::optional<Checkpoint> checkpoint;    ///< the change that waits to be confirmed
    std::uint32_t confirmed = 0;             ///< the job that was confirmed last, by this daemon
    std::vector<Source> sources;             ///< who decides about binding beside us
    GuestMap guests;                         ///< who has a matrix, or will have it, by libvirt's word
    PolicyStanding policy;
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

/// Hands the current snapshot from the engine thread to any reader. A mutex around a pointer copy:
/// std::atomic<std::shared_ptr> of GCC 12 is not understood by ThreadSanitizer.
class SnapshotBox {
  public:
    [[nodiscard]] SnapshotPtr get() const { std::lock_guard lock(mutex_); return current_; }
    void put(SnapshotPtr next) { std::lock_guard lock(mutex_); current_.swap(next); }

  private:
    mutable std::mutex mutex_;
    SnapshotPtr current_ = std::make_shared<const Snapshot>();
};

} // namespace ap::engine
