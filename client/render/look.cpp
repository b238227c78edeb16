// SPDX-License-Identifier: LGPL-2.1-or-later
// Escape sequences, widths, and line breaks.
#include "render/look.hpp"

#include <fmt/format.h>

#include <iterator>

namespace ap::cli {
namespace {

std::string_view code_of(Ink ink) {
    switch (ink) {
    case Ink::plain: return "0";
    case Ink::bold: return "1";
    case Ink::dim: return "2";
    case Ink::red: return "31";
    case Ink::green: return "32";
    case Ink::yellow: return "33";
    case Ink::blue: return "34";
    case Ink::cyan: return "36";
    case Ink::on_red: return "1;97;41";
    case Ink::on_green: return "1;30;42";
    case Ink::on_yellow: return "30;43";
    case Ink::on_blue: return "97;44";
    case Ink::on_magenta: return "97;45";
    case Ink::on_cyan: return "30;46";
    }
    return "0";
}

/// Bytes of the UTF-8 sequence at the front of `text`; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t length = lead < 0x80                   ? 1
                               : lead >= 0xc2 && lead < 0xe0 ? 2
                               : (lead & 0xf0) == 0xe0       ? 3
                               : lead >= 0xf0 && lead < 0xf5 ? 4
                                                             : 0;
    if (length == 0 || length > text.size()) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
    return length;
}

/// C1 controls and the characters that turn the direction of writing move things about on a terminal as
/// escapes do.
bool printable(std::string_view sequence) {
    if (sequence.size() == 1) return sequence[0] >= ' ' && sequence[0] != 0x7f;
    if (sequence.size() == 2)
        return !(sequence[0] == '\xc2' && static_cast<unsigned char>(sequence[1]) < 0xa0);
    if (sequence.size() == 3 && sequence[0] == '\xe2' && (sequence[1] == '\x80' || sequence[1] == '\x81'))
        return sequence == "…" || sequence == "–";
    return true;
}

std::size_t break_at(std::string_view text, std::size_t width) {
    for (std::size_t i = width + 1; i-- > 1;) {
        if (i < text.size() && text[i] == ' ') return i;
        if (text[i - 1] == ',' && i <= width) return i;
    }
    return std::string_view::npos;
}

} // namespace

std::string paint(const Look& look, Ink ink, std::string_view text) {
    if (!look.colour || ink == Ink::plain) return std::string(text);
    return fmt::format("\x1b[{}m{}\x1b[0m", code_of(ink), text);
}

std::size_t columns(std::string_view text) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80)
            ++n;
        if (i == std::string_view::npos) break;
    }
    return n;
}

std::string harmless(std::string_view text, std::size_t limit) {
    std::string out;
    while (!text.empty()) {
        if (out.size() >= limit) return out + "…";
        const auto length = sequence_length(text);
        if (length > 0 && printable(text.substr(0, length))) {
            out += text.substr(0, length);
        } else {
            fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(text[0]));
            text.remove_prefix(1);
            continue;
        }
        text.remove_prefix(length);
    }
    return out;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
    std::vector<std::string> out;
    while (columns(text) > width) {
        auto at = break_at(text, width);
        // Nothing to break at: the word stays whole, because a name cut in two cannot be copied.
        if (at == std::string_view::npos) at = text.find(' ', width);
        if (at == std::string_view::npos) break;
        out.emplace_back(text.substr(0, at));
        text.remove_prefix(text[at] == ' ' ? at + 1 : at);
    }
    out.emplace_back(text);
    return out;
}

std::string count(std::size_t n, std::string_view one, std::string_view many) {
    if (n == 1) return fmt::format("1 {}", one);
    return many.empty() ? fmt::format("{} {}s", n, one) : fmt::format("{} {}", n, many);
}

} // namespace ap::cli
