// SPDX-License-Identifier: LGPL-2.1-or-later
// Waits for what queues have to do by themselves: the host's requests before they leave it, a reset after they have moved.
#pragma once

#include "engine/engine.hpp"
#include "engine/progress.hpp"

#include <functional>
#include <string>

namespace ap::engine {

/// Engine thread only. No event tells of either, so the kernel is asked again and again; the job is shown as waiting meanwhile and can be cancelled. "Nothing left" ends it, never
/// the time alone: what is left when that is over is told, in a sentence, or "".
class QueueWait {
  public:
    /// vfio_ap resets in tens of milliseconds; longer than this takes only hardware that is not well.
    static constexpr std::chrono::seconds longest_reset{30};

    QueueWait(const Ports& ports, Progress& progress) : ports_(ports), progress_(progress) {}

    /// Until these queues of the host have no request at once; the kernel gives what is left to other queues when they are taken.
    Result<std::string> for_requests(const QueueSet& queues, std::chrono::seconds patience);
    /// Until these queues, just moved, are through their resets: ApBus::in_reset().
    Result<std::string> for_resets(const QueueSet& with_host, const QueueSet& with_vfio_ap);
    /// Did anything have to be waited for so far?
    [[nodiscard]] bool has_waited() const { return has_waited_; }

  private:
    /// What there still is to wait for, in words; "" for nothing.
    using Look = std::function<Result<std::string>()>;
    Result<std::string> until_nothing(const Look& look, std::chrono::seconds patience);

    const Ports& ports_;
    Progress& progress_;
    bool has_waited_ = false;
};

} // namespace ap::engine
