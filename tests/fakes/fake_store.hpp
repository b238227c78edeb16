// SPDX-License-Identifier: LGPL-2.1-or-later
// Definitions, wishes and the journal in memory behind the port Store.
#pragma once

#include "fakes/call_gate.hpp"
#include "ports/store.hpp"

#include <map>
#include <mutex>
#include <set>

namespace ap::fakes {

/// As the port promises, a failed change has changed nothing; a process that dies in a commit may leave the files changed and the database not.
/// Tests may look from another thread.
class FakeStore final : public Store {
  public:
    /// What a disk holds, and the next process finds.
    struct Disk {
        std::map<Uuid, std::string> files;
        std::map<std::string, Definition> meanings; ///< of contents of files: matrix and autostart
        std::map<Uuid, Definition> records;         ///< name and active
        QueueSet reserved, keep;
        BindChoice binding = BindChoice::automatic;
        std::map<Apid, Drain> drains;
        Journal journal;
        RecordChanges unsynced; ///< files that may be lost with the power
    };
    explicit FakeStore(CallGate& gate, Wanted start = {});
    FakeStore(CallGate& gate, Disk disk) : gate_(gate), disk_(std::move(disk)) {}

    // --- for tests: not counted
    [[nodiscard]] Wanted wanted() const;
    [[nodiscard]] Disk disk() const;
    /// The bytes of a definition file; empty when there is none.
    [[nodiscard]] std::string file_of(const Uuid& uuid) const;
    /// Somebody else writes a definition file, or removes it.
    void write_file(const Uuid& uuid, const std::optional<Definition>& definition, std::string bytes);
    void set_problems(std::vector<std::string> problems);
    /// What the power takes: files that are not on the disk yet are as before.
    static Disk without_power(Disk disk);

    // --- Store
    Result<Wanted> load(std::vector<std::string>& problems) override;
    Result<RecordChanges> prepare(const std::vector<Step>& steps, const std::map<Uuid, std::string>& former) override;
    Result<Journal> read_journal() override;
    Result<void> begin(const JournalEntry& open) override;
    Result<void> commit(const RecordChanges& changes, const JournalEntry& entry, Foreign foreign, const std::optional<JournalEntry>& checkpoint,
                        const std::function<void()>& before_sync) override;
    Result<void> confirm(const JournalEntry& entry) override;
    Result<void> close(const JournalEntry& entry) override;
    Result<void> note(const JournalEntry& entry) override;
    Result<std::vector<Uuid>> put_back(const RecordChanges& changes) override;
    Result<void> remember_locked_masks(const std::string& boot) override;
    Result<void> settle(std::uint32_t last_job) override;

  private:
    [[nodiscard]] std::optional<Error> refusal(const char* name);
    [[nodiscard]] std::optional<std::string> content(const Uuid& uuid) const;
    void put(const Uuid& uuid, const std::optional<std::string>& bytes);
    void put_records(const RecordChanges& changes);
    void put_entry(const JournalEntry& entry);

    CallGate& gate_;
    mutable std::mutex mutex_;
    Disk disk_;
    std::vector<std::string> problems_;
};

} // namespace ap::fakes
