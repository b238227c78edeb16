// SPDX-License-Identifier: LGPL-2.1-or-later
// How another thread pokes the loop.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace ap {

/// An eventfd. poke() from any thread; the rest on the loop thread.
class Wake {
  public:
    Wake() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
        if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    ~Wake() { close(fd_); }
    Wake(const Wake&) = delete;
    Wake& operator=(const Wake&) = delete;

    [[nodiscard]] int fd() const { return fd_; }
    /// Fails only when 2^64 - 2 pokes are waiting, and then the loop is poked already.
    void poke() const { [[maybe_unused]] const int result = eventfd_write(fd_, 1); }
    void clear() const {
        eventfd_t pokes = 0;
        [[maybe_unused]] const int result = eventfd_read(fd_, &pokes);
    }

  private:
    int fd_;
};

} // namespace ap
