// SPDX-License-Identifier: LGPL-2.1-or-later
// SHA-1 as in FIPS 180-4, section 6.1, by shifts and so right on both byte orders.
#include "core/sha1.hpp"

#include <bit>
#include <cstddef>

namespace ap {
namespace {

using State = std::array<std::uint32_t, 5>;
constexpr std::size_t block_size = 64;

/// The message, a one bit, zeros, and the length in bits: a whole number of blocks.
void pad(std::string& message) {
    const std::uint64_t bits = std::uint64_t{message.size()} * 8;
    message += '\x80';
    while (message.size() % block_size != block_size - 8) message += '\0';
    for (int shift = 56; shift >= 0; shift -= 8) message += static_cast<char>(bits >> shift & 0xff);
}

std::array<std::uint32_t, 80> schedule(const char* block) {
    std::array<std::uint32_t, 80> w{};
    for (std::size_t i = 0; i < block_size; ++i)
        w[i / 4] = w[i / 4] << 8 | static_cast<unsigned char>(block[i]);
    for (std::size_t t = 16; t < 80; ++t) w[t] = std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    return w;
}

std::uint32_t mix(std::size_t t, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999U;
    if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1U;
    if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdcU;
    return (b ^ c ^ d) + 0xca62c1d6U;
}

void absorb(State& h, const char* block) {
    const auto w = schedule(block);
    auto [a, b, c, d, e] = h;
    for (std::size_t t = 0; t < 80; ++t) {
        const auto next = std::rotl(a, 5) + mix(t, b, c, d) + e + w[t];
        e = d;
        d = c;
        c = std::rotl(b, 30);
        b = a;
        a = next;
    }
    h = {h[0] + a, h[1] + b, h[2] + c, h[3] + d, h[4] + e};
}

} // namespace

std::array<std::uint8_t, 20> sha1(std::string message) {
    State h{0x67452301U, 0xefcdab89U, 0x98badcfeU, 0x10325476U, 0xc3d2e1f0U};
    pad(message);
    for (std::size_t at = 0; at < message.size(); at += block_size) absorb(h, message.data() + at);
    std::array<std::uint8_t, 20> out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(h[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
    return out;
}

} // namespace ap
