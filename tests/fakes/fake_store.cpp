// SPDX-License-Identifier: LGPL-2.1-or-later
// Records in memory.
#include "fakes/fake_store.hpp"

#include <cstring>
#include <utility>

namespace ap::fakes {

FakeStore::FakeStore(CallGate& gate, Wanted start) : gate_(gate), wanted_(std::move(start)) {
    for (const auto& [uuid, definition] : wanted_.definitions) files_[uuid] = "as found: " + definition.name;
}

Wanted FakeStore::wanted() const {
    std::lock_guard lock(mutex_);
    return wanted_;
}

std::string FakeStore::file_of(const Uuid& uuid) const {
    std::lock_guard lock(mutex_);
    const auto found = files_.find(uuid);
    return found == files_.end() ? "" : found->second;
}

void FakeStore::write_file(const Uuid& uuid, const std::optional<Definition>& definition, std::string bytes) {
    std::lock_guard lock(mutex_);
    put(uuid, definition, bytes);
}

void FakeStore::set_problems(std::vector<std::string> problems) {
    std::lock_guard lock(mutex_);
    problems_ = std::move(problems);
}

void FakeStore::put(const Uuid& uuid, const std::optional<Definition>& definition, const std::string& bytes) {
    wanted_.definitions.erase(uuid);
    files_.erase(uuid);
    if (!definition) return;
    wanted_.definitions[uuid] = *definition;
    files_[uuid] = bytes;
}

std::optional<Error> FakeStore::refusal(const char* name) {
    const auto failure = gate_.enter(name);
    if (!failure) return std::nullopt;
    return Error{Fault::host_io, name, std::strerror(failure->errno_value), "", failure->errno_value};
}

Result<Wanted> FakeStore::load(std::vector<std::string>& problems) {
    if (auto no = refusal("load")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    problems.insert(problems.end(), problems_.begin(), problems_.end());
    return wanted_;
}

Result<Store::Saved> FakeStore::save(const Uuid& uuid) {
    if (auto no = refusal("save")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    Saved saved{uuid, std::nullopt, std::nullopt};
    if (const auto file = files_.find(uuid); file != files_.end()) saved.file = file->second;
    if (const auto record = wanted_.definitions.find(uuid); record != wanted_.definitions.end()) saved.record = record->second;
    return saved;
}

Result<void> FakeStore::set_definition(const Uuid& uuid, const std::optional<Definition>& definition) {
    if (auto no = refusal("set_definition")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    put(uuid, definition, "rewritten");
    return {};
}

Result<void> FakeStore::restore(const Saved& saved) {
    if (auto no = refusal("restore")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    put(saved.uuid, saved.record, saved.file.value_or(""));
    return {};
}

Result<void> FakeStore::set_pools(const QueueSet& reserved, const QueueSet& keep) {
    if (auto no = refusal("set_pools")) return std::unexpected(*no);
    std::lock_guard lock(mutex_);
    wanted_.reserved = reserved;
    wanted_.keep = keep;
    return {};
}

} // namespace ap::fakes
