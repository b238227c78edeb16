// SPDX-License-Identifier: LGPL-2.1-or-later
// The mailbox towards the loop thread.
#include "engine/notices.hpp"

#include <utility>

namespace ap::engine {

namespace {

/// Does `next` say all that `last` did? Then it takes its place.
bool take_place(SnapshotPublished& last, SnapshotPublished& next) {
    last.after = std::move(next.after);
    return true;
}

template <class Last, class Next>
bool take_place(Last&, Next&) { return false; }

} // namespace

void Notices::add(Notice notice) {
    std::lock_guard lock(mutex_);
    const bool told = !waiting_.empty() && std::visit([](auto& last, auto& next) { return take_place(last, next); }, waiting_.back(), notice);
    if (!told) waiting_.push_back(std::move(notice));
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
