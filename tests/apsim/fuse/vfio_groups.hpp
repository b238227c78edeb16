// SPDX-License-Identifier: LGPL-2.1-or-later
// Open VFIO groups: which process has which, and the device requests the kernel has for it.
//
// The kernel's own interface is made of ioctls that hand out descriptors, which a file system cannot do.  Here
// the group's file stands for all of it: opening it for reading and writing gives the process the mdev, as a
// guest; opening it for reading only takes the group and no more.  Where a real user has an eventfd for device
// requests, the file itself becomes readable and reads as an eventfd does: eight bytes, how many requests have
// come since the last read.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <string>

#include <sys/stat.h>

#include "fuse/inodes.hpp"
#include "host/running_host.hpp"

namespace apsim {

struct Process {
    std::int64_t pid = 0; ///< as the process sees itself, in its own pid namespace
    std::string name;     ///< never empty
};

/// The process of a thread; number 0 and the name "guest" if it cannot be looked at.
Process process_of(std::int64_t thread);

/// A group that somebody has open.
struct OpenGroup {
    std::uint32_t life; ///< of its mdev
    bool asked = false; ///< the kernel has asked for the mdev, which it does once here
    std::uint64_t requests = 0;
    fuse_pollhandle* wake = nullptr; ///< who waits for requests
};

/// Owner and permissions, which libvirt changes and udev may.
struct Ownership {
    mode_t mode;
    uid_t uid = 0;
    gid_t gid = 0;
};

class VfioGroups {
  public:
    explicit VfioGroups(RunningHost& host) : host_(host) {}

    /// Opens the group for a process.  Errors as group_open() has them.  `opened` is called on the host's
    /// worker thread, with null for an error.
    using Opened = std::function<void(int error, OpenGroup*)>;
    void open(std::uint32_t life, bool as_guest, const Process&, Opened opened);

    /// The last close of what open() gave, which is gone with it.
    void close(OpenGroup*);

    /// The requests since the last call.
    std::uint64_t take_requests(OpenGroup&);

    /// Are there requests?  If not, `wake` (which may be null) hears of the next.
    bool has_requests(OpenGroup&, fuse_pollhandle* wake);

    /// Passes the kernel's wish to have an mdev back on to who has it.  Any thread, without the host's lock.
    void pass_requests_on();

    Ownership ownership(const VfioNode&) const;
    void set_ownership(const VfioNode&, const Ownership&);

  private:
    RunningHost& host_;
    mutable std::mutex mutex_; ///< may be held when the host's lock is taken, not the other way round
    std::list<OpenGroup> open_;
    std::map<std::uint64_t, Ownership> changed_; ///< by inode
};

} // namespace apsim
