// SPDX-License-Identifier: LGPL-2.1-or-later
// What becomes of differences with those who decide about binding beside us.
#pragma once

#include "core/error.hpp"

#include <string>
#include <string_view>

namespace ap {

enum class Policy {
    report,  ///< they are told
    yield,   ///< and no change is made that another source contradicts
    enforce, ///< and a binding that somebody else changed is brought back, within bounds
};
std::string to_string(Policy policy); ///< "report", "yield", "enforce": words of the settings, of bus and command
Result<Policy> parse_policy(std::string_view text);

} // namespace ap
