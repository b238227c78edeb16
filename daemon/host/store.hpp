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
    };
    explicit StoreOnDisk(const Paths& paths) : definitions_(paths.definitions), database_(paths.database) {}

    Result<Wanted> load(std::vector<std::string>& problems) override;
    Result<Saved> save(const Uuid& uuid) override;
    Result<void> set_definition(const Uuid& uuid, const std::optional<Definition>& definition) override;
    Result<void> restore(const Saved& saved) override;
    Result<void> set_pools(const QueueSet& reserved, const QueueSet& keep) override;

  private:
    struct Files {
        std::map<Uuid, DefinitionFile> understood;
        std::set<Uuid> present; ///< those not understood as well
    };
    [[nodiscard]] std::string path_of(const Uuid& uuid) const;
    [[nodiscard]] Result<Files> read_files(std::vector<std::string>& problems) const;
    void read_entry(std::string_view name, Files& files, std::vector<std::string>& problems) const;
    void add_records(Wanted& wanted, const Files& files, std::vector<std::string>& problems);
    [[nodiscard]] Result<Database::Changes> forgotten();
    [[nodiscard]] Result<void> put(const Uuid& uuid, const std::optional<std::string>& file,
                                   const std::optional<Record>& record);
    [[nodiscard]] Result<void> put_file(const Uuid& uuid, const std::optional<std::string>& content) const;

    std::string definitions_;
    Database database_;
};

} // namespace ap::host
