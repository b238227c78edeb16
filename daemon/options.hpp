// SPDX-License-Identifier: LGPL-2.1-or-later
// Command line of apctld.
#pragma once

#include <string>
#include <variant>

namespace ap {

struct Options {
    std::string root = "/"; ///< what "/" is to the AP bus: sys/, proc/, dev/, run/lock/ and the files of others are looked for below it
    std::string state_dir = "/var/lib/apctl";
    std::string definitions_dir = "/etc/mdevctl.d/matrix";
    std::string config = "/etc/apctl/apctld.toml";
    std::string bus = "system"; ///< "system", "session" or a D-Bus address
};

struct ExitStatus { int value; };
/// The options, or the exit status when there is nothing more to do: help, version, or a mistake told in one line on stderr.
std::variant<Options, ExitStatus> read_options(int argc, char** argv);

} // namespace ap
