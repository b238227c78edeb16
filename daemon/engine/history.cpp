// SPDX-License-Identifier: LGPL-2.1-or-later
// Entries by number.
#include "engine/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace ap::engine {
namespace {

/// It happened, whatever it was; to leave it out would be a history with a hole.
HistoryEntry unreadable(std::uint32_t job, const Error& why) {
    HistoryEntry entry;
    entry.origin.id = job;
    entry.origin.description = "a job whose entry cannot be read";
    entry.state = JobState::failed;
    entry.how = to_string(why);
    return entry;
}

} // namespace

void History::put(const JournalEntry& entry) {
    auto text = std::make_shared<const std::string>(entry.text);
    std::lock_guard lock(mutex_);
    texts_[entry.job] = std::move(text);
    while (texts_.size() > Store::longest_history) texts_.erase(texts_.begin());
}

std::vector<HistoryEntry> History::latest(std::size_t most) const {
    std::vector<std::pair<std::uint32_t, std::shared_ptr<const std::string>>> texts;
    {
        std::lock_guard lock(mutex_);
        for (const auto& [job, text] : texts_ | std::views::reverse | std::views::take(most)) texts.emplace_back(job, text);
    }
    std::vector<HistoryEntry> entries;
    for (const auto& [job, text] : texts) {
        auto entry = read_entry(*text);
        entries.push_back(entry ? *std::move(entry) : unreadable(job, entry.error()));
    }
    return entries;
}

Result<HistoryEntry> History::entry(std::uint32_t job) const {
    std::shared_ptr<const std::string> text;
    {
        std::lock_guard lock(mutex_);
        if (const auto found = texts_.find(job); found != texts_.end()) text = found->second;
    }
    if (text) return read_entry(*text);
    return std::unexpected(Error{Fault::not_found, fmt::format("job {}", job), "is not in the history", "see `apctl history`", 0});
}

std::vector<HistoryEntry> History::changes_after(std::uint32_t job) const {
    auto entries = latest(Store::longest_history);
    std::erase_if(entries, [job](const HistoryEntry& e) { return e.origin.id <= job || e.state != JobState::done || e.records.empty(); });
    std::ranges::reverse(entries);
    return entries;
}

} // namespace ap::engine
