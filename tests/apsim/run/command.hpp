// SPDX-License-Identifier: LGPL-2.1-or-later
// Becoming the command that runs in a simulated host.
#pragma once

#include <string>
#include <vector>

namespace apsim {

/// Replaces the calling process by the command, with the simulated host's variables in its environment.  The
/// programs apsim and mdev-hold, in the directory `programs`, come behind all else in PATH.  Exits with 127 or
/// 126 when it cannot be run.
[[noreturn]] void become_command(const std::vector<std::string>& command, const std::string& control,
                                 const std::string& programs);

} // namespace apsim
