// SPDX-License-Identifier: LGPL-2.1-or-later
// The process that serves /sys and the control socket.
#pragma once

#include <sys/types.h>

#include "fuse/uevent_sender.hpp"
#include "model/boot.hpp"
#include "model/hardware.hpp"
#include "run/mounts.hpp"

namespace apsim {

struct KernelOptions {
    Boot boot;
    bool timer = false; ///< scan every config_time seconds, in real time
};

/// Why /dev/fuse cannot be used, if so.
Done<void> check_fuse_device();

/// Forks the server and returns when /sys is mounted.  It ends when the caller does.  `control` is a
/// listening socket, which the server takes over.
Done<pid_t> start_server(const Hardware&, const RealSys&, UdevMessages, int control,
                         const KernelOptions& = {});

/// Ends it, and with it the file system's connection: nobody stays blocked on it.
void stop_server(pid_t);

} // namespace apsim
