// SPDX-License-Identifier: LGPL-2.1-or-later
// mdevctl writes definitions in place and without a sync; a crash in the middle leaves half a definition.
// Ours does not.
#include "host/whole_file.hpp"

#include "host/file_descriptor.hpp"
#include "host/sysfs.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace ap::host {
namespace {

std::unexpected<Error> failed(const std::string& path, std::string_view what, int error = errno) {
    return std::unexpected(io_error(Fault::host_io, path, what, error));
}

std::string directory_of(const std::string& path) {
    auto slash = path.rfind('/');
    return slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
}

std::string temporary_beside(const std::string& path) {
    auto directory = directory_of(path);
    return directory + "/." + path.substr(path.rfind('/') + 1) + ".apctl";
}

Result<void> sync_directory(const std::string& path) {
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return failed(path, "cannot be synced");
    return {};
}

mode_t mode_for(const std::string& path) {
    struct stat old {};
    return ::stat(path.c_str(), &old) == 0 ? old.st_mode & 07777 : 0644;
}

Result<void> write_all(int fd, const std::string& path, std::string_view content) {
    while (!content.empty()) {
        auto put = ::write(fd, content.data(), content.size());
        if (put < 0 && errno != EINTR) return failed(path, "cannot be written");
        if (put > 0) content.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

Result<void> write_new(const std::string& path, std::string_view content, mode_t mode) {
    FileDescriptor fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd) return failed(path, "cannot be created");
    if (auto written = write_all(fd.get(), path, content); !written) return written;
    if (::fchmod(fd.get(), mode) != 0) return failed(path, "cannot be given its mode");
    return {};
}

} // namespace

Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most) {
    // Not blocking, so that a pipe somebody put there cannot stop us.
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::nullopt;
    struct stat info {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return failed(path, "cannot be read");
    if (!S_ISREG(info.st_mode)) return failed(path, "is not a regular file", EINVAL);
    std::string content;
    std::array<char, 16384> buffer;
    while (content.size() <= most) {
        auto got = ::read(fd.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return failed(path, "cannot be read");
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return failed(path, "is larger than any such file should be", EFBIG);
}

Result<void> replace_file(const std::string& path, std::string_view content) {
    if (auto made = make_directory(directory_of(path)); !made) return made;
    auto temporary = temporary_beside(path);
    auto result = write_new(temporary, content, mode_for(path));
    if (result && ::rename(temporary.c_str(), path.c_str()) != 0) result = failed(path, "cannot be replaced");
    if (!result) ::unlink(temporary.c_str());
    return result;
}

Result<void> remove_file(const std::string& path) {
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
    // A file system that is read-only says so even of a file that is not there.
    const auto code = errno;
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0 && errno == ENOENT) return {};
    return failed(path, "cannot be removed", code);
}

Result<void> sync_file(const std::string& path) {
    FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd && errno != ENOENT) return failed(path, "cannot be synced");
    if (fd && ::fsync(fd.get()) != 0) return failed(path, "cannot be synced");
    auto directory = sync_directory(directory_of(path));
    if (!fd && !directory && directory.error().errno_value == ENOENT) return {}; // nothing ever was there
    return directory;
}

Result<void> make_directory(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0) {
        if (S_ISDIR(info.st_mode)) return {};
        return failed(path, "is in the way", ENOTDIR);
    }
    if (auto above = make_directory(directory_of(path)); !above) return above;
    if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return failed(path, "cannot be created");
    if (::chmod(path.c_str(), 0755) != 0) return failed(path, "cannot be given its mode");
    return sync_directory(directory_of(path));
}

} // namespace ap::host
