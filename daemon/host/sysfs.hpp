// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes below a held directory: read at once, written by one write(2), listed.
#pragma once

#include "core/error.hpp"
#include "host/file_descriptor.hpp"

#include <sys/types.h>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ap::host {

/// A failed system call as an Error: subject is the path; the text of errno_value ends the reason.
Error io_error(Fault fault, std::string path, std::string_view what, int errno_value);

/// A directory held open; paths are relative to it. A directory that cannot be opened is not an error until
/// something in it is asked for: it then answers as if everything in it failed with the errno of opening.
/// "Not there" below means ENOENT, ENOTDIR, ENODEV or ENXIO: never existed, or vanished between two calls
/// (kernel-abi section 1).
class Directory {
  public:
    static constexpr std::size_t attribute_size = 4096; ///< the most an attribute has

    explicit Directory(std::string path);
    /// A directory below this one.
    [[nodiscard]] Directory at(std::string_view relative) const;
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string full(std::string_view relative) const;

    /// False also for what cannot be looked at.
    [[nodiscard]] bool has(const char* relative) const;
    /// The whole attribute, with its newline; nullopt when it is not there. Fault::host_io otherwise.
    [[nodiscard]] Result<std::optional<std::string>> read(const char* relative) const;
    /// The same without allocation, for attributes read by the ten thousand: bytes read, or -errno.
    [[nodiscard]] ssize_t read(const char* relative, std::span<char> buffer) const;
    /// For who keeps it; none when it cannot be opened.
    [[nodiscard]] FileDescriptor open_to_read(const char* relative) const;
    /// One write(2) of `text`. Fault::kernel_refused with errno, also when fewer bytes were taken.
    [[nodiscard]] Result<void> write(const char* relative, std::string_view text) const;
    /// Calls fn for every name except "." and ".."; false when the directory is not there.
    [[nodiscard]] Result<bool> list(const char* relative,
                                    const std::function<void(std::string_view)>& fn) const;
    /// Where a symbolic link points; nullopt when it is not there.
    [[nodiscard]] Result<std::optional<std::string>> link(const char* relative) const;

  private:
    Directory(std::string path, FileDescriptor fd, int error);
    [[nodiscard]] FileDescriptor open(const char* relative, int flags, int& error) const;

    std::string path_;
    FileDescriptor fd_;
    int error_ = 0; ///< errno of opening
};

[[nodiscard]] bool means_not_there(int errno_value);
/// `text` without one trailing newline.
[[nodiscard]] std::string_view without_newline(std::string_view text);

} // namespace ap::host
