// SPDX-License-Identifier: LGPL-2.1-or-later
// systemd as process 1 of a simulated host.
#pragma once

#include <string>
#include <vector>

#include "run/cgroup.hpp"
#include "run/result.hpp"

namespace apsim {

/// What --boot needs beyond a simulated host, as far as that can be said beforehand.
Done<void> check_boot();

/// What run() exits with when the host goes down before the command has ended, or does not get to it.
inline constexpr int exit_no_boot = 125;

struct BootOptions {
    std::string control; ///< path of the control socket in the caller's mount namespace
    std::string install; ///< a tree of files to be put over the machine's; empty: none
    std::vector<std::string> command;
};

/// Requires: single-threaded, in namespaces where the simulated /sys is mounted.  Boots, runs the command as a
/// unit, sends everything its end.  Returns the command's exit status; 128 + N when we are told to stop by
/// signal N; exit_missing when this machine lacks something; exit_no_boot.  The last two come with the reason,
/// and with the end of the console, on standard error.
int boot(const BootOptions&, const BootCgroup&);

} // namespace apsim
