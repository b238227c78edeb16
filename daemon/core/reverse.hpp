// SPDX-License-Identifier: LGPL-2.1-or-later
// Taking back what a job of the past changed in the wanted state. Pure.
#pragma once

#include "core/plan.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <vector>

namespace ap {

/// What a job changed in the wanted state: its SetDefinition, SetPools, SetBindChoice and SetDrain.
struct PastChange {
    std::uint32_t job = 0;
    std::vector<Step> records;
};

/// The wanted state with that change taken back: its definitions as they were before, its reservations and must-keeps reversed (but for what it took over from others), adapters
/// drained as they were, the way of binding chosen as it was. Refused, with every reason, where something that it changed has been changed since, and where an older apctl did not
/// record which way of binding was in use before. `later` are the changes after it, the first one first, so that the reason can name the job.
std::expected<Wanted, std::vector<Error>> reverse(const Wanted& now, const PastChange& change, const std::vector<PastChange>& later);

/// Matrices whose mdev goes along with the definitions: those that were, or become, active.
std::set<Uuid> matrices_reversed(const PastChange& change);

/// What others had taken from the host before it, and it reserved; that stays so.
QueueSet taken_over_by(const PastChange& change);
/// The way of binding that was in use before a conversion, for PlanOptions::convert_to; nullopt: the host was not converted.
std::optional<BindMode> binding_reversed(const PastChange& change);

} // namespace ap
