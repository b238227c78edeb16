// SPDX-License-Identifier: LGPL-2.1-or-later
// Notices that files of a directory come, go or change, also when the directory itself does not exist yet.
#pragma once

#include "host/file_descriptor.hpp"

#include <string>

namespace ap::host {

/// Loop thread only. Files whose names begin with a dot are ignored.
class DirectoryWatch {
  public:
    explicit DirectoryWatch(std::string directory);
    [[nodiscard]] int fd() const { return inotify_.get(); } ///< -1 when the system has no inotify to give
    /// Has anything changed since the last call? True also when events were lost.
    [[nodiscard]] bool changed();

  private:
    void watch();
    [[nodiscard]] bool drain();

    std::string directory_;
    FileDescriptor inotify_;
    int wd_ = -1;
    bool complete_ = false; ///< the directory itself is watched, not one above it
};

} // namespace ap::host
