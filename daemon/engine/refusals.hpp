// SPDX-License-Identifier: LGPL-2.1-or-later
// Refusals the engine itself makes, in one place so that they are always the same words.
#pragma once

#include "engine/open_job.hpp"

namespace ap::engine {

Error refusal_while_degraded(const std::string& reason);
Error stale_plan();
Error nothing_read_yet();
Error ending();
Error nothing_to_recover();
/// What the open job does not allow.
std::optional<Error> refusal_of(Remedy remedy, const OpenJob& open);

} // namespace ap::engine
