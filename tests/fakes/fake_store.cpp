// SPDX-License-Identifier: LGPL-2.1-or-later
// A disk in memory.
#include "fakes/fake_store.hpp"

#include "core/parse.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace ap::fakes {
namespace {

std::string text_of(const Definition& d) {
    return to_list(d.matrix.adapters) + "x" + to_list(d.matrix.domains) + "/" + to_list(d.matrix.control) + (d.autostart ? " auto" : " manual");
}

bool same_file(const Definition& a, const Definition& b) { return a.matrix == b.matrix && a.autostart == b.autostart; }

} // namespace

FakeStore::FakeStore(CallGate& gate, Wanted start) : gate_(gate) {
    for (const auto& [uuid, definition] : start.definitions) write_file(uuid, definition, "as found: " + definition.name);
    disk_.reserved = start.reserved;
    disk_.keep = start.keep;
    disk_.binding = start.binding;
    disk_.drains = start.drains;
}

Wanted FakeStore::wanted() const {
    std::lock_guard lock(mutex_);
    Wanted wanted{{}, disk_.reserved, disk_.keep, disk_.binding, disk_.drains};
    for (const auto& [uuid, bytes] : disk_.files) {
        auto definition = disk_.meanings.at(bytes);
        const auto record = disk_.records.find(uuid);
        definition.name = record == disk_.records.end() ? "" : record->second.name;
        definition.active = record != disk_.records.end() && record->second.active;
        wanted.definitions[uuid] = std::move(definition);
    }
    return wanted;
}

FakeStore::Disk FakeStore::disk() const {
    std::lock_guard lock(mutex_);
    return disk_;
}

std::optional<std::string> FakeStore::content(const Uuid& uuid) const {
    const auto found = disk_.files.find(uuid);
    return found == disk_.files.end() ? std::nullopt : std::optional(found->second);
}

std::string FakeStore::file_of(const Uuid& uuid) const {
    std::lock_guard lock(mutex_);
    return content(uuid).value_or("");
}

void FakeStore::write_file(const Uuid& uuid, const std::optional<Definition>& definition, std::string bytes) {
    std::lock_guard lock(mutex_);
    disk_.files.erase(uuid);
    if (!definition) return;
    disk_.meanings[bytes] = *definition;
    disk_.records[uuid] = *definition;
    disk_.files[uuid] = std::move(bytes);
}

void FakeStore::set_problems(std::vector<std::string> problems) {
    std::lock_guard lock(mutex_);
    problems_ = std::move(problems);
}

FakeStore::Disk FakeStore::without_power(Disk disk) {
    for (const auto& one : disk.unsynced.definitions) {
        disk.files.erase(one.uuid);
        if (one.file_before) disk.files[one.uuid] = *one.file_before;
    }
    return disk;
}

std::optional<Error> FakeStore::refusal(const char* name) {
    const auto failure = gate_.enter(name);
    if (!failure) return std::nullopt;
    return Error{Fault::host_io, name, std::strerror(failure->errno_value), "", failure->errno_value};
}

Result<Wanted> FakeStore::load(std::vector<std::string>& problems) {
    if (auto no = refusal("load")) return std::unexpected(*no);
    {
        std::lock_guard lock(mutex_);
        problems.insert(problems.end(), problems_.begin(), problems_.end());
    }
    return wanted();
}

