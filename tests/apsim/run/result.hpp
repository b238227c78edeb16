// SPDX-License-Identifier: LGPL-2.1-or-later
// Results of setting up the simulated host: errors are one line for a person, and children send theirs down a pipe.
#pragma once

#include <cerrno>
#include <cstring>
#include <expected>
#include <string>
#include <string_view>

#include <unistd.h>

#include <fmt/format.h>

namespace apsim {

template <class T>
using Done = std::expected<T, std::string>;

/// "what: why" with the reason of errno.
inline std::unexpected<std::string> failed(std::string_view what, int error = errno) {
    return std::unexpected(fmt::format("{}: {}", what, std::strerror(error)));
}

/// What comes down a pipe until its other end is closed; closes this one.
inline std::string read_to_the_end(int pipe) {
    std::string text;
    char part[256];
    ssize_t size = 0;
    while ((size = ::read(pipe, part, sizeof part)) > 0) text.append(part, static_cast<std::size_t>(size));
    ::close(pipe);
    return text;
}

} // namespace apsim
