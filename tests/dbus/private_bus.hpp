// SPDX-License-Identifier: LGPL-2.1-or-later
// A message bus of the test's own.
#pragma once

#include <string>

#include <sys/types.h>

namespace ap::tests {

/// Runs from construction to destruction; ready when constructed. Throws std::runtime_error when dbus-daemon cannot be started.
class PrivateBus {
  public:
    PrivateBus();
    ~PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;
    [[nodiscard]] const std::string& address() const { return address_; }

  private:
    pid_t pid_ = -1;
    std::string address_;
};

} // namespace ap::tests
