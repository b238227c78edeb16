// SPDX-License-Identifier: LGPL-2.1-or-later
// The store on disk: definitions in mdevctl's files, the rest in our database.
#pragma once

#include "host/database.hpp"
#include "host/definition_file.hpp"
#include "ports/store.hpp"

#include <set>
#include <string>
#include <vector>

namespace ap::host {

/// Engine thread only. Choices where file and record meet:
/// * A file without a record is somebody else's definition (mdevctl, libvirt): a Definition without name and
/// with active == false. Whether such a
///   matrix runs is its owner's business; running or not, it is no difference from any wish of ours.
/// * A record without a file: somebody undefined the matrix without us. It is left out of what load() returns
/// and reported; the next change of
///   ours forgets it, so that a file that is gone only for the moment (an editor at work) does not lose its
///   name.
/// * A database that cannot be used makes load() return the definitions without names, with a problem;
/// changes fail.
class StoreOnDisk final : public Store {
  public:
    struct Paths {
        std::string definitions = "/etc/mdevctl.d/matrix"; ///< made at the first write, not before
        std::string database = "/var/lib/apctl/apctl.db";
        std::string boot{}; ///< Calendar::boot()
    };
    explicit StoreOnDisk(const Paths& paths)
        : definitions_(paths.definitions), boot_(paths.boot), database_(paths.database) {}

    Result<Wanted> load(std::vector<std::string>& problems) override;
    Result<RecordChanges> prepare(const std::vector<Step>& steps,
                                  const std::map<Uuid, std::string>& former) override;
    Result<Journal> read_journal() override;
    Result<void> begin(const JournalEntry& open) override;
    Result<void> commit(const RecordChanges& changes, const JournalEntry& entry, Foreign foreign,
                        const std::optional<JournalEntry>& checkpoint,
                        const std::function<void()>& before_sync) override;
    Result<void> confirm(const JournalEntry& entry) override;
    Result<void> close(const JournalEntry& entry) override;
    Result<void> note(const JournalEntry& entry) override;
    Result<std::vector<Uuid>> put_back(const RecordChanges& changes) override;
    Result<void> remember_locked_masks(const std::string& boot) override;
    Result<void> settle(std::uint32_t last_job) override;

  private:
    struct Files {
        std::map<Uuid, DefinitionFile> understood;
        std::set<Uuid> present; ///< those not understood as well
    };
    [[nodiscard]] std::string path_of(const Uuid& uuid) const;
    [[nodiscard]] Result<Files> read_files(std::vector<std::string>& problems) const;
    void read_entry(std::string_view name, Files& files, std::vector<std::string>& problems) const;
    void add_records(Wanted& wanted, const Files& files, std::vector<std::string>& problems);
    void add_bind_choice(Wanted& wanted, std::vector<std::string>& problems);
    [[nodiscard]] Result<RecordChanges::OneDefinition>
    prepare_one(const SetDefinition& step, const std::map<Uuid, std::string>& former) const;
    [[nodiscard]] Result<void> forget_undefined(Batch& batch);
    [[nodiscard]] Result<std::vector<RecordChanges::OneDefinition>>
    own_files(const RecordChanges& changes, Foreign foreign) const;
    [[nodiscard]] Result<void> replace(const std::vector<RecordChanges::OneDefinition>& files) const;
    [[nodiscard]] Result<void> put_file(const Uuid& uuid, const std::optional<std::string>& content) const;
    [[nodiscard]] Result<void> mend_files();

    std::string definitions_;
    std::string boot_;
    Database database_;
    std::set<Uuid> unsynced_; ///< files of commits since the last settle()
};

} // namespace ap::host
