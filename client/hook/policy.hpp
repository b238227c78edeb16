// SPDX-License-Identifier: LGPL-2.1-or-later
// How the hook is to decide: /etc/apctl/libvirt-hook.toml.
#pragma once

#include "core/error.hpp"

#include <chrono>
#include <map>
#include <string>

namespace ap::hook {

/// What a guest has to see of its matrix, or it does not start.
enum class Require {
    all,  ///< every adapter
    any,  ///< at least one queue
    none, ///< nothing
};

struct MatrixPolicy {
    Require require = Require::any;
    bool stop_with_guest = true; ///< a matrix that the hook started for a guest is stopped when the guest has ended
    friend bool operator==(const MatrixPolicy&, const MatrixPolicy&) = default;
};

struct Policy {
    std::chrono::seconds deadline{10};   ///< for everything the hook does for one operation; 1 to 300
    std::chrono::seconds settle_time{3}; ///< of that, for queues that are about to be bound; 0 to 300
    bool start_without_daemon = false;   ///< a guest with a matrix, when apctld does not answer
    MatrixPolicy matrix;                 ///< of every matrix that has none of its own
    std::map<std::string, MatrixPolicy> matrices; ///< by name or uuid

    /// A uuid says more than a name.
    [[nodiscard]] const MatrixPolicy& of(const std::string& uuid, const std::string& name) const;
    friend bool operator==(const Policy&, const Policy&) = default;
};

/// A file that is not there is an empty one. Fault::invalid with file and line when something in it is not understood: a guest that has to have what it needs is
/// not started by guesses.
Result<Policy> read_policy_file(const std::string& path);

} // namespace ap::hook
