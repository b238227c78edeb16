// SPDX-License-Identifier: LGPL-2.1-or-later
// The verbs drain and restore: who loses an adapter, who gets it back, and what is remembered meanwhile.
#pragma once

#include "core/wish.hpp"

#include <expected>
#include <map>
#include <set>
#include <vector>

namespace ap {

/// Adapters of this host, of matrices and reservations, and drained ones.
AdapterSet adapters_known(const HostState& host, const Wanted& wanted);
/// Matrices, defined or active, that have some of the adapters, and which.
std::map<Uuid, AdapterSet> holders_of(const HostState& host, const Wanted& wanted, const AdapterSet& adapters);
/// Matrices that a restore gives adapters back to, and which. Those that were undefined since are left out.
std::expected<std::map<Uuid, AdapterSet>, std::vector<Error>> getters_of(const Wanted& wanted, const Wish& restore);

/// Brings `after.drains` and the reservations in line with the wishes. Requires: matrices and pools of `after` are as they shall be; `named` are the matrices
/// that wishes of the call are about. Returns every reason why not, also why a matrix cannot get what is drained or is to come back; then `after` is of no use.
std::vector<Error> fold_drains(const HostState& host, const Wanted& before, Wanted& after, const std::set<Uuid>& named, const std::vector<Wish>& wishes);

} // namespace ap
