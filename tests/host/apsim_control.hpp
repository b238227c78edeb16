// SPDX-License-Identifier: LGPL-2.1-or-later
// Speaks to the simulated host this process runs in, through its control socket.
#pragma once

#include "host/file_descriptor.hpp"

#include <nlohmann/json.hpp>

#include <string>

namespace ap::host::testing {

class ApsimControl {
  public:
    /// Connects to $APSIM_CONTROL; throws when there is no simulated host.
    ApsimControl();
    /// Sends {"op": op, ...arguments} and returns the reply; throws with the reason when it is an error. What
    /// the request changed is done, and its uevents are sent, when this returns.
    nlohmann::json call(const std::string& op, nlohmann::json arguments = nlohmann::json::object());

  private:
    [[nodiscard]] std::string read_line();

    FileDescriptor socket_;
    std::string pending_;
};

} // namespace ap::host::testing
