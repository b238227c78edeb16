// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's number parsers; see the header.
#include "model/kernel_text.hpp"

#include <cerrno>
#include <limits>

namespace apsim {

std::string_view until_nul(std::string_view text) { return text.substr(0, text.find('\0')); }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

namespace {

/// "0x" counts as a prefix only when a digit follows; "0x" alone is the number 0 and a letter.
unsigned take_base(std::string_view& text) {
    if (!text.starts_with('0')) return 10;
    if (text.size() > 2 && (text[1] == 'x' || text[1] == 'X') && hex_digit(text[2]) >= 0) {
        text.remove_prefix(2);
        return 16;
    }
    return 8;
}

} // namespace

std::optional<TakenNumber> take_unsigned(std::string_view& text) {
    auto rest = text;
    const unsigned base = take_base(rest);
    TakenNumber number{0, false};
    std::size_t digits = 0;
    for (; digits < rest.size(); ++digits) {
        const int digit = hex_digit(rest[digits]);
        if (digit < 0 || static_cast<unsigned>(digit) >= base) break;
        const auto addend = static_cast<std::uint64_t>(digit);
        number.overflowed |= number.value > (std::numeric_limits<std::uint64_t>::max() - addend) / base;
        number.value = number.value * base + addend;
    }
    if (digits == 0) return std::nullopt;
    rest.remove_prefix(digits);
    text = rest;
    return number;
}

std::expected<std::uint64_t, int> kstrtoul(std::string_view text) {
    text = until_nul(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto number = take_unsigned(text);
    if (!number) return std::unexpected(EINVAL);
    if (number->overflowed) return std::unexpected(ERANGE);
    if (text.starts_with('\n')) text.remove_prefix(1);
    if (!text.empty()) return std::unexpected(EINVAL);
    return number->value;
}

std::expected<bool, int> kstrtobool(std::string_view text) {
    text = until_nul(text);
    if (text.empty()) return std::unexpected(EINVAL);
    switch (text[0]) {
    case 'y':
    case 'Y':
    case 't':
    case 'T':
    case '1': return true;
    case 'n':
    case 'N':
    case 'f':
    case 'F':
    case '0': return false;
    case 'o':
    case 'O': break;
    default: return std::unexpected(EINVAL);
    }
    const char second = text.size() > 1 ? text[1] : '\0';
    if (second == 'n' || second == 'N') return true;
    if (second == 'f' || second == 'F') return false;
    return std::unexpected(EINVAL);
}

std::expected<int, int> scan_int(std::string_view text, ScanBase base) {
    text = until_nul(text);
    const auto start = text.find_first_not_of(" \t\n\v\f\r");
    if (start == std::string_view::npos) return std::unexpected(EINVAL);
    text.remove_prefix(start);
    const bool negative = text.starts_with('-');
    if (negative) text.remove_prefix(1);
    std::optional<TakenNumber> number;
    if (base == ScanBase::any) {
        number = take_unsigned(text);
    } else {
        // %d reads "012" as twelve: leading zeros must not reach the base detection.
        const bool zero = text.starts_with('0');
        text.remove_prefix(std::min(text.find_first_not_of('0'), text.size()));
        const bool more = !text.empty() && text[0] >= '1' && text[0] <= '9';
        if (more)
            number = take_unsigned(text);
        else if (zero)
            number = TakenNumber{0, false};
    }
    if (!number) return std::unexpected(EINVAL);
    // The kernel stores the low 32 bits of what it read.
    const auto bits = static_cast<std::uint32_t>(negative ? 0 - number->value : number->value);
    return static_cast<int>(bits);
}

std::string_view device_name(std::string_view text) {
    text = until_nul(text);
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

} // namespace apsim
