// SPDX-License-Identifier: LGPL-2.1-or-later
// Runs command lines as main() does, with streams in memory.
#pragma once

#include "app.hpp"
#include "fake_libvirt.hpp"
#include "fake_proxy.hpp"
#include "verbs/table.hpp"

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace ap::fakes {

/// What is on the other side of the command.
struct Screen {
    bool terminal = false;
    unsigned width = 80;
    bool no_color = false;
    std::string typed = {}; ///< on standard input
};

struct Outcome {
    int code = -1;
    std::string out, err;
};

inline Outcome run(FakeProxy& daemon, FakeLibvirt& libvirt, const std::vector<std::string>& arguments, const Screen& screen = {}) {
    std::ostringstream out, err;
    std::istringstream in(screen.typed);
    cli::Console console(out, err, in);
    console.out_is_terminal = console.in_is_terminal = screen.terminal;
    console.width = screen.width;
    console.no_color = screen.no_color;
    const int code = cli::run(arguments, cli::verb_list, console, daemon, libvirt);
    return {code, out.str(), err.str()};
}

/// On a host without libvirt.
inline Outcome run(FakeProxy& daemon, const std::vector<std::string>& arguments, const Screen& screen = {}) {
    FakeLibvirt none;
    none.installed = false;
    return run(daemon, none, arguments, screen);
}

inline std::size_t lines(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

} // namespace ap::fakes
