// SPDX-License-Identifier: LGPL-2.1-or-later
// A change on its way: what people can see of it.
#pragma once

#include "core/plan.hpp"
#include "core/wish.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ap::engine {

enum class JobState { queued, running, waiting, undoing, done, failed, cancelled, degraded };
std::string to_string(JobState state);
constexpr bool ended(JobState state) { return state >= JobState::done; }

/// A wish as it came: verb and arguments.
struct WishText {
    std::string verb;
    WishArguments arguments;
    friend bool operator==(const WishText&, const WishText&) = default;
};

struct Requester {
    std::uint32_t uid = 0;
    std::string bus_name{};
    std::uint32_t pid = 0; ///< 0 where the bus does not tell
    std::string unit{};    ///< of systemd; may be empty
    friend bool operator==(const Requester&, const Requester&) = default;
};

/// The daemon, for what it does by itself.
Requester ourselves();

/// A copy of a job's public state; values travel, nobody shares the job itself.
struct JobView {
    std::uint32_t id = 0;
    std::string description;
    JobState state = JobState::queued;
    std::uint32_t steps_done = 0;
    std::vector<std::string> steps; ///< sentences; empty until it runs
    std::string waiting_for;
    std::uint32_t queues_moved = 0, queues_to_move = 0; ///< by the step that is in the kernel; 0 of 0 when it moves none
    Requester started_by;
    std::vector<Error> errors; ///< the cause first, then what went wrong while undoing; empty unless it ended badly
    std::string how;           ///< what the state does not say: what was left undrained; finished or undone at a later start, and why
    friend bool operator==(const JobView&, const JobView&) = default;
};

/// How long a change waits to be confirmed, and with which permission it is taken back if nobody does.
struct CheckpointTerms {
    std::chrono::seconds within{};
    bool disrupt = false;
    friend bool operator==(const CheckpointTerms&, const CheckpointTerms&) = default;
};

struct ApplyOptions {
    static constexpr std::chrono::seconds shortest_to_confirm{1}, longest_to_confirm{86400};
    /// The neighbours' lock is held meanwhile, and they give up after a minute and a half (kernel-abi 17).
    static constexpr std::chrono::seconds usual_drain{5}, longest_drain{60};

    bool disrupt = false;
    std::optional<std::string> digest; ///< carry out only this plan
    std::vector<WishText> said{};      ///< the wishes as they came, for the history
    std::optional<std::chrono::seconds> confirm_within{}; ///< taken back after this time unless somebody confirms it
    std::chrono::seconds drain = usual_drain; ///< so long the host's requests are waited for before their queues are taken; 0: not at all
};

} // namespace ap::engine
