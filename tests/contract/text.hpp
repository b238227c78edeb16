// SPDX-License-Identifier: LGPL-2.1-or-later
// Texts for results: one line each, whatever is in them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace contract {

/// "EBUSY"; "success" for 0, "a short write" for -1.
std::string errno_text(int error);

/// In double quotes, with \n and other escapes; a long one is cut in its middle.
std::string quoted(std::string_view text);

/// With ", " between.
std::string joined(const std::vector<std::string>& texts);

std::string octal(unsigned number);

} // namespace contract
