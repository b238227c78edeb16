// SPDX-License-Identifier: LGPL-2.1-or-later
// The engine's hand on the journal: opens and closes the record of the one job that may be open.
#pragma once

#include "engine/checkpoint.hpp"
#include "engine/history.hpp"

#include <optional>

namespace ap::engine {

/// Engine thread only.
class Ledger {
  public:
    Ledger(Store& store, Calendar& calendar, History& history) : store_(store), calendar_(calendar), history_(history) {}

    /// At the start; afterwards the history is known, and what was open is open().
    Result<Journal> read();
    [[nodiscard]] const History& history() const { return history_; }
    [[nodiscard]] std::string boot() { return calendar_.boot(); }
    [[nodiscard]] std::chrono::sys_seconds now() { return calendar_.now(); }
    /// What waits to be confirmed: the job that was committed last, if it asked for that.
    [[nodiscard]] const std::optional<Checkpoint>& checkpoint() const { return checkpoint_; }
    /// The job that was confirmed last; 0: none since the start.
    [[nodiscard]] std::uint32_t confirmed() const { return confirmed_; }
    [[nodiscard]] std::chrono::milliseconds uptime() { return calendar_.uptime(); }

    /// Before a job's first step: its records, worked out, and the record of it on the disk. A job that changes nothing but one database needs none: its commit is one
    /// transaction.
    Result<OpenRecord> begin(const JobOrigin& origin, const Plan& plan, const HostState& found);
    /// `before_sync`: see Store::commit().
    Result<void> commit(const OpenRecord& record, std::string how, Store::Foreign foreign, const std::function<void()>& before_sync);
    /// Requires: checkpoint(). It is kept, and the history says who confirmed it.
    Result<void> confirm(const Requester& who);
    /// The job ended without a change. When that cannot be written the next begin() does, or the next start finds the job open, and nothing of it left to undo.
    Result<void> close(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors);
    /// It ended, and what it left is not known to be harmless: the record stays.
    Result<void> keep_open(const OpenRecord& record, std::string how, std::vector<Error> errors);
    Result<void> close(const HistoryEntry& entry);
    /// A queue vanished with its driver_override: a later daemon of this boot knows. False when it cannot be written now.
    bool remember_locked_masks();
    /// There is something to settle, now that the end of this job is announced.
    void settle_later(std::uint32_t last_job) { unsettled_ = last_job; }
    /// Before the next thing that the engine does, or its end, and not at once: the loop is telling of the job, perhaps on the only processor there is.
    void settle();

  private:
    [[nodiscard]] std::map<Uuid, std::string> files_removed_by(std::optional<std::uint32_t> job) const;
    [[nodiscard]] JournalEntry closing(const OpenRecord& record, JobState state, std::string how, std::vector<Error> errors);
    Result<void> close(JournalEntry entry);

    Store& store_;
    Calendar& calendar_;
    History& history_;
    std::optional<Checkpoint> checkpoint_;
    std::uint32_t confirmed_ = 0;
    std::optional<std::uint32_t> unsettled_; ///< the last job
    std::optional<JournalEntry> late_; ///< an entry that could not be written when its job ended
};

} // namespace ap::engine
