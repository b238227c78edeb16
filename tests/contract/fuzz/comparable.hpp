// SPDX-License-Identifier: LGPL-2.1-or-later
// What two hosts, or one at two times, may number differently: VFIO groups, device numbers, and how often
// BINDINGS=complete came before, which is a matter of how many scans there were.
#pragma once

#include <string>
#include <string_view>

namespace contract {

std::string comparable_path(std::string path); ///< of a file, or where a link points to
std::string comparable_uevent(std::string uevent);
std::string comparable_content(std::string_view name, std::string text); ///< of a file of that name

} // namespace contract
