// SPDX-License-Identifier: LGPL-2.1-or-later
// The person on the other side: streams, what they are connected to, and questions.
#pragma once

#include "render/look.hpp"

#include <istream>
#include <ostream>
#include <string>
#include <string_view>

namespace ap::cli {

struct Console {
    Console(std::ostream& o, std::ostream& e, std::istream& i) : out(o), err(e), in(i) {}

    std::ostream& out;
    std::ostream& err;
    std::istream& in;
    bool out_is_terminal = false, in_is_terminal = false;
    unsigned width = 80;   ///< of the terminal
    bool no_color = false; ///< NO_COLOR is set

    /// Asks and waits for a line; only "y" and "yes" mean yes, also the end of the input is no.
    bool ask(std::string_view question);
    /// A line that the next one takes the place of; only on a terminal, nothing elsewhere.
    void progress(std::string_view text);
    void end_progress(); ///< makes the line empty, so that what follows starts at its beginning

  private:
    bool line_is_open_ = false;
};

/// The process' own streams. Width: of the terminal, else 80.
Console real_console();

} // namespace ap::cli
