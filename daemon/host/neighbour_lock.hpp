// SPDX-License-Identifier: LGPL-2.1-or-later
// The lock file of s390-tools (chzdev, ap-check): whoever changes AP configuration holds it.
#pragma once

#include "host/sysfs.hpp"
#include "ports/neighbour_lock.hpp"

#include <optional>
#include <string>

#include <sys/stat.h>
#include <sys/types.h>

namespace ap::host {

/// Their protocol: a file with the owner's pid is made under another name and link(2)ed to the lock's name. A
/// lock is stale, and may be removed, when its owner does not exist any more, or when it has had no pid in it
/// for 120 seconds. Engine thread only.
class NeighbourLockFile final : public NeighbourLock {
  public:
    explicit NeighbourLockFile(std::string path = "/run/lock/s390apconfig.lock")
        : path_(std::move(path)), root_("/") {}
    NeighbourLockFile(const NeighbourLockFile&) = delete;
    NeighbourLockFile& operator=(const NeighbourLockFile&) = delete;
    ~NeighbourLockFile() override { release(); }

    /// Tries at least once, also with no patience at all. Fault::host_io when the lock cannot be made for
    /// other reasons.
    Result<void> acquire(std::chrono::milliseconds patience) override;
    void release() override;
    void left_by(std::uint32_t pid) override { former_ = static_cast<pid_t>(pid); }

  private:
    [[nodiscard]] Result<bool> try_link(const std::string& temporary);
    [[nodiscard]] bool remove_if_stale();
    [[nodiscard]] Error held_by_other() const;
    [[nodiscard]] bool is_stale(int fd, const struct stat& info) const;

    std::string path_;
    Directory root_; ///< for /proc
    bool held_ = false;
    pid_t former_ = 0; ///< of a former process of ours that may have died holding it
};

} // namespace ap::host
