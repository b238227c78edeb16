// SPDX-License-Identifier: LGPL-2.1-or-later
// A change that was made on trial: taken back in its time unless somebody confirms it.
#pragma once

#include "engine/record.hpp"
#include "ports/calendar.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace ap::engine {

/// There is at most one: while it waits nothing else is changed, so that taking it back is exact.
struct Checkpoint {
    static constexpr auto never = std::chrono::milliseconds::max();

    std::uint32_t job = 0;
    std::string description{};
    Requester who{};
    CheckpointTerms terms{};
    std::string boot{};                     ///< in which `due` counts
    std::chrono::milliseconds due{};        ///< by Calendar::uptime(): when it is taken back, or that is tried again; may be never
    std::chrono::sys_seconds due_by_wall{}; ///< the first time for that, by a clock that goes on from one boot to the next but may be set
    std::string overdue{};                  ///< why it could not be taken back in its time; empty before. Not in the journal
    friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

/// Of a job that is being committed now; nullopt when nobody asked for one.
std::optional<Checkpoint> checkpoint_of(const JobOrigin& job, Calendar& calendar);
std::chrono::milliseconds time_left(const Checkpoint& checkpoint, Calendar& calendar); ///< not below 0
std::string in_seconds(std::chrono::milliseconds time); ///< "42 s", rounded up

JournalEntry write_checkpoint(const Checkpoint& checkpoint);
/// The text as it was written. Fault::host_io when it is not one that this apctl or an older one wrote.
Result<Checkpoint> parse_checkpoint(const std::string& text);
/// In another boot than its own what is left is told by the clock of the wall, and is never more than was asked for. One that cannot be read is overdue, and waits for people.
Checkpoint read_checkpoint(const JournalEntry& entry, Calendar& calendar);

} // namespace ap::engine
