// SPDX-License-Identifier: LGPL-2.1-or-later
// The command's environment and its start.
#include "run/command.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <unistd.h>

#include <fmt/format.h>

namespace apsim {

void become_command(const std::vector<std::string>& command, const std::string& control,
                    const std::string& programs) {
    const char* path = std::getenv("PATH");
    ::setenv("PATH", path == nullptr ? programs.c_str() : fmt::format("{}:{}", path, programs).c_str(), 1);
    ::setenv("APSIM_CONTROL", control.c_str(), 1);
    // libudev and sd-device look at the file system's type otherwise, and silently find nothing.
    ::setenv("SYSTEMD_DEVICE_VERIFY_SYSFS", "0", 1);
    std::vector<char*> arguments;
    for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
    arguments.push_back(nullptr);
    ::execvp(arguments[0], arguments.data());
    const int error = errno;
    fmt::print(stderr, "apsim: {}: {}\n", command[0], std::strerror(error));
    std::fflush(stderr);
    ::_exit(error == ENOENT ? 127 : 126);
}

} // namespace apsim
