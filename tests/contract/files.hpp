// SPDX-License-Identifier: LGPL-2.1-or-later
// Plain system calls on /sys, nothing between.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

/// open(O_WRONLY) and one write(2) of exactly these bytes.  Returns 0 or the errno; a short write returns -1.
int write_once(const std::string& path, std::string_view bytes);

/// open(O_RDONLY) and read(2) to the end.  Error: the errno.
std::expected<std::string, int> read_all(const std::string& path);

std::expected<std::string, int> read_link(const std::string& path);

/// Names in a directory, sorted, without "." and "..".
std::expected<std::vector<std::string>, int> names_in(const std::string& path);

/// lstat(2): type and permission bits.
std::expected<unsigned, int> mode_of(const std::string& path);

} // namespace contract
