// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has an mdev open: the process that holds its VFIO group or device node, found through /proc.
#pragma once

#include "core/uuid.hpp"
#include "host/sysfs.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace ap::host {

struct Holder {
    pid_t pid = 0;
    std::string command; ///< as in /proc/<pid>/comm; may be empty
    std::string guest{}; ///< what a QEMU calls its guest, which is libvirt's name of it; may be empty
    friend bool operator==(const Holder&, const Holder&) = default;
};
std::string to_string(const Holder& holder); ///< "guest db2 (pid 4711)" or "pid 4711 (mdev-hold)"
/// "" when there is no such process.
[[nodiscard]] std::string command_of(const Directory& root, pid_t pid);
/// The guest's name from QEMU's "-name guest=db2,debug-threads=on" or "-name db2"; "" for all other processes.
[[nodiscard]] std::string guest_of(const Directory& root, pid_t pid);

/// Device nodes by which the mdev can be held: its group ("/dev/vfio/3") and, with iommufd, its own
/// ("/dev/vfio/devices/vfio3"). Empty when the mdev has no group (gone, or simulated).
[[nodiscard]] std::vector<std::string> vfio_nodes_of(const Directory& root, const Uuid& uuid);

/// Every process that has a VFIO node open, by node. Walks /proc/<pid>/fd of all processes: tens of
/// milliseconds on a large host. Processes that cannot be looked into (no permission, gone meanwhile) are
/// left out.
using Holders = std::map<std::string, Holder, std::less<>>;
[[nodiscard]] Holders find_holders(const Directory& root);
[[nodiscard]] std::optional<Holder> holder_among(const Holders& holders,
                                                 const std::vector<std::string>& nodes);

} // namespace ap::host
