// SPDX-License-Identifier: LGPL-2.1-or-later
// When time is up: by the clock since boot, which nobody can set, for as long as the boot lasts.
#include "engine/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::engine {

std::optional<Checkpoint> checkpoint_of(const JobOrigin& job, Calendar& calendar) {
    if (!job.checkpoint) return std::nullopt;
    const auto within = job.checkpoint->within;
    return Checkpoint{.job = job.id, .description = job.description, .who = job.who, .terms = *job.checkpoint, .boot = calendar.boot(),
                      .due = calendar.uptime() + within, .due_by_wall = calendar.now() + within};
}

std::chrono::milliseconds time_left(const Checkpoint& checkpoint, Calendar& calendar) {
    if (checkpoint.due == Checkpoint::never) return Checkpoint::never;
    return std::max(checkpoint.due - calendar.uptime(), std::chrono::milliseconds(0));
}

std::string in_seconds(std::chrono::milliseconds time) { return fmt::format("{} s", std::chrono::ceil<std::chrono::seconds>(time).count()); }

Checkpoint read_checkpoint(const JournalEntry& entry, Calendar& calendar) {
    auto read = parse_checkpoint(entry.text);
    if (!read) return {.job = entry.job, .description = "a job whose checkpoint cannot be read", .due = Checkpoint::never, .overdue = to_string(read.error())};
    const auto boot = calendar.boot();
    if (boot.empty() || read->boot != boot) {
        const std::chrono::seconds left = read->due_by_wall - calendar.now();
        read->boot = boot;
        read->due = calendar.uptime() + std::clamp(left, std::chrono::seconds(0), read->terms.within);
    }
    return *std::move(read);
}

} // namespace ap::engine
