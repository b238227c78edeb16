// SPDX-License-Identifier: LGPL-2.1-or-later
// How a session talks.
#include "session.hpp"

#include "render/json.hpp"

namespace ap::cli {

Look Session::look() const {
    const bool automatic = console.out_is_terminal && !console.no_color;
    return {.width = console.width,
            .colour = options.color == "always" || (options.color == "auto" && automatic),
            .headings = !options.no_headings};
}

void Session::say(const std::string& text) {
    if (!options.quiet) console.out << text;
}

void Session::say_json(const Json& json) {
    answered_in_json = true;
    console.out << print(json);
}

} // namespace ap::cli
