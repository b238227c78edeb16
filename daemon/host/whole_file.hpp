// SPDX-License-Identifier: LGPL-2.1-or-later
// Ordinary files as wholes: read completely, replaced so that a crash leaves the old or the new one.
#pragma once

#include "core/error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ap::host {

/// nullopt when there is no such file. Fault::host_io otherwise: not a regular file, larger than `most` bytes
/// (EFBIG), errno.
[[nodiscard]] Result<std::optional<std::string>> read_file(const std::string& path, std::size_t most);
/// Temporary file beside it, then rename: readers see the old or the new content. Keeps the mode of the file it
/// replaces, else 0644. The temporary file's name begins with a dot. A missing directory is made (0755).
/// Not on the disk before sync_file().
[[nodiscard]] Result<void> replace_file(const std::string& path, std::string_view content);
/// Removes the file; one that is not there is no error. Not durable before sync_file().
[[nodiscard]] Result<void> remove_file(const std::string& path);
/// The file's content, or that it is not there, survives a loss of power when this returns.
[[nodiscard]] Result<void> sync_file(const std::string& path);
/// Like mkdir -p, mode 0755 whatever the umask; nothing happens when it is there.
[[nodiscard]] Result<void> make_directory(const std::string& path);

} // namespace ap::host
