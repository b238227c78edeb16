// SPDX-License-Identifier: LGPL-2.1-or-later
// How often to look for what the kernel does not announce.
#pragma once

#include "core/host_state.hpp"

#include <chrono>
#include <optional>

namespace ap {

/// Guests opening a matrix and guest_matrix matter while there is an mdev; checkstop while there is an adapter.
/// Without either nothing can change silently, and the daemon sleeps.
inline std::optional<std::chrono::milliseconds> silent_poll_interval(const HostState& host) {
    using namespace std::chrono_literals;
    if (!host.matrices.empty()) return 2s;
    if (!host.adapters.empty()) return 10s;
    return std::nullopt;
}

} // namespace ap
