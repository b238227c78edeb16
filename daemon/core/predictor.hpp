// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's filter as a pure function: what a guest sees of its matrix, and which queue is to blame for what it does not.
#pragma once

#include "core/plan.hpp"

#include <string>
#include <vector>

namespace ap {

/// guest_matrix after a full re-filter (vfio_ap_mdev_filter_matrix, kernel-abi 8.2): ids outside the host's configuration go,
/// then every adapter of which a queue is not bound to vfio_ap. Control: assigned and in the host's configuration.
Matrix effective_matrix(const HostState& host, const Matrix& assigned);
/// Why adapters of `assigned` are not in its effective matrix.
std::vector<Filtered> filtered_adapters(const HostState& host, const Matrix& assigned);
/// In words: "adapter 6: 06.002d does not exist". Of queues that are to blame those that do not exist are named alone, since the others can be bound.
std::string why_hidden(const HostState& host, const Filtered& filtered);

/// Has the page that `matrix` and `guest_matrix` show room for all queues of the matrix (kernel-abi 7.4)?
[[nodiscard]] inline bool fits_in_a_list(const Matrix& matrix) { return matrix.adapters.size() * matrix.domains.size() <= most_queues_listed; }

} // namespace ap