Result<RecordChanges> FakeStore::prepare(const std::vector<Step>& steps, const std::map<Uuid, std::string>& former) {
    if (auto no = refusal("prepare")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    RecordChanges changes;
    for (const auto& step : steps) {
        if (const auto* s = std::get_if<SetBindChoice>(&step)) changes.binding = s->after;
        if (const auto* s = std::get_if<SetPools>(&step)) changes.pools = {s->reserved_after, s->keep_after};
        if (const auto* s = std::get_if<SetDrain>(&step)) changes.drains[s->adapter] = s->after;
        const auto* s = std::get_if<SetDefinition>(&step);
        if (s == nullptr) continue;
        RecordChanges::OneDefinition one{s->uuid, s->after, content(s->uuid), std::nullopt};
        if (s->after && one.file_before && same_file(disk_.meanings.at(*one.file_before), *s->after)) one.file_after = one.file_before;
        else if (const auto once = former.find(s->uuid); s->after && once != former.end() && !one.file_before && same_file(disk_.meanings.at(once->second), *s->after))
            one.file_after = once->second;
        else if (s->after) one.file_after = text_of(*s->after);
        if (s->after) disk_.meanings[*one.file_after] = *s->after;
        changes.definitions.push_back(std::move(one));
    }
    return changes;
}

Result<Journal> FakeStore::read_journal() {
    if (auto no = refusal("read_journal")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    for (const auto& one : disk_.unsynced.definitions)
        if (content(one.uuid) == one.file_before) put(one.uuid, one.file_after);
    disk_.unsynced = {};
    return disk_.journal;
}

void FakeStore::put(const Uuid& uuid, const std::optional<std::string>& bytes) {
    disk_.files.erase(uuid);
    if (bytes) disk_.files[uuid] = *bytes;
}

void FakeStore::put_entry(const JournalEntry& entry) {
    auto& history = disk_.journal.history;
    std::erase_if(history, [&](const JournalEntry& e) { return e.job == entry.job; });
    history.push_back(entry);
    std::ranges::sort(history, {}, &JournalEntry::job);
    disk_.journal.last_job = std::max(disk_.journal.last_job, entry.job);
}

Result<void> FakeStore::begin(const JournalEntry& open) {
    if (auto no = refusal("begin")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    disk_.journal.open = open;
    disk_.journal.last_job = std::max(disk_.journal.last_job, open.job);
    return {};
}

Result<void> FakeStore::confirm(const JournalEntry& entry) {
    if (auto no = refusal("confirm")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    disk_.journal.checkpoint.reset();
    put_entry(entry);
    return {};
}

Result<void> FakeStore::commit(const RecordChanges& changes, const JournalEntry& entry, Foreign foreign, const std::optional<JournalEntry>& checkpoint,
                               const std::function<void()>& before_sync) {
    if (auto no = refusal("files")) return std::unexpected(*no);
    Disk before;
    {
        std::lock_guard lock(mutex_);
        before = disk_;
        for (const auto& one : changes.definitions) {
            const bool ours = content(one.uuid) == one.file_before || content(one.uuid) == one.file_after;
            if (!ours && foreign == Foreign::refuse)
                return std::unexpected(Error{Fault::conflict, to_string(one.uuid), "its definition was changed by somebody else", "", 0});
            if (ours) put(one.uuid, one.file_after);
        }
        put_records(changes);
        disk_.unsynced.definitions.insert(disk_.unsynced.definitions.end(), changes.definitions.begin(), changes.definitions.end());
        disk_.journal.open.reset();
        disk_.journal.checkpoint = checkpoint;
        put_entry(entry);
    }
    if (before_sync) before_sync();
    const auto no = refusal("commit");
    if (!no) return {};
    std::lock_guard lock(mutex_);
    if (gate_.crashed()) before.files = disk_.files;
    disk_ = before;
    return std::unexpected(*no);
}

void FakeStore::put_records(const RecordChanges& changes) {
    for (const auto& one : changes.definitions) {
        disk_.records.erase(one.uuid);
        if (one.after) disk_.records[one.uuid] = *one.after;
    }
    if (changes.binding) disk_.binding = *changes.binding;
    if (changes.pools) disk_.reserved = changes.pools->reserved, disk_.keep = changes.pools->keep;
    for (const auto& [adapter, drain] : changes.drains) {
        disk_.drains.erase(adapter);
        if (drain) disk_.drains[adapter] = *drain;
    }
}

Result<void> FakeStore::close(const JournalEntry& entry) {
    if (auto no = refusal("close")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    disk_.journal.open.reset();
    put_entry(entry);
    return {};
}

Result<void> FakeStore::note(const JournalEntry& entry) {
    if (auto no = refusal("note")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    put_entry(entry);
    return {};
}

Result<std::vector<Uuid>> FakeStore::put_back(const RecordChanges& changes) {
    if (auto no = refusal("put_back")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    std::vector<Uuid> foreign;
    for (const auto& one : changes.definitions) {
        if (content(one.uuid) == one.file_after) put(one.uuid, one.file_before);
        else if (content(one.uuid) != one.file_before) foreign.push_back(one.uuid);
    }
    return foreign;
}

Result<void> FakeStore::remember_locked_masks(const std::string& boot) {
    if (auto no = refusal("remember_locked_masks")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    disk_.journal.masks_locked_in = boot;
    return {};
}

Result<void> FakeStore::settle(std::uint32_t last_job) {
    if (auto no = refusal("settle")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    disk_.unsynced = {};
    disk_.journal.last_job = std::max(disk_.journal.last_job, last_job);
    return {};
}

} // namespace ap::fakes
