// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to the AP bus: what is there, and which driver group owns it.
#pragma once

#include "core/host_state.hpp"

#include <cstdint>
#include <map>
#include <set>

namespace ap {

/// Parts of the host that may have changed and want reading again.
struct Dirty {
    bool everything = false;   ///< events were lost, first read, or asked for
    bool binding = false;      ///< masks and driver directories
    bool configuration = false; ///< what the machine lets the host have, which nothing we write changes; it has no uevent of its own, so any event asks for it
    AdapterSet adapters{};     ///< these cards and their queues came, went or changed
    bool matrix_list = false;  ///< mdevs came or went
    std::set<Uuid> matrices{}; ///< these mdevs' attributes
    bool silent = false;       ///< what has no uevent: checkstop, guest_matrix, use by a guest, driver_override, configuration
    bool definitions = false;  ///< the directory of definitions changed (Store, not kernel)
    bool sources = false;      ///< what others say about binding changed (Sources, not kernel)
    bool guests = false;       ///< what is known of guests changed (Guests, not kernel)

    [[nodiscard]] bool any() const;
    /// Without what is not read from the kernel.
    [[nodiscard]] Dirty of_the_kernel() const;
    Dirty& operator|=(const Dirty& other);
};

/// All functions may block in the kernel: engine thread only.
class ApBus {
  public:
    virtual ~ApBus() = default;
    /// Brings the parts named by `what` of `state` up to date; with what.everything a full read into a fresh state. A machine without an AP bus is not an error: bus_present is
    /// false. Fails with Fault::host_io (errno, path) and leaves `state` as it was. Things that vanish while being read are left out, not errors.
    virtual Result<void> refresh(HostState& state, const Dirty& what) = 0;
    /// A former process saw in this boot that a queue vanished with its driver_override: from now on every state says so.
    virtual void masks_are_locked() = 0;
    /// One write(2) of the full 64-digit absolute mask, then read back and compared. Fault::kernel_refused with errno (EBUSY: queues are in an mdev; EINVAL: overrides
    /// are set) when the write fails or the mask does not read as written.
    virtual Result<void> set_apmask(const AdapterSet& mask) = 0;
    virtual Result<void> set_aqmask(const DomainSet& mask) = 0;
    /// drivers_probe: binds an unbound queue where the masks say it belongs.
    virtual Result<void> probe(Apqn queue) = 0;
    /// Writes driver_override, then unbinds the queue from the driver it has (if that shall change) and has it probed; each read back. What is so already is not
    /// written. Fault::foreign_owner when the override is neither of both texts: somebody else was there, nothing is written. Fault::kernel_refused with errno.
    virtual Result<void> rebind(Apqn queue, const QueueBinding& before, const QueueBinding& after) = 0;

    /// Requests of the host that these queues have not answered, waiting or in work. Queues without any are left out, and so are those that are gone.
    virtual Result<std::map<Apqn, std::uint64_t>> requests(const QueueSet& queues) = 0;
    /// Which of these queues, just moved, are not through their reset, by what the kernel shows that can be believed. Of the host's driver's: `reset` says so. For a
    /// queue with vfio_ap that text stands still since it left the host's driver; but a queue that no guest had since then and that still interrupts has not been reset.
    /// One that is deconfigured, checkstopped or gone does not count: that is its state, and no reset of it will end.
    virtual Result<QueueSet> in_reset(const QueueSet& with_host, const QueueSet& with_vfio_ap) = 0;
};

} // namespace ap
