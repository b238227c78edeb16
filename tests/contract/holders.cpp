// SPDX-License-Identifier: LGPL-2.1-or-later
// Starting mdev-hold and reading what it says.
#include "holders.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>

namespace contract {

namespace {

/// Both ends are closed in children; the spawned process gets copies.
std::pair<int, int> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    return {ends[0], ends[1]};
}

pid_t spawn(const std::string& uuid, int input, int output) {
    std::string name = "mdev-hold";
    std::string argument = uuid;
    char* arguments[] = {name.data(), argument.data(), nullptr};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    pid_t pid = 0;
    const int error = ::posix_spawnp(&pid, name.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error(std::string("mdev-hold: ") + std::strerror(error));
    return pid;
}

/// The next line, without its end; empty at the end of the output.
std::string read_line(int fd) {
    std::string line;
    char c = 0;
    while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

/// "open group: Device or resource busy" as an errno.
int errno_in(const std::string& line) {
    for (int error = 1; error < 134; ++error)
        if (line.ends_with(std::string(": ") + std::strerror(error))) return error;
    throw std::runtime_error("mdev-hold says: " + line);
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

} // namespace

Holders::~Holders() {
    while (!holders_.empty()) end(holders_.begin()->first, true);
}

int Holders::open(const std::string& uuid) {
    const auto [input, to] = make_pipe();
    const auto [from, output] = make_pipe();
    const pid_t pid = spawn(uuid, input, output);
    ::close(input);
    ::close(output);
    auto line = read_line(from);
    while (line.ends_with(": ok")) line = read_line(from);
    if (line == "holding") {
        // A second one on the same mdev never gets here: the group is busy.
        holders_[uuid] = {pid, to, from};
        return 0;
    }
    ::close(to);
    ::close(from);
    reap(pid);
    return errno_in(line);
}

int Holders::end(const std::string& uuid, bool by_force) {
    const auto it = holders_.find(uuid);
    if (it == holders_.end()) return ENOENT;
    if (by_force) ::kill(it->second.pid, SIGKILL);
    ::close(it->second.to);
    reap(it->second.pid);
    ::close(it->second.from);
    holders_.erase(it);
    return 0;
}

int Holders::close(const std::string& uuid) { return end(uuid, false); }
int Holders::kill(const std::string& uuid) { return end(uuid, true); }

} // namespace contract
