// SPDX-License-Identifier: LGPL-2.1-or-later
// Files are the truth about definitions; the database adds to them. A change is one database transaction
// around one file replacement.
#include "host/store.hpp"

#include "core/quote.hpp"
#include "host/sysfs.hpp"
#include "host/whole_file.hpp"

#include <fmt/format.h>

namespace ap::host {
namespace {

std::unexpected<Error> up(Error& error) { return std::unexpected(std::move(error)); }

std::optional<Record> record_of(const std::optional<Definition>& definition) {
    if (!definition || (definition->name.empty() && !definition->active))
        return std::nullopt; // as if we had never known it
    return Record{definition->name, definition->active};
}

} // namespace

std::string StoreOnDisk::path_of(const Uuid& uuid) const { return definitions_ + "/" + to_string(uuid); }

Result<Wanted> StoreOnDisk::load(std::vector<std::string>& problems) {
    auto files = read_files(problems);
    if (!files) return up(files.error());
    Wanted wanted;
    for (const auto& [uuid, file] : files->understood)
        wanted.definitions[uuid] = {
            .name = {}, .matrix = file.matrix, .autostart = file.autostart, .active = false};
    add_records(wanted, *files, problems);
    problems.insert(problems.end(), database_.problems().begin(), database_.problems().end());
    return wanted;
}

Result<StoreOnDisk::Files> StoreOnDisk::read_files(std::vector<std::string>& problems) const {
    Files files;
    auto listed =
        Directory(definitions_).list(".", [&](std::string_view name) { read_entry(name, files, problems); });
    if (!listed) return up(listed.error());
    return files;
}

void StoreOnDisk::read_entry(std::string_view name, Files& files, std::vector<std::string>& problems) const {
    if (name.starts_with('.')) return; // temporary files, ours and editors'
    auto uuid = parse_uuid(name);
    if (!uuid || to_string(*uuid) != name) {
        problems.push_back(
            fmt::format("{}: {} is not the UUID of a matrix in lower case; the file is ignored", definitions_,
                        quote(name)));
        return;
    }
    auto text = read_file(path_of(*uuid), largest_definition_file);
    if (text && !*text) return; // gone since it was listed
    files.present.insert(*uuid);
    auto parsed = text ? parse_definition_file(**text) : Result<DefinitionFile>(up(text.error()));
    if (parsed) {
        files.understood[*uuid] = *parsed;
        return;
    }
    if (parsed.error().subject.empty()) parsed.error().subject = path_of(*uuid);
    problems.push_back(to_string(parsed.error()) + "; the file is ignored");
}

void StoreOnDisk::add_records(Wanted& wanted, const Files& files, std::vector<std::string>& problems) {
    auto records = database_.records();
    auto pools = records ? database_.pools() : Result<Pools>(std::unexpected(records.error()));
    if (!pools) {
        problems.push_back(to_string(pools.error()) +
                           "; names, reservations and must-keeps are not known, and nothing can be changed");
        return;
    }
    wanted.reserved = pools->reserved;
    wanted.keep = pools->keep;
    for (const auto& [uuid, record] : *records) {
        if (auto known = wanted.definitions.find(uuid); known != wanted.definitions.end()) {
            known->second.name = record.name;
            known->second.active = record.active;
        } else if (!files.present.contains(uuid)) {
            problems.push_back(
                fmt::format("matrix {}: its definition {} is gone, so somebody undefined it without apctl",
                            record.name.empty() ? to_string(uuid) : record.name, path_of(uuid)));
        }
    }
}

Result<Store::Saved> StoreOnDisk::save(const Uuid& uuid) {
    auto file = read_file(path_of(uuid), largest_definition_file);
    if (!file) return up(file.error());
    auto records = database_.records();
    if (!records) return up(records.error());
    Saved saved{.uuid = uuid, .file = *file, .record = std::nullopt};
    if (auto record = records->find(uuid); record != records->end())
        saved.record = Definition{.name = record->second.name, .matrix = {}, .active = record->second.active};
    return saved;
}

Result<void> StoreOnDisk::set_definition(const Uuid& uuid, const std::optional<Definition>& definition) {
    if (!definition) return put(uuid, std::nullopt, std::nullopt);
    auto old = read_file(path_of(uuid), largest_definition_file);
    if (!old) return up(old.error());
    auto text = write_definition_file({definition->matrix, definition->autostart}, old->value_or(""));
    if (!text) {
        text.error().subject = path_of(uuid);
        text.error().remedy = "repair or remove the file";
        return up(text.error());
    }
    return put(uuid, *text, record_of(definition));
}

Result<void> StoreOnDisk::restore(const Saved& saved) {
    return put(saved.uuid, saved.file, record_of(saved.record));
}

Result<void> StoreOnDisk::set_pools(const QueueSet& reserved, const QueueSet& keep) {
    return database_.set_pools({reserved, keep});
}

/// Records whose file is gone, as changes that remove them.
Result<Database::Changes> StoreOnDisk::forgotten() {
    auto records = database_.records();
    if (!records) return up(records.error());
    Database::Changes changes;
    Directory directory(definitions_);
    for (const auto& [uuid, record] : *records)
        if (!directory.has(to_string(uuid).c_str())) changes[uuid] = std::nullopt;
    return changes;
}

Result<void> StoreOnDisk::put(const Uuid& uuid, const std::optional<std::string>& file,
                              const std::optional<Record>& record) {
    auto old = read_file(path_of(uuid), largest_definition_file);
    if (!old) return up(old.error());
    auto changes = forgotten();
    if (!changes) return up(changes.error());
    (*changes)[uuid] = record;
    bool replaced = false;
    auto done = database_.change(*changes, [&]() -> Result<void> {
        if (*old == file) return {};
        replaced =
            true; // also when it fails: a rename may have happened before the sync of the directory failed
        return put_file(uuid, file);
    });
    if (done || !replaced) return done;
    if (auto undone = put_file(uuid, *old); !undone)
        done.error().reason += "; and it could not be put back: " + to_string(undone.error());
    return done;
}

Result<void> StoreOnDisk::put_file(const Uuid& uuid, const std::optional<std::string>& content) const {
    return content ? replace_file(path_of(uuid), *content) : remove_file(path_of(uuid));
}

} // namespace ap::host
