// SPDX-License-Identifier: LGPL-2.1-or-later
// `apsim run`: a command inside a simulated host.
#pragma once

#include <string>
#include <vector>

#include "fuse/uevent_sender.hpp"
#include "run/server.hpp"

namespace apsim {

/// What `run` and `doctor` exit with when this machine lacks something a simulated host needs.
inline constexpr int exit_missing = 77;

struct RunOptions {
    std::string host_file;
    std::string topology; ///< a file in the testbed's language, used instead of the host file unless empty
    std::string control = "/run/apsim/control"; ///< path of the control socket, inside
    UdevMessages udev = UdevMessages::ours;
    KernelOptions kernel;
    bool boot = false;   ///< with systemd as process 1; the command is a unit
    std::string install; ///< with boot: a tree of files to be put over the machine's; empty: none
    std::vector<std::string> command;
};

/// Runs the command and returns its exit status (128 + signal when a signal ended it; 127 or 126 when it
/// cannot be run), 77 if this machine lacks something, 2 if the host file is wrong, and as boot() for a host
/// that boots.  Whatever the command leaves behind is ended.
int run(const RunOptions&);

/// Prints a host file as a topology text; 2 if it is wrong.
int print_topology(const std::string& host_file);

} // namespace apsim
