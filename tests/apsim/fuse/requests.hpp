// SPDX-License-Identifier: LGPL-2.1-or-later
// The file system's answers to single requests of the kernel.
#pragma once

#define FUSE_USE_VERSION 35
#include <fuse_lowlevel.h>

#include "model/node.hpp"

namespace apsim {

/// FUSE reserves node 1 for the root, whose packed form is 0.
constexpr fuse_ino_t inode(const Node& node) { return pack(node) + 1; }
constexpr Node node_of(fuse_ino_t ino) { return unpack(ino - 1); }

/// The table for fuse_session_new(); its user data is the Filesystem.
const fuse_lowlevel_ops& requests();

} // namespace apsim
