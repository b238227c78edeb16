// SPDX-License-Identifier: LGPL-2.1-or-later
// What is said of a change that waits to be confirmed.
#pragma once

#include "proxy/views.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace ap::cli {

/// Below a plan, before it is carried out.
std::string on_trial_text(std::uint32_t confirm_within, const Look& look);
/// When it was carried out: until when, and how to keep it. `waiting` may be somebody else's by now, or none.
std::string made_on_trial_text(const std::optional<CheckpointView>& waiting, std::uint32_t job);
/// A line of the status; "" when nothing waits.
std::string checkpoint_text(const std::optional<CheckpointView>& waiting, const Look& look);

/// null when nothing waits.
Json json_of(const std::optional<CheckpointView>& waiting);

} // namespace ap::cli
