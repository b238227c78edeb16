// SPDX-License-Identifier: LGPL-2.1-or-later
// The testbed's language for hardware (tests/testbed/README.md, "Adapters"): the same text describes a
// machine to the emulated adapters under the real kernel and to the simulated kernel.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "model/hardware.hpp"

namespace apsim {

/// Error: one line with the number of the line that is not understood, and why.  Adapters have no serial
/// numbers: those of the testbed cannot tell any.
std::expected<Hardware, std::string> parse_topology(std::string_view text);

/// A text that parse_topology() reads back as this hardware, serial numbers aside.
std::string topology_text(const Hardware&);

} // namespace apsim
