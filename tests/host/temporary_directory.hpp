// SPDX-License-Identifier: LGPL-2.1-or-later
// A directory of a test's own, gone with everything in it when the test ends.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ap::host::testing {

class TemporaryDirectory {
  public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] std::string path() const { return path_.string(); }
    [[nodiscard]] std::string path(std::string_view relative) const { return (path_ / relative).string(); }
    /// Creates or overwrites; directories on the way are made.
    void write(std::string_view relative, std::string_view content) const;
    [[nodiscard]] std::optional<std::string> read(std::string_view relative) const; ///< nullopt: no such file
    void mkdir(std::string_view relative) const;
    void symlink(std::string_view relative, std::string_view target) const;
    void remove(std::string_view relative) const; ///< with everything below

  private:
    std::filesystem::path path_;
};

} // namespace ap::host::testing
