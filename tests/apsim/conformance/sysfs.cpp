// SPDX-License-Identifier: LGPL-2.1-or-later
// System calls, nothing between.
#include "conformance/sysfs.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

namespace apsim::conformance {

int write_once(const std::string& path, std::string_view bytes) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return errno;
    const auto written = ::write(fd, bytes.data(), bytes.size());
    const int error = errno;
    ::close(fd);
    if (written < 0) return error;
    return written == static_cast<ssize_t>(bytes.size()) ? 0 : -1;
}

std::expected<std::string, int> read_all(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::unexpected(errno);
    std::string text;
    std::array<char, 8192> part;
    ssize_t size = 0;
    while ((size = ::read(fd, part.data(), part.size())) > 0)
        text.append(part.data(), static_cast<std::size_t>(size));
    const int error = errno;
    ::close(fd);
    if (size < 0) return std::unexpected(error);
    return text;
}

std::string link_name(const std::string& path) {
    std::array<char, 4096> target;
    const auto size = ::readlink(path.c_str(), target.data(), target.size());
    if (size <= 0) return {};
    const std::string_view text(target.data(), static_cast<std::size_t>(size));
    return std::string(text.substr(text.rfind('/') + 1));
}

std::vector<std::string> names_in(const std::string& path) {
    std::vector<std::string> names;
    DIR* dir = ::opendir(path.c_str());
    if (dir == nullptr) return names;
    while (const auto* entry = ::readdir(dir)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(dir);
    std::ranges::sort(names);
    return names;
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

} // namespace apsim::conformance
