// SPDX-License-Identifier: LGPL-2.1-or-later
// Uevents on the network namespace's netlink, as the kernel and as udevd would send them.
#pragma once

#include <cstdint>
#include <string>

#include "model/effects.hpp"

namespace apsim {

/// Who passes events on to the listeners of libudev's "udev" monitors.
enum class UdevMessages { ours, udevds };

class UeventSender {
  public:
    explicit UeventSender(UdevMessages);
    ~UeventSender();
    UeventSender(const UeventSender&) = delete;
    UeventSender& operator=(const UeventSender&) = delete;

    /// Hands the event to the kernel, which sends it on as its own, and waits for the acknowledgement; with
    /// UdevMessages::ours also multicasts it as udevd does once its rules have run.  Returns an errno, 0 for
    /// success.
    int send(const Uevent&);

  private:
    int send_kernel(const std::string& payload);
    int send_udev(const Uevent&);

    int socket_;
    int open_error_;
    UdevMessages messages_;
    std::uint32_t sequence_ = 0;
    std::uint64_t udev_sequence_ = 0;
};

} // namespace apsim
