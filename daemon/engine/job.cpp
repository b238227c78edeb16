// SPDX-License-Identifier: LGPL-2.1-or-later
// The printed names of job states; they are the words of bus and manual.
#include "engine/job.hpp"

namespace ap::engine {

std::string to_string(JobState state) {
    switch (state) {
    case JobState::queued: return "queued";
    case JobState::running: return "running";
    case JobState::waiting: return "waiting";
    case JobState::undoing: return "undoing";
    case JobState::done: return "done";
    case JobState::failed: return "failed";
    case JobState::cancelled: return "cancelled";
    case JobState::degraded: return "degraded";
    }
    return "unknown";
}

} // namespace ap::engine
