// SPDX-License-Identifier: LGPL-2.1-or-later
// The system's clocks and the kernel's boot id.
#pragma once

#include "host/sysfs.hpp"
#include "ports/calendar.hpp"

namespace ap::host {

class SystemCalendar final : public Calendar {
  public:
    /// `root` is what "/" is: proc/sys/kernel/random/boot_id is looked for below it.
    explicit SystemCalendar(const std::string& root = "/");
    std::chrono::sys_seconds now() override;
    /// Read once. Empty where the kernel does not tell; then nothing is known of boots, and the host itself decides.
    std::string boot() override { return boot_; }
    std::chrono::milliseconds uptime() override;
    void pause(std::chrono::milliseconds time) override;

  private:
    std::string boot_;
};

} // namespace ap::host
