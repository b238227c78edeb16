// SPDX-License-Identifier: LGPL-2.1-or-later
// Time of day, and which boot this is.
#include "host/calendar.hpp"

#include "host/whole_file.hpp"

#include <ctime>
#include <thread>

namespace ap::host {

SystemCalendar::SystemCalendar(const std::string& root) {
    constexpr std::size_t most = 4096;
    auto text = read_file(root + "/proc/sys/kernel/random/boot_id", most);
    if (text && *text) boot_ = without_newline(**text);
}

std::chrono::sys_seconds SystemCalendar::now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::chrono::milliseconds SystemCalendar::uptime() {
    timespec since_boot{};
    ::clock_gettime(CLOCK_BOOTTIME, &since_boot); // has been in every kernel since 2.6.39, and has no other way to fail
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::seconds(since_boot.tv_sec) + std::chrono::nanoseconds(since_boot.tv_nsec));
}

void SystemCalendar::pause(std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }

} // namespace ap::host
