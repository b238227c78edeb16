// SPDX-License-Identifier: LGPL-2.1-or-later
// JSON read strictly: what is ambiguous is an error rather than a guess.
#pragma once

#include "core/error.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace ap::host {

/// Keeps the order of keys. Fault::invalid, without subject: more than `most` bytes, NUL, not JSON or not
/// UTF-8, a key twice in one object.
[[nodiscard]] Result<nlohmann::ordered_json> parse_json(std::string_view text, std::size_t most);

} // namespace ap::host
