// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's own refusals.
#include "engine/refusals.hpp"

namespace ap::engine {

Error refusal_while_degraded(const std::string& reason) {
    return {Fault::degraded, "apctld", "makes no changes since an earlier one could not be undone: " + reason,
            "see `apctl recover`; or put right what is named here, then run `apctl rescan`", 0};
}

Error stale_plan() {
    return {Fault::stale_plan, "", "the host has changed since the plan was shown, and another one would be carried out; nothing was done",
            "look at the new plan and say it again", 0};
}

Error nothing_read_yet() {
    return {Fault::host_io, "apctld", "has not read the host yet", "try again in a moment", 0};
}

Error ending() { return {Fault::cancelled, "apctld", "is ending", "", 0}; }

Error nothing_to_recover() { return {Fault::conflict, "apctld", "is not degraded: there is no job to recover", "", 0}; }

std::optional<Error> refusal_of(Remedy remedy, const OpenJob& open) {
    const auto refuse = [&](const char* reason, const char* remedy_text) {
        return Error{Fault::conflict, "job " + std::to_string(open.job), reason, remedy_text, 0};
    };
    if (remedy != Remedy::accept && !open.origin) return refuse("has a record that cannot be read", "`apctl recover --accept` takes the host as it is");
    if (remedy == Remedy::finish && !open.finish)
        return refuse("cannot be finished: the host is in no state that it went through", "undo it, or accept the host as it is");
    return std::nullopt;
}

} // namespace ap::engine
