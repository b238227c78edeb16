// SPDX-License-Identifier: LGPL-2.1-or-later
// signalfd behind an object.
#include "proxy/interrupt.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace ap::cli {

Interrupt::Interrupt() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    fd_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    // Without a descriptor to hear them by, blocking the signals would make the process deaf.
    if (fd_ < 0) sigemptyset(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before_);
}

Interrupt::~Interrupt() {
    if (fd_ >= 0) {
        consume();
        close(fd_);
    }
    sigprocmask(SIG_SETMASK, &before_, nullptr);
}

void Interrupt::consume() const {
    signalfd_siginfo info;
    // One wish to stop is enough, however often the key was pressed.
    while (read(fd_, &info, sizeof info) == sizeof info) {
    }
}

} // namespace ap::cli
