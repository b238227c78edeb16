// SPDX-License-Identifier: LGPL-2.1-or-later
// An attribute file: its name, its mode, what it shows and what a write to it does.  Tables of these make up
// the tree.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "model/machine.hpp"

namespace apsim {

/// The text of an attribute, or an errno.
using Shown = std::expected<std::string, int>;

/// The functions may rely on the device of `Node` being there.
struct Attribute {
    std::string_view name;
    mode_t mode; ///< permission bits
    Shown (*show)(const Machine&, const Node&);
    Outcome (*store)(Machine&, const Node&, std::string_view);
    bool (*present)(const Machine&, const Node&); ///< null: always
    Lock Machine::*read_lock = nullptr;           ///< the lock of the kernel that reading takes, if any
};

std::span<const Attribute> bus_ap_attributes();
std::span<const Attribute> ap_driver_attributes();
std::span<const Attribute> ap_root_attributes();
std::span<const Attribute> card_attributes();
std::span<const Attribute> queue_attributes();
std::span<const Attribute> module_parameter_attributes();
std::span<const Attribute> bus_matrix_attributes();
std::span<const Attribute> matrix_driver_attributes();
std::span<const Attribute> bus_mdev_attributes();
std::span<const Attribute> mdev_driver_attributes();
std::span<const Attribute> vfio_ap_root_attributes();
std::span<const Attribute> matrix_attributes();
std::span<const Attribute> type_attributes();
std::span<const Attribute> mdev_attributes();
std::span<const Attribute> vfio_dev_attributes();
std::span<const Attribute> vfio_group_attributes();
std::span<const Attribute> iommu_group_attributes();

/// A write to a `uevent` file: "change", or "change UUID KEY=VALUE ..." (EINVAL otherwise) sends the event.
Outcome synthesize_uevent(std::string devpath, std::string_view subsystem, std::string keys,
                          std::string_view text);

/// Keys of a uevent as the `uevent` file shows them, one per line.
std::string as_lines(std::string keys);

/// drivers_autoprobe takes anything: '0' is off.
inline bool parse_autoprobe(std::string_view text) { return !text.starts_with('0'); }

} // namespace apsim
