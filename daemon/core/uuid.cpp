// SPDX-License-Identifier: LGPL-2.1-or-later
// UUIDs as text, and UUIDs made from a name.
#include "core/uuid.hpp"

#include "core/quote.hpp"
#include "core/sha1.hpp"

#include <algorithm>

namespace ap {
namespace {

constexpr std::size_t text_length = 36;
constexpr bool dash_at(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::unexpected<Error> malformed(std::string_view text) {
    return std::unexpected(Error{.fault = Fault::invalid,
                                 .subject = quote(text),
                                 .reason = "is not a UUID; expected 8-4-4-4-12 hex digits"});
}

} // namespace

std::string to_string(const Uuid& uuid) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(text_length);
    for (auto byte : uuid.bytes) {
        if (dash_at(out.size())) out += '-';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

Result<Uuid> parse_uuid(std::string_view text) {
    if (text.size() != text_length) return malformed(text);
    Uuid out;
    std::size_t nibble = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (dash_at(i)) {
            if (text[i] != '-') return malformed(text);
            continue;
        }
        const int digit = digit_of(text[i]);
        if (digit < 0) return malformed(text);
        auto& byte = out.bytes[nibble++ / 2];
        byte = static_cast<std::uint8_t>(byte << 4 | digit);
    }
    return out;
}

Uuid name_based_uuid(const Uuid& space, std::string_view name) {
    std::string message(space.bytes.begin(), space.bytes.end());
    message += name;
    const auto hash = sha1(message);
    Uuid out;
    std::copy_n(hash.begin(), out.bytes.size(), out.bytes.begin());
    out.bytes[6] = static_cast<std::uint8_t>((out.bytes[6] & 0x0f) | 0x50); // version 5
    out.bytes[8] = static_cast<std::uint8_t>((out.bytes[8] & 0x3f) | 0x80); // RFC 4122 variant
    return out;
}

} // namespace ap
