// SPDX-License-Identifier: LGPL-2.1-or-later
// Host files: TOML descriptions of the hardware of a simulated host.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "model/hardware.hpp"

namespace apsim {

/// Ids of adapters or domains as text: "3", "0x2f", "4-7,0x47"; ids 0 to 255, no empty parts.  Error: one
/// line.
std::expected<Mask256, std::string> parse_ids(std::string_view text);

/// "CEX4" to "CEX8".  Error: one line.
std::expected<unsigned, std::string> parse_type(std::string_view text);

/// "accel", "cca" or "ep11".  Error: one line.
std::expected<Mode, std::string> parse_mode(std::string_view text);

/// The serial number an adapter has if nobody says otherwise.
std::string default_serial(unsigned adapter);

/// Errors are one line: what is wrong, where, and what was expected.
std::expected<Hardware, std::string> parse_host(std::string_view toml, std::string_view name);
std::expected<Hardware, std::string> read_host_file(const std::string& path);

/// Reads a file in the testbed's language (model/topology_text.hpp).
std::expected<Hardware, std::string> read_topology_file(const std::string& path);

} // namespace apsim
