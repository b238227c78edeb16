// SPDX-License-Identifier: LGPL-2.1-or-later
// What systemd finds in a simulated host that boots.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace apsim {

/// The unit that systemd is told to start.
inline constexpr const char* boot_target = "apsim.target";

/// Files by path: units, and settings of systemd and journald.
const std::vector<std::pair<std::string, std::string>>& boot_files();

/// Units that would touch the machine, or that take time for nothing.
const std::vector<std::string>& masked_units();

} // namespace apsim
