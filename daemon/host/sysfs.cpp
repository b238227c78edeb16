// SPDX-License-Identifier: LGPL-2.1-or-later
// Plain system calls, because libudev caches attributes and answers with what was written rather than with
// what holds.
#include "host/sysfs.hpp"

#include <fmt/format.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <system_error>

namespace ap::host {
namespace {

/// What was written, short enough for a message: a full mask or ap_config would fill the screen.
std::string shown(std::string_view text) {
    text = without_newline(text);
    constexpr std::size_t most = 40;
    return text.size() <= most ? fmt::format("\"{}\"", text) : fmt::format("\"{}…\"", text.substr(0, most));
}

template <class Call>
auto uninterrupted(Call&& call) {
    auto result = call();
    while (result < 0 && errno == EINTR) result = call();
    return result;
}

} // namespace

Error io_error(Fault fault, std::string path, std::string_view what, int errno_value) {
    return {.fault = fault,
            .subject = std::move(path),
            .reason = fmt::format("{}: {}", what, std::generic_category().message(errno_value)),
            .remedy = {},
            .errno_value = errno_value};
}

bool means_not_there(int errno_value) {
    return errno_value == ENOENT || errno_value == ENOTDIR || errno_value == ENODEV || errno_value == ENXIO;
}

std::string_view without_newline(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

Directory::Directory(std::string path) : path_(std::move(path)) {
    fd_ = FileDescriptor(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!fd_) error_ = errno;
}

Directory::Directory(std::string path, FileDescriptor fd, int error)
    : path_(std::move(path)), fd_(std::move(fd)), error_(error) {}

std::string Directory::full(std::string_view relative) const {
    return fmt::format("{}{}{}", path_, path_.ends_with('/') ? "" : "/", relative);
}

FileDescriptor Directory::open(const char* relative, int flags, int& error) const {
    if (!fd_) {
        error = error_;
        return {};
    }
    FileDescriptor fd(uninterrupted([&] { return ::openat(fd_.get(), relative, flags | O_CLOEXEC); }));
    error = fd ? 0 : errno;
    return fd;
}

Directory Directory::at(std::string_view relative) const {
    int error = 0;
    auto fd = open(std::string(relative).c_str(), O_PATH | O_DIRECTORY, error);
    return {full(relative), std::move(fd), error};
}

bool Directory::has(const char* relative) const {
    struct stat unused {};
    return fd_ && ::fstatat(fd_.get(), relative, &unused, AT_SYMLINK_NOFOLLOW) == 0;
}

ssize_t Directory::read(const char* relative, std::span<char> buffer) const {
    int error = 0;
    auto fd = open(relative, O_RDONLY, error);
    if (!fd) return -error;
    auto got = uninterrupted([&] { return ::read(fd.get(), buffer.data(), buffer.size()); });
    return got < 0 ? -errno : got;
}

Result<std::optional<std::string>> Directory::read(const char* relative) const {
    std::array<char, attribute_size> buffer;
    auto got = read(relative, std::span<char>(buffer));
    if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    auto error = static_cast<int>(-got);
    if (means_not_there(error)) return std::nullopt;
    return std::unexpected(io_error(Fault::host_io, full(relative), "cannot be read", error));
}

FileDescriptor Directory::open_to_read(const char* relative) const {
    int error = 0;
    return open(relative, O_RDONLY, error);
}

Result<void> Directory::write(const char* relative, std::string_view text) const {
    auto refused = [&](int error) {
        return std::unexpected(
            io_error(Fault::kernel_refused, full(relative), "writing " + shown(text) + " failed", error));
    };
    int error = 0;
    auto fd = open(relative, O_WRONLY, error);
    if (!fd) return refused(error);
    // A store that was interrupted while it waited for the AP bus' mutex has done nothing yet, so saying it
    // again is safe.
    auto put = uninterrupted([&] { return ::write(fd.get(), text.data(), text.size()); });
    if (put < 0) return refused(errno);
    if (static_cast<std::size_t>(put) != text.size()) return refused(EIO);
    return {};
}

Result<bool> Directory::list(const char* relative, const std::function<void(std::string_view)>& fn) const {
    int error = 0;
    auto fd = open(relative, O_RDONLY | O_DIRECTORY, error);
    if (!fd && means_not_there(error)) return false;
    auto failed = [&] {
        return std::unexpected(io_error(Fault::host_io, full(relative), "cannot be listed", error));
    };
    if (!fd) return failed();
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::fdopendir(fd.get()), &::closedir);
    if (!dir) {
        error = errno;
        return failed();
    }
    (void)fd.release(); // the stream closes it
    errno = 0;
    for (const dirent* entry = nullptr; (entry = ::readdir(dir.get())) != nullptr; errno = 0)
        if (std::string_view name = entry->d_name; name != "." && name != "..") fn(name);
    error = errno;
    if (error != 0 && !means_not_there(error)) return failed();
    return true;
}

Result<std::optional<std::string>> Directory::link(const char* relative) const {
    std::array<char, PATH_MAX> buffer;
    auto got = fd_ ? ::readlinkat(fd_.get(), relative, buffer.data(), buffer.size()) : (errno = error_, -1);
    if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    if (means_not_there(errno) || errno == EINVAL) return std::nullopt; // EINVAL: there, but not a link
    return std::unexpected(io_error(Fault::host_io, full(relative), "cannot be followed", errno));
}

} // namespace ap::host
