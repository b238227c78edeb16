// SPDX-License-Identifier: LGPL-2.1-or-later
// Episodes: a machine and a list of operations on it, as a text that is written and read by hand.
//
//     episode overlap                         # starts one; more may follow in the same file
//     machine adapter 6 type=CEX8 mode=ep11   # what differs from the machine H of the tables at the start
//     machine no adapter 5
//     write apmask "-3,-6\n"                  # one write(2) to a file, whatever comes of it
//     write 03.0004/driver_override "x"*4095  # strings may be repeated, and follow each other
//     read M1/assign_adapter                  # open and read
//     hardware usage 4,0x47,6                 # the machine changes, and scans see it
//     hardware no adapter 3
//     open M1                                 # a guest opens an mdev; close, kill
//     load vfio_ap                            # unload
//
// Files are named as path_of() of the tables takes them; M1, M2 and M3 are mdevs with fixed UUIDs.  A line of
// the machine replaces the one of the same kind; adapters and queues have a line each.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace contract {

struct Operation {
    enum class Kind { write, read, hardware, open, close, kill, load, unload };
    Kind kind;
    std::string name; ///< of a file, an mdev, a module; the line of the machine
    std::string bytes = {};
};

struct Episode {
    std::string name;
    std::vector<std::string> machine;
    std::vector<Operation> operations;
};

/// Throws std::runtime_error "line 3: ...".
std::vector<Episode> parse_episodes(std::string_view text);

std::string text_of(const Operation&); ///< one line, without its end
std::string text_of(const Episode&);

/// The machine of an episode while it changes.
class MachineLines {
  public:
    MachineLines(); ///< the machine H of the tables

    /// A line of the testbed's language, or "no" and the start of one that goes.
    void apply(const std::string& line);

    std::string text() const;

  private:
    std::map<std::string, std::string> lines_;
};

/// The UUID of M1, M2 or M3; another name is its own UUID.
std::string uuid_of(const std::string& name);

/// The path that a name in an episode stands for.
std::string file_of(const std::string& name);

} // namespace contract
