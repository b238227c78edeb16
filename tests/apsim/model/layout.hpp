// SPDX-License-Identifier: LGPL-2.1-or-later
// The fixed part of the tree: which directories and links there are and which attribute table a directory
// has.
#pragma once

#include <span>
#include <string_view>

#include "model/attribute.hpp"
#include "model/node.hpp"

namespace apsim {

/// A directory that is always there, or while its module is.
struct FixedDirectory {
    Dir dir, parent;
    std::string_view name;
    bool Modules::*module = nullptr;
};
std::span<const FixedDirectory> fixed_directories();

/// Whether a directory of the table is there now.
bool fixed_directory_exists(const Machine&, Dir);

/// A link that every directory of its kind has, or has while `present` says so.
struct FixedLink {
    Dir dir;
    std::string_view name;
    std::string_view target; ///< "%" stands for the number of the mdev's group, "@" for its UUID
    bool (*present)(const Machine&, const Node& directory);
};
std::span<const FixedLink> fixed_links();

/// The attributes of a kind of directory.
std::span<const Attribute> attributes_of(Dir);

/// Whether a directory, given as the node of the directory itself, is there.
bool directory_exists(const Machine&, const Node&);

} // namespace apsim
