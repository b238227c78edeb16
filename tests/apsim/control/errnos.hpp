// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of errno values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace apsim {

/// "EBUSY" to its number; nothing for names this kernel's headers do not have.
std::optional<int> errno_number(std::string_view name);

/// The number to its name.
std::string errno_name(int error);

} // namespace apsim
