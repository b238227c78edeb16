// SPDX-License-Identifier: LGPL-2.1-or-later
// What the log is told of the engine's notices.
#pragma once

#include "engine/engine.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace ap {

/// One line for each thing that an administrator would look for afterwards; fields AP_JOB, AP_GENERATION. Loop thread only.
class Chronicle {
  public:
    void tell(const engine::Notice& notice);

  private:
    void tell_one(const engine::SnapshotPublished& published);
    void tell_one(const engine::JobChanged& changed);
    void tell_one(const engine::RescanDone& done);

    std::map<std::uint32_t, std::string> told_; ///< last line of each job on its way: its single steps are not worth a line
};
/// For `systemctl status`: "320 queues, 4 in the guest pool; 2 matrices, 1 in use".
std::string status_line(const engine::Snapshot& snapshot);

} // namespace ap
