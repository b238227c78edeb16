// SPDX-License-Identifier: LGPL-2.1-or-later
// The front end that shows the simulated host as a file system, through low-level libfuse: /sys, and a
// directory for /dev/vfio.
//
// One session thread answers requests from the model under the host's lock and never waits for anything else.
// Changes are told to the kernel's caches by the host's worker thread (fuse_lowlevel_notify_* from inside a
// request deadlocks with a process that lists the same directory), so a writer gets its answer after every
// cache is right.
#pragma once

#include <memory>
#include <string>

#include "fuse/uevent_sender.hpp"
#include "fuse/vfio_groups.hpp"
#include "host/running_host.hpp"

struct fuse_session;

namespace apsim {

class Filesystem final : public Audience {
  public:
    Filesystem(RunningHost&, UdevMessages);
    ~Filesystem() override;

    /// Mounts on the directory.  False if libfuse refused (it has said why on standard error).
    bool mount(const std::string& where);

    /// The descriptor of the connection; a process that does not serve must close its copy.
    int connection() const;

    /// Serves until the file system is unmounted or the connection aborted; returns an errno, 0 for a regular
    /// end.
    int serve();

    void tree_changed(const std::vector<TreeChange>&) override;
    void uevents(const std::vector<Uevent>&) override;

    RunningHost& host() { return host_; }
    VfioGroups& groups() { return groups_; }
    std::int64_t start_time() const { return start_time_; }

  private:
    RunningHost& host_;
    VfioGroups groups_;
    UdevMessages messages_;
    std::unique_ptr<UeventSender> sender_; // made at the first event, in the process that serves
    bool complained_ = false;
    std::int64_t start_time_;
    fuse_session* session_ = nullptr;
};

} // namespace apsim
