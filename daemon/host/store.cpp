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

/// What a crash of the machine leaves of a file that was being written: nothing of it, its beginning, or zeros.
bool is_torn(const std::optional<std::string>& now, const std::optional<std::string>& written) {
    if (!now || !written) return false;
    return now->size() < written->size() ? written->starts_with(*now)
                                         : now->find_first_not_of('\0') == std::string::npos;
}

/// Would what starts definitions by their files give the matrix a queue that it has lost?
bool loses_queues(const RecordChanges::OneDefinition& change) {
    if (!change.file_before) return false;
    const auto before = parse_definition_file(*change.file_before);
    if (!before || !before->autostart) return false;
    return !change.after || !(before->matrix.queues() - change.after->matrix.queues()).empty();
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
    auto drains = pools ? database_.drains() : Result<std::map<Apid, Drain>>(std::unexpected(pools.error()));
    if (!drains) {
        problems.push_back(
            to_string(drains.error()) +
            "; names, reservations, must-keeps and drains are not known, and nothing can be changed");
        return;
    }
    add_bind_choice(wanted, problems);
    wanted.reserved = pools->reserved;
    wanted.keep = pools->keep;
    wanted.drains = *std::move(drains);
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

void StoreOnDisk::add_bind_choice(Wanted& wanted, std::vector<std::string>& problems) {
    auto text = database_.bind_choice();
    auto choice = text ? parse_bind_choice(text->value_or("auto")) : Result<BindChoice>(up(text.error()));
    if (choice)
        wanted.binding = *choice;
    else
        problems.push_back(to_string(choice.error()) + "; the way of binding is taken to be auto");
}

// --- Changes
// --------------------------------------------------------------------------------------------------------

Result<RecordChanges> StoreOnDisk::prepare(const std::vector<Step>& steps,
                                           const std::map<Uuid, std::string>& former) {
    RecordChanges changes;
    for (const auto& step : steps) {
        if (const auto* s = std::get_if<SetBindChoice>(&step)) changes.binding = s->after;
        if (const auto* s = std::get_if<SetPools>(&step)) changes.pools = {s->reserved_after, s->keep_after};
        if (const auto* s = std::get_if<SetDrain>(&step)) changes.drains[s->adapter] = s->after;
        const auto* s = std::get_if<SetDefinition>(&step);
        if (s == nullptr) continue;
        auto one = prepare_one(*s, former);
        if (!one) return up(one.error());
        changes.definitions.push_back(*std::move(one));
    }
    return changes;
}

Result<RecordChanges::OneDefinition>
StoreOnDisk::prepare_one(const SetDefinition& step, const std::map<Uuid, std::string>& former) const {
    const auto path = path_of(step.uuid);
    auto old = read_file(path, largest_definition_file);
    if (!old) return up(old.error());
    RecordChanges::OneDefinition one{step.uuid, step.after, *std::move(old), std::nullopt};
    const auto refuse = [&](Error& error) {
        error.subject = path;
        error.remedy = "repair or remove the file";
        return up(error);
    };
    // A file that is to go is recorded byte for byte, which only text can be.
    if (one.file_before)
        if (auto understood = parse_definition_file(*one.file_before); !understood)
            return refuse(understood.error());
    if (!step.after) return one;
    const auto once = former.find(step.uuid);
    const auto base = one.file_before          ? *one.file_before
                      : once != former.end() ? once->second
                                               : std::string();
    auto text = write_definition_file({step.after->matrix, step.after->autostart}, base);
    if (!text) return refuse(text.error());
    one.file_after = *std::move(text);
    return one;
}

Result<void> StoreOnDisk::begin(const JournalEntry& open) { return database_.write({.open = open}); }
Result<void> StoreOnDisk::close(const JournalEntry& entry) {
    return database_.write({.close = true, .entry = entry});
}
Result<void> StoreOnDisk::note(const JournalEntry& entry) { return database_.write({.entry = entry}); }

Result<void> StoreOnDisk::remember_locked_masks(const std::string& boot) {
    return database_.write({.masks_locked_in = boot});
}

Result<void> StoreOnDisk::confirm(const JournalEntry& entry) {
    return database_.write({.forget_checkpoint = true, .entry = entry});
}

Result<void> StoreOnDisk::commit(const RecordChanges& changes, const JournalEntry& entry, Foreign foreign,
                                 const std::optional<JournalEntry>& checkpoint,
                                 const std::function<void()>& before_sync) {
    auto files = own_files(changes, foreign);
    if (!files) return up(files.error());
    Batch batch{.close = true, .forget_checkpoint = true, .checkpoint = checkpoint, .entry = entry};
    if (auto r = forget_undefined(batch); !r) return r;
    for (const auto& one : changes.definitions) batch.records[one.uuid] = record_of(one.after);
    if (changes.binding) batch.bind_choice = to_string(*changes.binding);
    if (changes.pools) batch.pools = Pools{changes.pools->reserved, changes.pools->keep};
    batch.drains = changes.drains;
    for (const auto& one : *files) batch.marks.push_back({one.uuid, boot_, one.file_before, one.file_after});
    bool replaced = false;
    auto done = database_.write(batch, [&] {
        replaced = true; // also when it fails: some may have been replaced before the one that could not be
        auto all = replace(*files);
        if (all && before_sync) before_sync();
        return all;
    });
    for (const auto& one : *files) unsynced_.insert(one.uuid);
    if (done || !replaced) return done;
    for (const auto& one : *files)
        if (auto undone = put_file(one.uuid, one.file_before); !undone)
            done.error().reason += "; and a file could not be put back: " + to_string(undone.error());
    return done;
}

/// The files that change, as far as nobody else has changed them meanwhile.
Result<std::vector<RecordChanges::OneDefinition>> StoreOnDisk::own_files(const RecordChanges& changes,
                                                                         Foreign foreign) const {
    std::vector<RecordChanges::OneDefinition> files;
    for (const auto& one : changes.definitions) {
        auto now = read_file(path_of(one.uuid), largest_definition_file);
        if (!now) return up(now.error());
        const bool ours = *now == one.file_before || *now == one.file_after;
        if (!ours && foreign == Foreign::refuse)
            return std::unexpected(Error{.fault = Fault::conflict,
                                         .subject = path_of(one.uuid),
                                         .reason = "somebody else changed the definition meanwhile",
                                         .remedy = "look at it, and say it again"});
        if (ours && one.file_before != one.file_after) files.push_back(one);
    }
    return files;
}

/// Where masks outlive a boot (ap.apmask=, chzdev's rule) mdevctl starts what the files say before we are there. A file that loses queues is
/// therefore on the disk before the commit, lest after a loss of power its old content takes a queue that was given to another. One that only gains
/// may be late: its mark answers for it.
Result<void> StoreOnDisk::replace(const std::vector<RecordChanges::OneDefinition>& files) const {
    for (const bool losing : {true, false})
        for (const auto& one : files) {
            if (loses_queues(one) != losing) continue;
            if (auto done = put_file(one.uuid, one.file_after); !done) return done;
            if (!losing) continue;
            if (auto synced = sync_file(path_of(one.uuid)); !synced) return synced;
        }
    return {};
}

/// Records whose file is gone go with the next change.
Result<void> StoreOnDisk::forget_undefined(Batch& batch) {
    auto records = database_.records();
    if (!records) return up(records.error());
    Directory directory(definitions_);
    for (const auto& [uuid, record] : *records)
        if (!directory.has(to_string(uuid).c_str())) batch.records[uuid] = std::nullopt;
    return {};
}

Result<void> StoreOnDisk::put_file(const Uuid& uuid, const std::optional<std::string>& content) const {
    return content ? replace_file(path_of(uuid), *content) : remove_file(path_of(uuid));
}

Result<std::vector<Uuid>> StoreOnDisk::put_back(const RecordChanges& changes) {
    std::vector<Uuid> foreign;
    for (const auto& one : changes.definitions) {
        auto now = read_file(path_of(one.uuid), largest_definition_file);
        if (!now) return up(now.error());
        if (*now != one.file_before && *now != one.file_after && !is_torn(*now, one.file_after)) {
            foreign.push_back(one.uuid);
            continue;
        }
        if (*now != one.file_before) {
            if (auto done = put_file(one.uuid, one.file_before); !done) return up(done.error());
        } else if (one.file_before == one.file_after) {
            continue; // never written
        }
        // Also one that reads as before: a commit that failed, or a process killed here, may have put it back
        // without bringing it to the disk, and once the record is closed nobody answers for it.
        if (auto synced = sync_file(path_of(one.uuid)); !synced) return up(synced.error());
    }
    return foreign;
}

// --- The journal
// ----------------------------------------------------------------------------------------------------

Result<Journal> StoreOnDisk::read_journal() {
    auto journal = database_.journal();
    if (!journal) return journal;
    if (auto mended = mend_files(); !mended) return up(mended.error());
    return journal;
}

/// A commit is durable before its files are. After a loss of power a file may be as before, or empty; what is
/// neither is somebody else's doing, and stays.
Result<void> StoreOnDisk::mend_files() {
    auto marks = database_.marks();
    if (!marks) return up(marks.error());
    for (const auto& mark : *marks) {
        if (mark.boot == boot_) continue; // only our process died: the page cache has what it wrote
        auto now = read_file(path_of(mark.uuid), largest_definition_file);
        if (!now) return up(now.error());
        if (*now == mark.after) continue;
        const bool lost = *now == mark.before || is_torn(*now, mark.after);
        if (!lost) continue;
        if (auto put = put_file(mark.uuid, mark.after); !put) return put;
    }
    for (const auto& mark : *marks) unsynced_.insert(mark.uuid);
    return {};
}

Result<void> StoreOnDisk::settle(std::uint32_t last_job) {
    for (const auto& uuid : unsynced_)
        if (auto synced = sync_file(path_of(uuid)); !synced) return synced;
    unsynced_.clear();
    return database_.settle(last_job);
}

} // namespace ap::host
