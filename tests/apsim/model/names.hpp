// SPDX-License-Identifier: LGPL-2.1-or-later
// Device names, device paths and the uevent keys of devices (kernel-abi 1, 2 and 11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/machine.hpp"

namespace apsim {

std::string card_name(unsigned adapter);                   ///< "card03"
std::string queue_name(unsigned adapter, unsigned domain); ///< "03.0004"
std::optional<unsigned> parse_card_name(std::string_view); ///< only the exact spelling
std::optional<Apqn> parse_queue_name(std::string_view);    ///< only the exact spelling

std::string card_path(unsigned adapter); ///< "/devices/ap/card03"
std::string queue_path(unsigned adapter, unsigned domain);
std::string mdev_path(const Mdev&);

std::string_view driver_name(Driver);
Dir driver_dir(Driver);

Node card_node(unsigned adapter, const Card&);
Node queue_node(unsigned adapter, unsigned domain, const Queue&);
Node mdev_node(const Mdev&);

/// Appends "key=value" and the NUL that ends it.
void add_key(std::string& keys, std::string_view key, std::string_view value);

/// The keys a device adds to each of its uevents and shows in its `uevent` file.
std::string card_keys(const Card&);
std::string queue_keys(const Queue&, Mode);
std::string mdev_keys(const Mdev&);
std::string vfio_group_keys(unsigned group);

} // namespace apsim
