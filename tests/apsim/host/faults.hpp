// SPDX-License-Identifier: LGPL-2.1-or-later
// What the control socket wants done to writes: fail the n-th, delay it, hold it until told.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>

namespace apsim {

/// One standing order about writes.
struct Fault {
    enum class Kind { fail, delay, hold } kind = Kind::fail;
    std::uint32_t id = 0;  ///< given by Faults
    std::string pattern;   ///< a path under /sys or a glob; '*' also matches '/'
    std::uint32_t nth = 1; ///< the first matching write it acts on, counted from 1 since the order was given
    std::uint32_t count = 1;        ///< on how many writes it acts; 0: on all from the n-th
    int error = 0;                  ///< fail: the errno
    std::uint32_t milliseconds = 0; ///< delay
    bool after = false;     ///< delay, hold: the write takes effect at once and only its return is late
    std::uint32_t seen = 0; ///< matching writes so far
};

/// "/sys/bus/mdev/devices/X/..." and "/sys/bus/ap/devices/03.0004/..." are other names of the devices' own
/// directories.
std::string canonical_path(std::string path);

class Faults {
  public:
    std::uint32_t add(Fault fault);
    bool remove(std::uint32_t id);
    void clear() { faults_.clear(); }
    const std::list<Fault>& all() const { return faults_; }

    /// The order that applies to this write, which is counted; null if none.  `path` is canonical.
    const Fault* next(std::string_view path);

  private:
    std::list<Fault> faults_;
    std::uint32_t last_id_ = 0;
};

} // namespace apsim
