// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusals the engine itself makes, in one place so that they are always the same words.
#pragma once

#include "engine/checkpoint.hpp"
#include "engine/open_job.hpp"

namespace ap::engine {

Error refusal_while_degraded(const std::string& reason);
Error stale_plan();
/// Nothing was done.
Error changed_while_waiting();
Error nothing_read_yet();
Error ending();
Error nothing_to_recover();
/// While a change waits to be confirmed nothing but its own rollback is carried out.
std::optional<Error> refusal_while_unconfirmed(const std::optional<Checkpoint>& checkpoint, const std::vector<Wish>& wishes, const ApplyOptions& options,
                                               Calendar& calendar);
/// A plan that cannot be taken back cannot wait to be confirmed.
std::optional<Error> refusal_of_checkpoint(const ApplyOptions& options, const Plan& plan);
Error nothing_to_confirm(std::uint32_t job);
/// What the open job does not allow.
std::optional<Error> refusal_of(Remedy remedy, const OpenJob& open);

} // namespace ap::engine
