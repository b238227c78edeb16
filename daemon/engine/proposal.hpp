// SPDX-License-Identifier: LGPL-2.1-or-later
// From wishes to a plan; pure but for looking into the history. The dry run and the job's own planning are this one function.
#pragma once

#include "core/guest.hpp"
#include "core/planner.hpp"
#include "core/policy.hpp"
#include "core/source.hpp"
#include "core/wish.hpp"
#include "engine/checkpoint.hpp"
#include "engine/history.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <vector>

namespace ap::engine {

/// Those who decide about binding beside us, and how we treat them; and who needs the matrices.
struct Neighbours {
    const std::vector<Source>& sources;
    const GuestMap& guests;
    Policy policy = Policy::report;
};
struct Permission {
    bool disrupt = false;
    std::optional<Checkpoint> on_trial{}; ///< its rollback may take from the host what the trial gave it
};

/// `history` is what a rollback goes back in. A plan that contradicts a source says so in its notes, and with Policy::yield is refused: Fault::foreign_owner. One that
/// undefines what a guest needs says so too.
std::expected<Plan, std::vector<Error>> propose(const HostState& host, const Wanted& recorded, const std::vector<Wish>& wishes, const Permission& permission,
                                                std::uint64_t generation, const History& history, const Neighbours& neighbours);
/// The binding as the records want it: what others made of it is not taken over but brought back. No guest loses anything by it.
std::expected<Plan, std::vector<Error>> propose_binding(const HostState& host, const Wanted& recorded, std::uint64_t generation);
/// What people call a job: "assign web; reserve 03.002f". Without a new wish it is about what was wished before.
std::string describe(const std::vector<Wish>& wishes);

} // namespace ap::engine
