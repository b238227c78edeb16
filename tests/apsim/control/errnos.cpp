// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of errno values, by the C library's own table.
#include "control/errnos.hpp"

#include <cstring>

#include <fmt/format.h>

namespace apsim {

std::string errno_name(int error) {
    const char* name = ::strerrorname_np(error);
    return name == nullptr ? fmt::to_string(error) : name;
}

std::optional<int> errno_number(std::string_view name) {
    static constexpr int last = 133;
    for (int error = 1; error <= last; ++error)
        if (errno_name(error) == name) return error;
    return std::nullopt;
}

} // namespace apsim
