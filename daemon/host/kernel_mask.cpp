// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's two forms: changes, each with its sign, or hex digits from the left.
#include "host/kernel_mask.hpp"

#include "core/parse.hpp"

#include <charconv>
#include <string>
#include <type_traits>

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

/// Few digits are the leftmost ones; none at all are an empty mask.
template <class Id>
std::optional<IdSet<Id>> whole(std::string_view text) {
    constexpr std::size_t digits = 64;
    if (text.ends_with('\n')) text.remove_suffix(1);
    if (text.starts_with("0x")) text.remove_prefix(2);
    else if (text.starts_with('x')) text.remove_prefix(1);
    if (text.size() > digits) return std::nullopt;
    std::string ours = "0x";
    for (char c : text) ours += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    ours.resize(2 + digits, '0');
    const auto mask = [&] {
        if constexpr (std::is_same_v<Id, Apid>) return parse_adapter_mask(ours);
        else return parse_domain_mask(ours);
    }();
    return mask ? std::optional(*mask) : std::nullopt;
}

} // namespace

template <class Id>
std::optional<IdSet<Id>> kernel_mask(std::string_view text, const IdSet<Id>& before) {
    return text.starts_with('+') || text.starts_with('-') ? changed<Id>(text, before) : whole<Id>(text);
}

template std::optional<AdapterSet> kernel_mask(std::string_view, const AdapterSet&);
template std::optional<DomainSet> kernel_mask(std::string_view, const DomainSet&);

} // namespace ap::host
