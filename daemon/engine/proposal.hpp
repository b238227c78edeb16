// SPDX-License-Identifier: LGPL-2.1-or-later
// From wishes to a plan; pure but for looking into the history. The dry run and the job's own planning are this one function.
#pragma once

#include "core/planner.hpp"
#include "core/wish.hpp"
#include "engine/history.hpp"

#include <cstdint>
#include <expected>
#include <vector>

namespace ap::engine {

/// `history` is what a rollback goes back in.
std::expected<Plan, std::vector<Error>> propose(const HostState& host, const Wanted& recorded, const std::vector<Wish>& wishes, bool disrupt,
                                                std::uint64_t generation, const History& history);
/// What people call a job: "assign web; reserve 03.002f".
std::string describe(const std::vector<Wish>& wishes);

} // namespace ap::engine
