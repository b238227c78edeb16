// SPDX-License-Identifier: LGPL-2.1-or-later
// Parsing of mask texts, with the kernel's leniences: missing digits, missing separators, numbers that wrap
// around.
#include "model/mask_text.hpp"

#include <cerrno>

#include "model/kernel_text.hpp"

namespace apsim {

std::string Mask256::text() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string out = "0x";
    for (auto word : words_)
        for (int shift = 60; shift >= 0; shift -= 4) out += digits[(word >> shift) & 0xf];
    return out;
}

std::expected<Mask256, int> parse_absolute_mask(std::string_view text) {
    if (text.starts_with("0x")) text.remove_prefix(1);
    if (text.starts_with('x')) text.remove_prefix(1);
    Mask256 mask;
    for (unsigned id = 0; id < Mask256::size && !text.empty(); id += 4, text.remove_prefix(1)) {
        const int digit = hex_digit(text.front());
        if (digit < 0) break;
        for (unsigned n = 0; n < 4; ++n)
            if ((digit & (8 >> n)) != 0) mask.set(id + n);
    }
    if (text.starts_with('\n')) text.remove_prefix(1);
    if (!text.empty()) return std::unexpected(EINVAL);
    return mask;
}

namespace {

/// One number of a relative text; `text` is advanced past it.
std::expected<unsigned, int> take_id(std::string_view& text, const Personality& kernel) {
    const auto number = take_unsigned(text);
    if (!number || (number->overflowed && !kernel.mask_numbers_wrap) || number->value >= Mask256::size)
        return std::unexpected(EINVAL);
    return static_cast<unsigned>(number->value);
}

/// One term such as "+3" or "-5-7"; `text` is advanced past it and the separators behind it.
int apply_term(std::string_view& text, Mask256& mask, const Personality& kernel) {
    const char sign = text.front();
    if (sign != '+' && sign != '-') return EINVAL;
    text.remove_prefix(1);
    const auto first = take_id(text, kernel);
    if (!first) return first.error();
    auto last = *first;
    if (text.starts_with('-')) {
        text.remove_prefix(1);
        const auto end = take_id(text, kernel);
        if (!end || *end < *first) return EINVAL;
        last = *end;
    }
    for (unsigned id = *first; id <= last; ++id) sign == '+' ? mask.set(id) : mask.clear(id);
    while (text.starts_with(',') || text.starts_with('\n')) text.remove_prefix(1);
    return 0;
}

} // namespace

std::expected<Mask256, int> parse_mask_write(std::string_view text, const Mask256& current,
                                             const Personality& kernel) {
    text = until_nul(text);
    if (!text.starts_with('+') && !text.starts_with('-')) return parse_absolute_mask(text);
    Mask256 mask = current;
    while (!text.empty())
        if (const int error = apply_term(text, mask, kernel)) return std::unexpected(error);
    return mask;
}

std::expected<std::array<Mask256, 3>, int> parse_ap_config(std::string_view text) {
    static constexpr std::size_t window = 201;
    text = until_nul(text.substr(0, window));
    std::array<Mask256, 3> masks;
    bool ended = false;
    for (auto& mask : masks) {
        if (ended) return std::unexpected(EINVAL);
        const auto end = text.find_first_of(",\n");
        const auto parsed = parse_absolute_mask(text.substr(0, end));
        if (!parsed) return std::unexpected(parsed.error());
        mask = *parsed;
        ended = end == std::string_view::npos;
        if (!ended) text.remove_prefix(end + 1);
    }
    return masks;
}

} // namespace apsim
