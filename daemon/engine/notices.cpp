// SPDX-License-Identifier: LGPL-2.1-or-later
// The mailbox towards the loop thread.
#include "engine/notices.hpp"

#include <utility>

namespace ap::engine {

void Notices::add(Notice notice) {
    std::lock_guard lock(mutex_);
    auto* next = std::get_if<SnapshotPublished>(&notice);
    auto* last = waiting_.empty() ? nullptr : std::get_if<SnapshotPublished>(&waiting_.back());
    if (next != nullptr && last != nullptr) last->after = std::move(next->after);
    else waiting_.push_back(std::move(notice));
}

void Notices::post(Notice notice) {
    add(std::move(notice));
    wake();
}

std::vector<Notice> Notices::take() {
    std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
}

} // namespace ap::engine
