// SPDX-License-Identifier: LGPL-2.1-or-later
// Errors of setting up the simulated host: one line for a person.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace apsim {

template <class T>
using Done = std::expected<T, std::string>;

/// "what: why" with the reason of errno.
inline std::unexpected<std::string> failed(std::string_view what, int error = errno) {
    return std::unexpected(fmt::format("{}: {}", what, std::strerror(error)));
}

} // namespace apsim
