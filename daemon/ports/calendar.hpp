// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the clocks and to the machine's boots.
#pragma once

#include <chrono>
#include <string>

namespace ap {

/// Any thread.
class Calendar {
  public:
    virtual ~Calendar() = default;
    /// For people to read. Decides only what has to last from one boot to the next, since it may be set at any time.
    virtual std::chrono::sys_seconds now() = 0;
    /// The same text from one boot of the machine to the next, another one after it: what the kernel held before is gone then.
    virtual std::string boot() = 0;
    /// Since this boot, sleep of the machine included. Nobody can set it.
    virtual std::chrono::milliseconds uptime() = 0;
    /// Lets so much time pass. Never the loop thread.
    virtual void pause(std::chrono::milliseconds time) = 0;
};

} // namespace ap
