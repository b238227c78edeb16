// SPDX-License-Identifier: LGPL-2.1-or-later
// Making and removing the control group.
#include "run/cgroup.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "run/namespaces.hpp"

namespace apsim {

namespace stdfs = std::filesystem;

namespace {

/// Where the version 2 hierarchy is mounted: it is the only one, or one beside those of version 1.
std::string hierarchy() {
    std::ifstream mounts("/proc/self/mounts");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string device, place, type;
        words >> device >> place >> type;
        if (type == "cgroup2") return place;
    }
    return {};
}

/// Our own group below that.
std::string own_group() {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);)
        if (line.starts_with("0::/")) return line.substr(4);
    return {};
}

/// The innermost first, as a group with others in it cannot be removed.
void remove_groups(const stdfs::path& group) {
    std::error_code error;
    for (const auto& entry : stdfs::directory_iterator(group, error))
        if (entry.is_directory(error)) remove_groups(entry.path());
    ::rmdir(group.c_str());
}

bool populated(int events) {
    char text[256];
    const auto size = ::pread(events, text, sizeof text, 0);
    return size > 0 &&
           std::string_view(text, static_cast<std::size_t>(size)).find("populated 1") != std::string::npos;
}

/// Processes end in their own time, even those that are killed.
void await_empty(const std::string& group) {
    const int events = ::open((group + "/cgroup.events").c_str(), O_RDONLY | O_CLOEXEC);
    while (events >= 0 && populated(events)) {
        pollfd change{events, POLLPRI, 0};
        ::poll(&change, 1, 1000);
    }
    ::close(events);
}

/// Nobody's end is ours, except through the pipe; nobody waits for a descriptor of ours.
[[noreturn]] void clean_up_behind(int alive, const std::string& group) {
    ::setsid();
    for (const int signal : {SIGINT, SIGQUIT, SIGTERM, SIGHUP}) ::signal(signal, SIG_IGN);
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int standard : {0, 1, 2}) ::dup2(nothing, standard);
    for (char byte; ::read(alive, &byte, 1) < 0 && errno == EINTR;) {}
    (void)write_file(group + "/cgroup.kill", "1");
    await_empty(group);
    remove_groups(group);
    ::_exit(0);
}

} // namespace

Done<BootCgroup> BootCgroup::make() {
    const auto mounted = hierarchy();
    if (mounted.empty()) return std::unexpected(std::string("no cgroup2 file system is mounted"));
    const auto group = (stdfs::path(mounted) / own_group() / fmt::format("apsim-{}", ::getpid())).string();
    if (::mkdir(group.c_str(), 0755) != 0) return failed("cannot create the cgroup " + group);
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return failed("pipe");
    BootCgroup made;
    made.cleaner_ = ::fork();
    if (made.cleaner_ < 0) return failed("fork");
    if (made.cleaner_ == 0) {
        ::close(ends[1]);
        clean_up_behind(ends[0], group);
    }
    ::close(ends[0]);
    made.alive_ = ends[1];
    made.procs_ = ::open((group + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC);
    if (made.procs_ < 0) return failed(group);
    return made;
}

BootCgroup::BootCgroup(BootCgroup&& other) noexcept
    : procs_(std::exchange(other.procs_, -1)), alive_(std::exchange(other.alive_, -1)),
      cleaner_(std::exchange(other.cleaner_, -1)) {}

BootCgroup::~BootCgroup() {
    if (procs_ >= 0) ::close(procs_);
    // The pipe's end alone would not do: a server that is left has a copy of it.
    if (alive_ >= 0) (void)!::write(alive_, "", 1);
    if (alive_ >= 0) ::close(alive_);
    if (cleaner_ > 0) ::waitpid(cleaner_, nullptr, 0);
}

Done<void> BootCgroup::join() const {
    if (::write(procs_, "0", 1) != 1) return failed("cannot enter the private cgroup");
    return {};
}

} // namespace apsim
