// SPDX-License-Identifier: LGPL-2.1-or-later
// Is an mdev in use, and by whom? Without touching its VFIO group, which would get in the way of a starting
// QEMU.
#pragma once

#include "core/host_state.hpp"
#include "host/holder.hpp"

namespace ap::host {

/// `status` of one queue of the effective matrix; nullopt when there is no queue to ask (kernel-abi 7.4).
[[nodiscard]] Result<std::optional<bool>> use_by_status(const Directory& root, const QueueSet& bound,
                                                        const Matrix& effective);

/// Engine thread only. Remembers holders from one refresh to the next, since looking for them is dear.
class UseReader {
  public:
    explicit UseReader(const Directory& root) : root_(root) {}
    /// Forgets what the last refresh found in /proc.
    void begin() { scan_.reset(); }
    /// Fills in_use and holder; an mdev whose guest sees no queue is asked for by the processes that have it
    /// open. `host`: its guest pool must be up to date.
    [[nodiscard]] Result<void> read(const HostState& host, const Uuid& uuid, ActiveMatrix& matrix);
    /// Whether the process that had the mdev open when it was looked at last is still there; false when none is known.
    [[nodiscard]] bool holder_runs(const Uuid& uuid);

  private:
    [[nodiscard]] std::optional<Holder> known_holder(const Uuid& uuid);
    [[nodiscard]] std::optional<Holder> look_for(const Uuid& uuid);
    [[nodiscard]] std::optional<Holder> holder_of(const Uuid& uuid);

    const Directory& root_;
    std::optional<Holders> scan_;
    std::map<Uuid, Holder> known_;
};

} // namespace ap::host
