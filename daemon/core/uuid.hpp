// SPDX-License-Identifier: LGPL-2.1-or-later
// The identity of a matrix: the UUID of its mdev and of its definition file.
#pragma once

#include "core/error.hpp"

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace ap {

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    friend constexpr auto operator<=>(const Uuid&, const Uuid&) = default;
};

std::string to_string(const Uuid& uuid); ///< 8-4-4-4-12, lower case, as the kernel names the directory
/// 8-4-4-4-12 hex digits of either case and nothing else; Fault::invalid otherwise.
Result<Uuid> parse_uuid(std::string_view text);
/// RFC 4122 version 5: the same space and name give the same UUID everywhere and for ever.
Uuid name_based_uuid(const Uuid& space, std::string_view name);

} // namespace ap
