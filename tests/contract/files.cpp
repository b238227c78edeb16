// SPDX-License-Identifier: LGPL-2.1-or-later
// System calls, nothing between.
#include "files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace contract {

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

std::expected<std::string, int> read_link(const std::string& path) {
    std::array<char, 4096> target;
    const auto size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return std::unexpected(errno);
    return std::string(target.data(), static_cast<std::size_t>(size));
}

std::expected<std::vector<std::string>, int> names_in(const std::string& path) {
    DIR* dir = ::opendir(path.c_str());
    if (dir == nullptr) return std::unexpected(errno);
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(dir)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    ::closedir(dir);
    std::ranges::sort(names);
    return names;
}

std::expected<unsigned, int> mode_of(const std::string& path) {
    struct stat status;
    if (::lstat(path.c_str(), &status) != 0) return std::unexpected(errno);
    return status.st_mode;
}

} // namespace contract
