// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's events as udev passes them on, and changes in the directories of definitions and of those who
// decide about binding beside us, behind one descriptor.
#pragma once

#include "host/directory_watch.hpp"
#include "ports/device_events.hpp"

#include <list>
#include <memory>
#include <string>
#include <vector>

struct udev;
struct udev_monitor;

namespace ap::host {

/// Loop thread only. Listens to udev rather than to the kernel, so that its rules (mdevctl's among them) have
/// been applied when we look.
class Uevents final : public DeviceEvents {
  public:
    /// Fault::host_io when udev or epoll gives nothing to listen on. Events are collected from here on: open
    /// it before the first full read.
    [[nodiscard]] static Result<std::unique_ptr<Uevents>> open(std::string definitions_directory,
                                                               const std::vector<std::string>& source_directories = {});

    [[nodiscard]] int fd() const override { return epoll_.get(); }
    Dirty drain() override;
    std::optional<Arrivals> take_arrivals() override;

  private:
    template <class T>
    using Handle = std::unique_ptr<T, T* (*)(T*)>;

    Uevents(Handle<udev> context, Handle<udev_monitor> monitor, std::string definitions_directory,
            const std::vector<std::string>& source_directories);
    [[nodiscard]] Result<void> listen();
    [[nodiscard]] Result<void> add(int fd);

    Handle<udev> context_;
    Handle<udev_monitor> monitor_;
    DirectoryWatch definitions_;
    std::list<DirectoryWatch> sources_;
    FileDescriptor epoll_;
    Arrivals arrivals_;
    bool lost_ = false;
};

/// False when the AP bus has devices, yet udev does not know them; events would not be understood then
/// either. The known cause is a /sys that is not sysfs while SYSTEMD_DEVICE_VERIFY_SYSFS is not 0 (a
/// simulated host). True on a machine without AP devices.
[[nodiscard]] bool udev_sees_ap_devices();

} // namespace ap::host
