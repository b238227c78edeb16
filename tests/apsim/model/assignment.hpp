// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes that assign adapters, domains and control domains to an mdev (kernel-abi 7).
#pragma once

#include <string_view>

#include "model/machine.hpp"

namespace apsim {

enum class Part { adapter, domain, control };

/// `life` is the mdev's.
Outcome store_assign(Machine&, std::uint32_t life, Part, std::string_view text);
Outcome store_unassign(Machine&, std::uint32_t life, Part, std::string_view text);
Outcome store_ap_config(Machine&, std::uint32_t life, std::string_view text);

} // namespace apsim
