// SPDX-License-Identifier: LGPL-2.1-or-later
// The control group of a simulated host that boots, and the process that cleans up behind it.
#pragma once

#include <string>

#include <sys/types.h>

#include "run/result.hpp"

namespace apsim {

/// A cgroup (version 2) below the caller's own, for the systemd inside: it takes the group it finds itself in
/// for the root.  A process outside of it waits for the end of the caller, also by SIGKILL, then ends whatever
/// is left in the group and removes it.
class BootCgroup {
  public:
    /// Requires: single-threaded, in the machine's own namespaces.
    static Done<BootCgroup> make();
    BootCgroup(BootCgroup&&) noexcept;
    BootCgroup& operator=(BootCgroup&&) = delete;
    ~BootCgroup(); ///< ends everything in the group, returns when it is gone

    /// Moves the calling process into it.
    Done<void> join() const;

  private:
    BootCgroup() = default;

    int procs_ = -1; ///< the group's cgroup.procs
    int alive_ = -1; ///< a pipe; a byte or its closing tells the cleaning process
    pid_t cleaner_ = -1;
};

} // namespace apsim
