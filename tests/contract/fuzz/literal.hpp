// SPDX-License-Identifier: LGPL-2.1-or-later
// Bytes as text in one line, all of them: "0x" "f"*64 "\n\x00".
#pragma once

#include <string>
#include <string_view>

namespace contract {

std::string literal(std::string_view bytes);

/// What literal() makes, and what a person writes instead.  Throws std::runtime_error.
std::string parse_literal(std::string_view text);

} // namespace contract
