// SPDX-License-Identifier: LGPL-2.1-or-later
// Inode numbers.  One connection serves two trees: /sys, whose nodes are the model's, and /dev/vfio.
#pragma once

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "model/node.hpp"

namespace apsim {

/// FUSE reserves node 1 for the root, whose packed form is 0.
constexpr fuse_ino_t inode(const Node& node) { return pack(node) + 1; }
constexpr Node node_of(fuse_ino_t ino) { return unpack(ino - 1); }

/// What there is in /dev/vfio: the directory itself, the container, and a group for each mdev with a driver.
struct VfioNode {
    enum class Kind : std::uint8_t { directory, container, group } kind;
    std::uint32_t life = 0; ///< of the group's mdev
    bool operator==(const VfioNode&) const = default;
};

/// A node type that the model's nodes do not have, in the place where their packed form has it.
inline constexpr fuse_ino_t vfio_mark = fuse_ino_t(3) << 62;

constexpr fuse_ino_t inode(const VfioNode& node) {
    return vfio_mark | fuse_ino_t(node.kind) << 32 | node.life;
}
constexpr bool is_vfio(fuse_ino_t ino) { return (ino & vfio_mark) == vfio_mark; }
constexpr VfioNode vfio_node_of(fuse_ino_t ino) {
    return {static_cast<VfioNode::Kind>(ino >> 32 & 0xff), static_cast<std::uint32_t>(ino)};
}

static_assert(std::uint64_t(NodeType::link) < 3);

} // namespace apsim
