// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's two forms: changes, each with its sign, or hex digits from the left.
#include "host/kernel_mask.hpp"

#include <charconv>

namespace ap::host {
namespace {

/// A number as kstrtoul reads it: 0x hex, a leading 0 octal, else decimal. Taken off the front of `text`.
std::optional<unsigned> take_number(std::string_view& text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.front() == '0') {
        base = 8;
    }
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || value > 255) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

template <class Id>
std::optional<IdSet<Id>> changed(std::string_view text, IdSet<Id> mask) {
    while (true) {
        while (text.starts_with(',') || text.starts_with('\n')) text.remove_prefix(1);
        if (text.empty()) return mask;
        const bool sets = text.front() == '+';
        if (!sets && text.front() != '-') return std::nullopt;
        text.remove_prefix(1);
        const auto first = take_number(text);
        if (!first) return std::nullopt;
        auto last = first;
        if (text.starts_with('-')) {
            text.remove_prefix(1);
            last = take_number(text);
        }
        if (!last || *last < *first) return std::nullopt;
        for (unsigned id = *first; id <= *last; ++id) {
            if (sets) mask.insert(static_cast<Id>(id));
            else mask.erase(static_cast<Id>(id));
        }
    }
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Few digits are the leftmost ones; none at all are an empty mask.
template <class Id>
std::optional<IdSet<Id>> whole(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.starts_with("0x")) text.remove_prefix(2);
    else if (text.starts_with('x')) text.remove_prefix(1);
    if (text.size() > 64) return std::nullopt;
    IdSet<Id> mask;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int digit = hex_digit(text[i]);
        if (digit < 0) return std::nullopt;
        for (unsigned bit = 0; bit < 4; ++bit)
            if ((digit & (8 >> bit)) != 0) mask.insert(static_cast<Id>(4 * i + bit));
    }
    return mask;
}

} // namespace

template <class Id>
std::optional<IdSet<Id>> kernel_mask(std::string_view text, const IdSet<Id>& before) {
    return text.starts_with('+') || text.starts_with('-') ? changed<Id>(text, before) : whole<Id>(text);
}

template std::optional<AdapterSet> kernel_mask(std::string_view, const AdapterSet&);
template std::optional<DomainSet> kernel_mask(std::string_view, const DomainSet&);

} // namespace ap::host
