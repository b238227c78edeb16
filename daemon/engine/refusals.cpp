// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's own refusals.
#include "engine/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::engine {

Error refusal_while_degraded(const std::string& reason) {
    return {Fault::degraded, "apctld", "makes no changes since an earlier one could not be undone: " + reason,
            "see `apctl recover`; or put right what is named here, then run `apctl rescan`", 0};
}

Error stale_plan() {
    return {Fault::stale_plan, "", "the host has changed since the plan was shown, and another one would be carried out; nothing was done",
            "look at the new plan and say it again", 0};
}

Error changed_while_waiting() {
    return {Fault::conflict, "", "somebody else changed what belongs to whom while the host's requests were waited for; nothing was done", "look at the host and say it again", 0};
}

Error nothing_read_yet() {
    return {Fault::host_io, "apctld", "has not read the host yet", "try again in a moment", 0};
}

Error ending() { return {Fault::cancelled, "apctld", "is ending", "", 0}; }

Error nothing_to_recover() { return {Fault::conflict, "apctld", "is not degraded: there is no job to recover", "", 0}; }

std::optional<Error> refusal_while_unconfirmed(const std::optional<Checkpoint>& checkpoint, const std::vector<Wish>& wishes, const ApplyOptions& options,
                                               Calendar& calendar) {
    if (!checkpoint) return std::nullopt;
    const auto refuse = [&](std::string reason, const char* remedy) {
        return Error{Fault::conflict, fmt::format("job {}", checkpoint->job), std::move(reason), remedy, 0};
    };
    const bool takes_it_back = wishes.size() == 1 && wishes.front().job == checkpoint->job;
    if (takes_it_back && !options.confirm_within) return std::nullopt;
    if (takes_it_back) return refuse("waits to be confirmed itself, so what takes it back cannot wait as well", "say it without a time");
    const auto left = checkpoint->overdue.empty() ? fmt::format("waits to be confirmed for another {}", in_seconds(time_left(*checkpoint, calendar)))
                                                  : "was not confirmed in its time and could not be taken back: " + checkpoint->overdue;
    return refuse(left + "; until then nothing else is changed", "`apctl confirm` keeps it, `apctl rollback` takes it back");
}

std::optional<Error> refusal_of_checkpoint(const ApplyOptions& options, const Plan& plan) {
    if (!options.confirm_within || plan.steps.empty() || !std::ranges::all_of(plan.steps, touches_kernel)) return std::nullopt;
    return Error{Fault::conflict, "this change", "brings the kernel to what is wanted already, so there is nothing it could be taken back to",
                 "say it without a time in which to confirm", 0};
}

Error nothing_to_confirm(std::uint32_t job) {
    return {Fault::not_found, fmt::format("job {}", job), "does not wait to be confirmed: it was confirmed or taken back, or never asked for it",
            "see `apctl history`", 0};
}

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
