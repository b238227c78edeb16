// SPDX-License-Identifier: LGPL-2.1-or-later
// SHA-1, only because RFC 4122 defines name-based UUIDs (version 5) by it. Nothing here is about security.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace ap {

/// The 20 bytes of the SHA-1 of `message`, as FIPS 180-4 prints them.
std::array<std::uint8_t, 20> sha1(std::string message);

} // namespace ap
