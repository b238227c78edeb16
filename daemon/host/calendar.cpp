// SPDX-License-Identifier: LGPL-2.1-or-later
// Time of day, and which boot this is.
#include "host/calendar.hpp"

#include "host/whole_file.hpp"

namespace ap::host {

SystemCalendar::SystemCalendar(const std::string& root) {
    constexpr std::size_t most = 4096;
    auto text = read_file(root + "/proc/sys/kernel/random/boot_id", most);
    if (text && *text) boot_ = without_newline(**text);
}

std::chrono::sys_seconds SystemCalendar::now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace ap::host
