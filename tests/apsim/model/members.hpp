// SPDX-License-Identifier: LGPL-2.1-or-later
// The changing part of the tree: the devices that directories contain or list.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "model/machine.hpp"
#include "model/node.hpp"

namespace apsim {

/// The slot of a link to a device in a directory that lists devices.
inline constexpr std::uint8_t listed_slot = 63;

/// Calls `sink(name, node)` for each member of the directory.
void list_members(const Machine&, const Node& dir,
                  const std::function<void(std::string_view, const Node&)>& sink);

/// The member of that name, without walking the directory where it may be large.
std::optional<Node> find_member(const Machine&, const Node& dir, std::string_view name);

/// Where a link that list_members() gave points to, and what it is called.
std::string member_target(const Machine&, const Node& link);
std::string member_name(const Machine&, const Node& member);

/// Does this link's device still belong into its directory?
bool member_exists(const Machine&, const Node& link);

/// How many of the members are directories.
unsigned count_directories(const Machine&, const Node& dir);

} // namespace apsim
