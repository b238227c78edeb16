// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's own refusals.
#include "engine/refusals.hpp"

namespace ap::engine {

Error refusal_while_degraded(const std::string& reason) {
    return {Fault::degraded, "apctld", "makes no changes since an earlier one could not be undone: " + reason,
            "put right what is named here, then run `apctl rescan`", 0};
}

Error stale_plan() {
    return {Fault::stale_plan, "", "the host has changed since the plan was shown, and another one would be carried out; nothing was done",
            "look at the new plan and say it again", 0};
}

Error nothing_read_yet() {
    return {Fault::host_io, "apctld", "has not read the host yet", "try again in a moment", 0};
}

Error ending() { return {Fault::cancelled, "apctld", "is ending", "", 0}; }

} // namespace ap::engine
