// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wished of the host, made so again after the machine has started: the kernel has forgotten masks, overrides and matrices.
#pragma once

#include "proxy/proxy.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace ap::boot {

struct Limits {
    std::chrono::steady_clock::time_point until;     ///< for everything
    std::chrono::milliseconds settle_time{5000};     ///< for queues that the kernel has not found yet, or that are still without a driver
    std::chrono::milliseconds between_tries{1000};   ///< of a matrix that could not be started
    bool just_started = true; ///< the machine: the host's programs have not come to rely on queues that are wished for guests
};

// Both: what did not succeed, a sentence each. Nothing is to be done without an AP bus.

/// Who has which queue: waits for the kernel to have bound the host's own, then takes from it what is reserved, and what the matrices have that ran before. Better before
/// vfio_ap is loaded, which then finds every queue that is meant for it and no other; whoever starts matrices when it comes, as mdevctl's rule does, finds them as well.
std::vector<std::string> bind_queues(cli::Proxy& daemon, const Limits& limits);

/// Every matrix that starts with the host, one after the other: one that cannot be started keeps no other from it. A matrix that runs already, as mdevctl's own rule may have
/// started it, is brought to its definition. Requires vfio_ap.
std::vector<std::string> start_matrices(cli::Proxy& daemon, const Limits& limits);

} // namespace ap::boot
