// SPDX-License-Identifier: LGPL-2.1-or-later
// Names for the nodes of the tree that need no storage: a node is computed from what it shows.
#pragma once

#include <cstdint>

namespace apsim {

enum class NodeType : std::uint8_t { directory, attribute, link };

/// The kinds of directories.  `root` must stay first: its packed form is 0.
enum class Dir : std::uint8_t {
    root,
    bus,
    klass,
    devices,
    kernel,
    module,
    bus_ap,
    bus_ap_devices,
    bus_ap_drivers,
    cex4card,
    cex4queue,
    vfio_ap,
    bus_matrix,
    bus_matrix_devices,
    bus_matrix_drivers,
    matrix_driver,
    bus_mdev,
    bus_mdev_devices,
    bus_mdev_drivers,
    mdev_driver,
    class_mdev_bus,
    class_vfio,
    class_vfio_dev,
    devices_ap,
    devices_vfio_ap,
    matrix,
    types,
    passthrough,
    passthrough_devices,
    devices_virtual,
    virtual_vfio,
    iommu_groups,
    module_ap,
    module_ap_parameters,
    module_zcrypt,
    module_zcrypt_cex4,
    module_vfio_ap,
    module_mdev,
    card,
    queue,
    mdev,
    vfio_dev,
    vfio_dev_n,
    vfio_group,
    iommu_group,
    iommu_group_devices,
    placeholder,
    count
};

/// A directory, or an attribute or link inside the directory the other fields name.
struct Node {
    NodeType type = NodeType::directory;
    Dir dir = Dir::root;
    std::uint8_t adapter = 0;
    std::uint8_t domain = 0;
    std::uint8_t slot = 0; ///< which attribute or link of the directory, below 64
    std::uint32_t life =
        0; ///< the life of the device: a device that comes back under its old name is another node

    bool operator==(const Node&) const = default;
};

/// The directory a node names or sits in.
constexpr Node directory_of(Node node) {
    node.type = NodeType::directory;
    node.slot = 0;
    return node;
}

constexpr Node fixed(Dir dir) { return {NodeType::directory, dir, 0, 0, 0, 0}; }

/// The packed form; unique per node, 0 for the root.
constexpr std::uint64_t pack(const Node& n) {
    return std::uint64_t(n.type) << 62 | std::uint64_t(n.dir) << 54 | std::uint64_t(n.adapter) << 46 |
           std::uint64_t(n.domain) << 38 | std::uint64_t(n.slot & 0x3f) << 32 | n.life;
}

constexpr Node unpack(std::uint64_t v) {
    return {static_cast<NodeType>(v >> 62),
            static_cast<Dir>((v >> 54) & 0xff),
            static_cast<std::uint8_t>(v >> 46 & 0xff),
            static_cast<std::uint8_t>(v >> 38 & 0xff),
            static_cast<std::uint8_t>(v >> 32 & 0x3f),
            static_cast<std::uint32_t>(v)};
}

static_assert(pack(fixed(Dir::root)) == 0);

} // namespace apsim
