// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to what is remembered: definitions in mdevctl's files; names, reservations, must-keeps, drains and the journal in our database.
// They are one port because they change as one: a job's records, its place in the history and the end of its open record.
#pragma once

#include "core/plan.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ap {

/// The files and records that a job changes, worked out to the byte before its first step, so that nothing about them is refused at its end.
struct RecordChanges {
    struct OneDefinition {
        Uuid uuid;
        std::optional<Definition> after;
        std::optional<std::string> file_before, file_after; ///< content of the definition file; nullopt: there is none
        friend bool operator==(const OneDefinition&, const OneDefinition&) = default;
    };
    struct Pools {
        QueueSet reserved, keep;
        friend bool operator==(const Pools&, const Pools&) = default;
    };
    std::vector<OneDefinition> definitions;
    std::optional<Pools> pools;
    std::optional<BindChoice> binding{};
    std::map<Apid, std::optional<Drain>> drains{}; ///< nullopt: it is drained no longer

    /// Does the change reach beyond the database, so that it is more than one transaction?
    [[nodiscard]] bool touches_files() const {
        for (const auto& one : definitions)
            if (one.file_before != one.file_after) return true;
        return false;
    }
    friend bool operator==(const RecordChanges&, const RecordChanges&) = default;
};

/// A job in the journal: a text that only the engine reads.
struct JournalEntry {
    std::uint32_t job = 0;
    std::string text;
    friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

struct Journal {
    std::uint32_t last_job = 0;         ///< the highest number that was ever given, as far as remembered
    std::optional<JournalEntry> open;   ///< a job that began and of which no end is recorded
    std::vector<JournalEntry> history;  ///< oldest first
    std::optional<JournalEntry> checkpoint; ///< a job that is done and waits to be confirmed
    std::string masks_locked_in{};      ///< the boot, as Calendar::boot() names it, in which a queue vanished with its driver_override; empty: none
};

/// May block on disk: engine thread only. Fault::host_io (errno, path) on failure; a failed change has changed nothing.
class Store {
  public:
    static constexpr std::size_t longest_history = 1000; ///< jobs; the oldest are forgotten

    virtual ~Store() = default;
    /// Everything wanted. Files that are not understood are left out and named in `problems`, one sentence each; they are never touched.
    virtual Result<Wanted> load(std::vector<std::string>& problems) = 0;

    /// What the records among these steps (SetDefinition, SetPools, SetBindChoice, SetDrain) come to. Unknown keys of existing files are kept, and where there is no file those
    /// of `former`, the bytes of one that was there once. Changes nothing.
    virtual Result<RecordChanges> prepare(const std::vector<Step>& steps, const std::map<Uuid, std::string>& former) = 0;

    // --- The journal. begin, commit, close and confirm are durable when they return, at the cost of one sync each.

    /// At the daemon's start. Definition files of committed jobs that a crash of the machine kept from the disk are put right first.
    virtual Result<Journal> read_journal() = 0;
    /// There is an open job from now on; one that was there before is replaced.
    virtual Result<void> begin(const JournalEntry& open) = 0;
    /// A file that is neither as before nor as after the job was changed by somebody else.
    enum class Foreign { refuse, leave };
    /// Files, records and the entry in the history; no job is open any more. All of it or nothing. Files are replaced atomically; those that lose queues are on
    /// the disk before the rest is, which costs a sync more. The way of the others is settle()'s, until then a mark in the database keeps their content.
    /// `checkpoint` waits to be confirmed from now on, instead of any that did so before.
    /// `before_sync`, if any, is called when all is changed and nothing is on the disk yet, so that something else can go on while the disk works: load() gives what is wanted
    /// now, and gives what was wanted before again when the commit fails. It may call nothing else of the store.
    virtual Result<void> commit(const RecordChanges& changes, const JournalEntry& entry, Foreign foreign, const std::optional<JournalEntry>& checkpoint,
                                const std::function<void()>& before_sync) = 0;
    /// The entry in the history; nothing waits to be confirmed any more.
    virtual Result<void> confirm(const JournalEntry& entry) = 0;
    /// The entry in the history; no job is open any more.
    virtual Result<void> close(const JournalEntry& entry) = 0;
    /// The entry in the history; the open job stays.
    virtual Result<void> note(const JournalEntry& entry) = 0;
    /// Brings files that a commit may have left changed back to what they were before the job; those that somebody else has changed since stay, and are returned.
    virtual Result<std::vector<Uuid>> put_back(const RecordChanges& changes) = 0;
    /// For Journal::masks_locked_in. Durable.
    virtual Result<void> remember_locked_masks(const std::string& boot) = 0;
    /// Off everybody's way: brings files to the disk, keeps the database small, remembers the highest number of a job (not synced: at worst it is lost with the power).
    virtual Result<void> settle(std::uint32_t last_job) = 0;
};

} // namespace ap
