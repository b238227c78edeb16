// SPDX-License-Identifier: LGPL-2.1-or-later
// Life cycle of mediated devices: create, remove, the driver's bind and unbind, and the guest that holds one
// open (kernel-abi 6).
#pragma once

#include <string>
#include <string_view>

#include "model/machine.hpp"

namespace apsim {

inline constexpr unsigned max_mdevs = 65536;

/// Write to mdev_supported_types/vfio_ap-passthrough/create.
Outcome store_create(Machine&, std::string_view text);

/// Write to <uuid>/remove.  The mdev's files are gone at once; while a guest has it open the rest waits.
Outcome store_remove(Machine&, std::uint32_t life, std::string_view text);

/// What such a write does once it is accepted.
void remove_mdev(Machine&, Mdev&, Effects&);

/// Write to drivers/vfio_ap_mdev/unbind of the bus mdev.  There is no way back: the bus matches no driver
/// with any device, so that `bind` finds none (ENODEV) and `drivers_probe` nothing to do.
Outcome store_mdev_unbind(Machine&, std::string_view text);

/// Who opens an mdev's VFIO group.
struct GroupUser {
    std::int64_t process = 0; ///< 0: nobody real, a request stands for it
    std::string guest;        ///< empty: the group is opened, but no guest gets the mdev
};

/// open(2) of the mdev's VFIO group, and for a guest of the device in it (EBUSY: the group is open already,
/// ENODEV: there is no such mdev, or it is being removed or has no driver).
Outcome group_open(Machine&, std::uint32_t life, GroupUser);

/// The last descriptor of the group is closed; a removal that waited is carried through.
Outcome group_close(Machine&, std::uint32_t life);

/// A guest opens the mdev, by request (ENOENT: no such mdev, else as group_open).
Outcome guest_open(Machine&, std::string_view uuid, std::string guest);

/// The guest lets go (ENOENT: no such mdev, EINVAL: not open, EBUSY: a process has it open, which alone can
/// close it).
Outcome guest_close(Machine&, std::string_view uuid);

} // namespace apsim
