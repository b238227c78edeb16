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
    std::chrono::milliseconds settle_time{5000};     ///< for queues that are still without a driver
    std::chrono::milliseconds between_tries{1000};   ///< of a matrix that could not be started
    bool just_started = true; ///< the machine: the host's programs have not come to rely on queues that are wished for guests
};

/// First who has which queue, then every matrix that starts with the host, one after the other: one that cannot be started keeps no other from it. A matrix that runs already, as
/// mdevctl's own rule may have started it, is brought to its definition. What did not succeed, a sentence each. Nothing is to be done without an AP bus.
std::vector<std::string> restore_host(cli::Proxy& daemon, const Limits& limits);

} // namespace ap::boot
