// SPDX-License-Identifier: LGPL-2.1-or-later
// Wishes about several matrices at once: what they say about each of them.
#pragma once

#include "core/wish_target.hpp"

#include <expected>
#include <vector>

namespace ap {

[[nodiscard]] constexpr bool is_about_several(Verb verb) {
    return verb == Verb::move || verb == Verb::swap || verb == Verb::drain || verb == Verb::restore;
}

/// One wish for each matrix, its UUID in `matrix`, with what it loses, gets, or has from now on; judged by what all of them are before any wish of the
/// call. The verb tells where it comes from; a matrix that gives all it has is unassigned.
/// Requires: is_about_several(wish.verb). Every reason why not: a matrix that there is not, ids that one of them does not have.
std::expected<std::vector<Wish>, std::vector<Error>> spread(const HostState& host, const Wanted& wanted, const Targets& targets, const Wish& wish);

} // namespace ap
