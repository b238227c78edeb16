// SPDX-License-Identifier: LGPL-2.1-or-later
// The changes that the sweeps interrupt at every call.
#pragma once

#include "engine/rig.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace ap::engine {

struct Scenario {
    std::string name;
    bool ap_config = true;   ///< false: a kernel before 6.10
    QueueSet absent{}, unbound{}; ///< queues that the host lacks, or that no driver has
    std::vector<std::vector<Wish>> setup; ///< jobs that go well before
    std::vector<std::string> in_use;      ///< matrices a guest opens then
    std::vector<Wish> wishes;             ///< the job that is interrupted
    bool disrupt = false;
    bool overrides = false; ///< a kernel with driver_override
    std::optional<std::chrono::seconds> confirm_within{}; ///< then a checkpoint is part of what is planned
};
std::ostream& operator<<(std::ostream& out, const Scenario& scenario);

const std::vector<Scenario>& scenarios();
/// Brings a new rig to where the interrupted job begins; the gate counts from 1 there.
void prepare(Rig& rig, const Scenario& scenario);
HostState start_of(const Scenario& scenario);

} // namespace ap::engine
