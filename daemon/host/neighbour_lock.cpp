// SPDX-License-Identifier: LGPL-2.1-or-later
// Chosen so that a neighbour of any version understands it; its weaknesses (a stale lock may be removed by
// two at once) are part of the protocol.
#include "host/neighbour_lock.hpp"

#include "host/holder.hpp"
#include "host/whole_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <ctime>
#include <thread>

namespace ap::host {
namespace {

using namespace std::chrono_literals;
constexpr auto between_tries = 30ms;
constexpr time_t seconds_without_pid = 120;

/// The pid at the start of the file; 0 when there is none (yet).
pid_t pid_in(int fd) {
    std::array<char, 40> buffer;
    auto got = ::pread(fd, buffer.data(), buffer.size(), 0);
    pid_t pid = 0;
    if (got > 0) std::from_chars(buffer.data(), buffer.data() + got, pid);
    return pid > 0 ? pid : 0;
}

bool is_alive(pid_t pid) { return ::kill(pid, 0) == 0 || errno != ESRCH; }

} // namespace

Result<void> NeighbourLockFile::acquire(std::chrono::milliseconds patience) {
    if (held_) return {};
    auto until = std::chrono::steady_clock::now() + patience;
    auto temporary = fmt::format("{}.{}", path_, ::getpid());
    const auto create = [&] { return ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644); };
    FileDescriptor fd(create()); // the directory is open to all, hence O_EXCL
    if (!fd && errno == EEXIST) { // of a former process of the same number
        ::unlink(temporary.c_str());
        fd = FileDescriptor(create());
    }
    if (!fd) return std::unexpected(io_error(Fault::host_io, temporary, "cannot be created", errno));
    auto pid = fmt::format("{}\n", ::getpid());
    Result<bool> linked = false;
    if (::write(fd.get(), pid.data(), pid.size()) != static_cast<ssize_t>(pid.size()))
        linked = std::unexpected(io_error(Fault::host_io, temporary, "cannot be written", errno));
    while (linked && !*linked) {
        linked = try_link(temporary);
        if (!linked || *linked || remove_if_stale()) continue;
        if (std::chrono::steady_clock::now() >= until) break;
        std::this_thread::sleep_for(between_tries);
    }
    ::unlink(temporary.c_str());
    if (!linked) return std::unexpected(std::move(linked.error()));
    if (!*linked) return std::unexpected(held_by_other());
    held_ = true;
    return {};
}

/// Our own pid in a lock we do not hold is what a former process of the same number left behind; the pid of a
/// former process of ours that is another program's by now, what that one left.
bool NeighbourLockFile::is_stale(int fd, const struct stat& info) const {
    auto pid = pid_in(fd);
    if (pid == 0) return ::time(nullptr) > info.st_mtime + seconds_without_pid;
    if (pid == ::getpid() || !is_alive(pid)) return true;
    return pid == former_ && command_of(root_, pid) != command_of(root_, ::getpid());
}

Result<bool> NeighbourLockFile::try_link(const std::string& temporary) {
    if (::link(temporary.c_str(), path_.c_str()) == 0) return true;
    if (errno == EEXIST) return false;
    return std::unexpected(io_error(Fault::host_io, path_, "cannot be made", errno));
}

/// True when trying again at once makes sense. Looks again just before it removes: between judging and
/// removing, another may have replaced the stale lock.
bool NeighbourLockFile::remove_if_stale() {
    FileDescriptor fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) return errno == ENOENT;
    struct stat judged {
    }, now{};
    if (::fstat(fd.get(), &judged) != 0 || !is_stale(fd.get(), judged)) return false;
    if (::stat(path_.c_str(), &now) != 0) return errno == ENOENT;
    if (now.st_ino != judged.st_ino || now.st_dev != judged.st_dev) return true;
    return ::unlink(path_.c_str()) == 0 || errno == ENOENT;
}

Error NeighbourLockFile::held_by_other() const {
    FileDescriptor fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    auto pid = fd ? pid_in(fd.get()) : 0;
    auto who = pid == 0 ? std::string("a process that has not written its pid yet")
                        : to_string(Holder{pid, command_of(root_, pid)});
    return {.fault = Fault::foreign_owner,
            .subject = path_,
            .reason = fmt::format("{} is changing the AP configuration and holds the lock", who),
            .remedy = "wait until it is done, and try again"};
}

void NeighbourLockFile::release() {
    if (!held_) return;
    held_ = false;
    FileDescriptor fd(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (fd && pid_in(fd.get()) == ::getpid()) ::unlink(path_.c_str()); // else somebody took it for stale
}

} // namespace ap::host
