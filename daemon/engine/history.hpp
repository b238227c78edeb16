// SPDX-License-Identifier: LGPL-2.1-or-later
// The jobs of the past, as readers see them.
#pragma once

#include "engine/record.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace ap::engine {

/// Any thread. Keeps the entries' texts, which are small, and takes them apart only for who asks: a thousand jobs cost a megabyte, and the start of the daemon nothing.
class History {
  public:
    void put(const JournalEntry& entry);
    /// The latest jobs, the last one first; at most `most` of them.
    [[nodiscard]] std::vector<HistoryEntry> latest(std::size_t most) const;
    /// Fault::not_found when there is no such job, or it was forgotten.
    [[nodiscard]] Result<HistoryEntry> entry(std::uint32_t job) const;
    /// Jobs after this one that changed the wanted state, the first one first.
    [[nodiscard]] std::vector<HistoryEntry> changes_after(std::uint32_t job) const;

  private:
    mutable std::mutex mutex_;
    std::map<std::uint32_t, std::shared_ptr<const std::string>> texts_;
};

} // namespace ap::engine
