// SPDX-License-Identifier: LGPL-2.1-or-later
// Masks in the kernel's own form.
#include "core/parse.hpp"
#include "core/quote.hpp"

#include <array>

namespace ap {
namespace {

constexpr std::size_t mask_digits = 64;

int mask_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

/// Id n is bit 3 - n % 4 of hex digit n / 4 (kernel-abi section 1).
template <class Id>
std::string mask_text(const IdSet<Id>& set) {
    std::array<unsigned, mask_digits> nibbles{};
    for (Id id : set) nibbles[to_int(id) / 4] |= 8U >> (to_int(id) % 4);
    std::string out = "0x";
    for (auto n : nibbles) out += "0123456789abcdef"[n];
    return out;
}

template <class Id>
Result<IdSet<Id>> read_mask(std::string_view text) {
    const auto digits = text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
    const auto refused = [text] {
        return std::unexpected(Error{.fault = Fault::invalid,
                                     .subject = "mask",
                                     .reason = quote(text) + " is not a mask; expected 0x and exactly 64 lower-case hex digits"});
    };
    if (digits.size() != 2 + mask_digits || !digits.starts_with("0x")) return refused();
    IdSet<Id> out;
    for (unsigned i = 0; i < mask_digits; ++i) {
        const int nibble = mask_digit(digits[2 + i]);
        if (nibble < 0) return refused();
        for (unsigned bit = 0; bit < 4; ++bit)
            if ((nibble & (8 >> bit)) != 0) out.insert(static_cast<Id>(4 * i + bit));
    }
    return out;
}

} // namespace

std::string to_mask(const AdapterSet& set) { return mask_text(set); }
std::string to_mask(const DomainSet& set) { return mask_text(set); }
Result<AdapterSet> parse_adapter_mask(std::string_view text) { return read_mask<Apid>(text); }
Result<DomainSet> parse_domain_mask(std::string_view text) { return read_mask<Apqi>(text); }

} // namespace ap
