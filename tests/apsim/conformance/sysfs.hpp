// SPDX-License-Identifier: LGPL-2.1-or-later
// Plain system calls on /sys, for tests that must run against any AP host.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace apsim::conformance {

/// open(O_WRONLY) and one write(2) of exactly these bytes.  Returns 0 or the errno; a short write returns -1.
int write_once(const std::string& path, std::string_view bytes);

/// open(O_RDONLY) and read(2) to the end.  Error: the errno.
std::expected<std::string, int> read_all(const std::string& path);

/// The last part of the target of a link; empty when there is no such link.
std::string link_name(const std::string& path);

/// Names in a directory, sorted, without "." and ".."; empty when it is not there.
std::vector<std::string> names_in(const std::string& path);

bool exists(const std::string& path);

} // namespace apsim::conformance
