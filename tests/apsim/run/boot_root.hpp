// SPDX-License-Identifier: LGPL-2.1-or-later
// The file systems that a simulated host boots from: the machine's own files, with all changes kept in memory.
#pragma once

#include <string>

#include "run/result.hpp"

namespace apsim {

/// A directory of this machine's that the simulated host has as /run/apsim: control socket, programs, what
/// the command is.
inline constexpr const char* shared_directory = "/run/apsim/shared";

struct BootRoot {
    std::string console; ///< terminal for /dev/console
    std::string install; ///< a tree whose files are put over the machine's, empty: none
};

/// Requires: the caller is process 1 of its pid namespace, in mount and cgroup namespaces of its own, and the
/// simulated /sys is mounted.  The caller's root directory becomes the new one.
Done<void> enter_root(const BootRoot&);

} // namespace apsim
