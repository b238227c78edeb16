// SPDX-License-Identifier: LGPL-2.1-or-later
// Ctrl-C as something to wait for: while this object lives, SIGINT and SIGTERM make a descriptor readable and
// do nothing else.
#pragma once

#include <csignal>

namespace ap::cli {

class Interrupt {
  public:
    Interrupt();
    ~Interrupt(); ///< the signals mean again what they meant before
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    [[nodiscard]] int fd() const { return fd_; } ///< -1 when there are no descriptors left; poll() skips that
    void consume() const;                        ///< call when fd() is readable

  private:
    sigset_t before_{};
    int fd_ = -1;
};

} // namespace ap::cli
