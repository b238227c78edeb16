// SPDX-License-Identifier: LGPL-2.1-or-later
// Guests by way of the program mdev-hold, which the testbed and apsim both have: a process that has an mdev
// open the way QEMU does, until its standard input ends.
#pragma once

#include <map>
#include <string>
#include <sys/types.h>

namespace contract {

class Holders {
  public:
    Holders() = default;
    ~Holders(); ///< ends all that are left
    Holders(const Holders&) = delete;
    Holders& operator=(const Holders&) = delete;

    /// Returns when the mdev is held, or the errno of what mdev-hold could not do.
    int open(const std::string& uuid);

    /// Returns when the process has ended.  ENOENT: there is none.
    int close(const std::string& uuid);
    int kill(const std::string& uuid);

  private:
    struct Holder {
        pid_t pid;
        int to, from; ///< its standard input and output
    };

    int end(const std::string& uuid, bool by_force);

    std::map<std::string, Holder> holders_;
};

} // namespace contract
