// SPDX-License-Identifier: LGPL-2.1-or-later
// Attributes that are read again and again, for every job: kept open, so that reading is one system call rather than three.
#pragma once

#include "host/sysfs.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace ap::host {

/// One thread at a time. A read from the start makes the kernel compute the attribute anew, as opening it does.
class KeptFiles {
  public:
    /// So many are kept; a further one takes the place of that which has not been read for the longest time.
    static constexpr std::size_t most = 256;

    /// Requires that `root` outlives this.
    explicit KeptFiles(const Directory& root) : root_(root) {}
    /// As Directory::read(). The file of a device that went answers with ENODEV; another device may have its name by now, so it is then looked for anew.
    [[nodiscard]] Result<std::optional<std::string>> read(const std::string& path);
    [[nodiscard]] std::string full(std::string_view path) const { return root_.full(path); }

  private:
    struct Kept {
        FileDescriptor file;
        std::uint64_t read_at; ///< by `reads_`
    };

    [[nodiscard]] std::optional<std::string> read_kept(const std::string& path);
    void make_room();

    const Directory& root_;
    std::map<std::string, Kept, std::less<>> kept_;
    std::uint64_t reads_ = 0;
};

} // namespace ap::host
