// SPDX-License-Identifier: LGPL-2.1-or-later
// Makes numbered snapshots of the picture, and only when there is something new to see.
#pragma once

#include "engine/notices.hpp"
#include "engine/picture.hpp"
#include "engine/snapshot.hpp"

namespace ap::engine {

/// What a snapshot tells besides kernel and records.
struct Standing {
    bool settled = false;
    std::string degraded;
    std::shared_ptr<const OpenJob> open_job;
    std::optional<Checkpoint> checkpoint;
    std::uint32_t confirmed = 0;
    PolicyStanding policy{};
    const Plan* unexamined = nullptr; ///< of a job that could not be examined yet: what it may have done is not told as somebody's doing
};

/// Engine thread only; readers take from the box.
class Publisher {
  public:
    Publisher(SnapshotBox& box, Notices& notices) : box_(box), notices_(notices) {}

    /// A new generation when anything differs from the one before (the first call always makes one). Our own writes come back as
    /// uevents that are read and found to be nothing new: that is where the circle ends.
    void publish(const Picture& picture, Standing standing);
    [[nodiscard]] SnapshotPtr current() const { return box_.get(); }

  private:
    SnapshotBox& box_;
    Notices& notices_;
};

} // namespace ap::engine
