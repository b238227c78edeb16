// SPDX-License-Identifier: LGPL-2.1-or-later
// In place of the C library's.
#include "synced_files.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <mutex>

#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::mutex mutex;
std::vector<std::string> names;

int sync_noted(long call, int fd) {
    std::error_code none;
    const auto path = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", fd), none);
    const auto result = static_cast<int>(::syscall(call, fd));
    std::lock_guard lock(mutex);
    if (result == 0) names.push_back(path.filename().string());
    return result;
}

} // namespace

extern "C" int fsync(int fd) { return sync_noted(SYS_fsync, fd); }
extern "C" int fdatasync(int fd) { return sync_noted(SYS_fdatasync, fd); }

namespace ap::host::testing {

void forget_synced_files() {
    std::lock_guard lock(mutex);
    names.clear();
}

std::vector<std::string> synced_files() {
    std::lock_guard lock(mutex);
    return names;
}

} // namespace ap::host::testing
