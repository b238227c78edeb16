// SPDX-License-Identifier: LGPL-2.1-or-later
// Uevents read from the kernel's netlink group, without any library in between.
#pragma once

#include <string>
#include <vector>

namespace apsim::conformance {

class UeventReader {
  public:
    UeventReader();
    ~UeventReader();
    UeventReader(const UeventReader&) = delete;
    UeventReader& operator=(const UeventReader&) = delete;

    /// What has come since the last call about AP and mediated devices, one text per event: "action@devpath
    /// KEY=value ...", without ACTION, DEVPATH and SEQNUM; a newline in a value is shown as "\n".  Never
    /// waits: the events of a write have been sent when the write returns.
    std::vector<std::string> drain();

  private:
    int socket_;
};

} // namespace apsim::conformance
