// SPDX-License-Identifier: LGPL-2.1-or-later
// The pool verbs: reserve, release, keep, unkeep.
#pragma once

#include "core/wish.hpp"

#include <set>
#include <vector>

namespace ap {

/// A matrix that has queues afterwards, and what it has.
struct Holder { Uuid uuid; Matrix matrix; bool in_use = false; };
/// Those that `wanted` has active, and mdevs that no wish of the call is about (`named`).
std::vector<Holder> holders(const HostState& host, const Wanted& wanted, const std::set<Uuid>& named);

/// Applies the pool wishes to `wanted`, whose matrices are already as they shall be; `named` are the matrices that other wishes of
/// the call are about. Returns every reason why not; then `wanted` is of no use.
std::vector<Error> fold_pools(const HostState& host, Wanted& wanted, const std::set<Uuid>& named, const std::vector<Wish>& wishes);

} // namespace ap
