// SPDX-License-Identifier: LGPL-2.1-or-later
// The printed names of job states and remedies; they are the words of bus and manual.
#include "engine/job.hpp"

#include "core/quote.hpp"
#include "engine/open_job.hpp"

#include <unistd.h>

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

std::string to_string(Remedy remedy) {
    switch (remedy) {
    case Remedy::undo: return "undo";
    case Remedy::finish: return "finish";
    case Remedy::accept: return "accept";
    }
    return "unknown";
}

Requester ourselves() { return {.uid = ::geteuid(), .pid = static_cast<std::uint32_t>(::getpid())}; }

Result<Remedy> parse_remedy(std::string_view text) {
    for (auto remedy : {Remedy::undo, Remedy::finish, Remedy::accept})
        if (to_string(remedy) == text) return remedy;
    return std::unexpected(Error{Fault::invalid, quote(text), "is unknown; expected undo, finish or accept", "", 0});
}

} // namespace ap::engine
