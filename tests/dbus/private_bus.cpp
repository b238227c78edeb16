// SPDX-License-Identifier: LGPL-2.1-or-later
// dbus-daemon as a child.
#include "private_bus.hpp"

#include <csignal>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace ap::tests {
namespace {

[[noreturn]] void become_bus(int address_fd) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const auto print = "--print-address=" + std::to_string(address_fd);
    execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--address=unix:tmpdir=/tmp", print.c_str(), nullptr);
    _exit(127);
}

/// The bus prints its address when it listens, and closes the pipe.
std::string read_line(int fd) {
    std::string line;
    char c = 0;
    while (read(fd, &c, 1) == 1 && c != '\n') line += c;
    return line;
}

} // namespace

PrivateBus::PrivateBus() {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    pid_ = fork();
    if (pid_ == 0) {
        close(ends[0]);
        become_bus(ends[1]);
    }
    close(ends[1]);
    address_ = read_line(ends[0]);
    close(ends[0]);
    if (address_.empty()) throw std::runtime_error("dbus-daemon did not start");
}

PrivateBus::~PrivateBus() {
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
}

} // namespace ap::tests
