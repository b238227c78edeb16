// SPDX-License-Identifier: LGPL-2.1-or-later
// What the log is told of the engine's notices.
#pragma once

#include "engine/engine.hpp"

#include <string>

namespace ap {

/// One line for each thing that an administrator would look for afterwards; fields AP_JOB, AP_GENERATION.
void log_notice(const engine::Notice& notice);
/// For `systemctl status`: "320 queues, 4 in the guest pool; 2 matrices, 1 in use".
std::string status_line(const engine::Snapshot& snapshot);

} // namespace ap
