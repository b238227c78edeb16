// SPDX-License-Identifier: LGPL-2.1-or-later
// Uevents read from the kernel's netlink group, without any library in between.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

/// A uevent message, or one made to look like it, as text: "action@devpath KEY=value ...", without ACTION,
/// DEVPATH and SEQNUM; a newline in a value is shown as "\n".  Nothing when it is not about AP, mediated
/// devices or their modules.
std::optional<std::string> shown_uevent(std::string_view message);

class UeventReader {
  public:
    UeventReader();
    ~UeventReader();
    UeventReader(const UeventReader&) = delete;
    UeventReader& operator=(const UeventReader&) = delete;

    /// What has come since the last call, as shown_uevent() shows it.  Never waits: the events of a write
    /// have been sent when the write returns.
    std::vector<std::string> drain();

  private:
    int socket_;
};

} // namespace contract
