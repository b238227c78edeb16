// SPDX-License-Identifier: LGPL-2.1-or-later
// How text is to look: width and colour, decided once by whoever has the terminal; renderers only ask.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

struct Look {
    unsigned width = 80; ///< columns of the terminal
    bool colour = false;
    bool headings = true;
};

enum class Ink {
    plain,
    bold,
    dim,
    red,
    green,
    yellow,
    blue,
    cyan,
    on_red,
    on_green,
    on_yellow,
    on_blue,
    on_magenta,
    on_cyan, ///< filled cells
};
/// `text` in this ink; as it is when there is no colour.
std::string paint(const Look& look, Ink ink, std::string_view text);

/// Columns a text takes on a terminal: its code points, without what paint() added.
std::size_t columns(std::string_view text);
/// Foreign text on one line: control characters and bytes that are not UTF-8 become \xNN, long texts are cut
/// at `limit` bytes.
std::string harmless(std::string_view text, std::size_t limit = 2000);
/// Breaks at blanks, and after commas of lists without any, so that no line is longer than `width`, where
/// that is possible.
std::vector<std::string> wrap(std::string_view text, std::size_t width);
/// "1 queue", "2 queues"; `many` for nouns that do not take an s.
std::string count(std::size_t n, std::string_view one, std::string_view many = {});

} // namespace ap::cli
