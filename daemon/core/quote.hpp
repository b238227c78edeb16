// SPDX-License-Identifier: LGPL-2.1-or-later
// Foreign text inside our messages: short, on one line, harmless on any terminal.
#pragma once

#include <string>
#include <string_view>

namespace ap {

/// `text` in double quotes, at most 40 bytes of it ("…" marks a cut), everything but printable ASCII escaped as \xNN.
std::string quote(std::string_view text);

} // namespace ap
