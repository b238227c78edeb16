// SPDX-License-Identifier: LGPL-2.1-or-later
// The guests of libvirt, followed by its events on a thread of our own.
#pragma once

#include "ports/guests.hpp"

#include <memory>
#include <string>

namespace ap::host {

/// Reads only: its connection is read-only, and libvirt refuses whatever would change something on it. A libvirt that is away is looked for again with growing
/// pauses; one that hangs stalls this thread and nobody else.
class LibvirtGuests final : public Guests {
  public:
    /// `uri` as for virsh -c: "qemu:///system". At most one object at a time: libvirt has one event loop a process.
    explicit LibvirtGuests(std::string uri);
    /// Starts the thread, once. It loads libvirt's library first, and as long as that takes nobody else in the process can start a thread (glibc has one lock for both).
    void begin();
    /// Leaves a thread that a hanging libvirt keeps to the end of the process.
    ~LibvirtGuests() override;
    LibvirtGuests(const LibvirtGuests&) = delete;
    LibvirtGuests& operator=(const LibvirtGuests&) = delete;

    [[nodiscard]] int fd() const override;
    void heard() override;
    [[nodiscard]] GuestMap now() const override;
    void look_again() override;

  private:
    class Follower;
    std::shared_ptr<Follower> follower_; ///< shared with its thread
};

} // namespace ap::host
