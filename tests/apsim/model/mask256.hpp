// SPDX-License-Identifier: LGPL-2.1-or-later
// A set of 256 adapter or domain numbers, in the bit order the kernel prints: number 0 is the leftmost bit.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>

namespace apsim {

class Mask256 {
  public:
    static constexpr unsigned size = 256;

    static constexpr Mask256 all() {
        Mask256 mask;
        mask.words_.fill(~std::uint64_t{0});
        return mask;
    }

    static constexpr Mask256 of(unsigned id) {
        Mask256 mask;
        mask.set(id);
        return mask;
    }

    constexpr bool test(unsigned id) const { return (words_[id / 64] & bit(id)) != 0; }
    constexpr void set(unsigned id) { words_[id / 64] |= bit(id); }
    constexpr void clear(unsigned id) { words_[id / 64] &= ~bit(id); }
    constexpr bool any() const { return (words_[0] | words_[1] | words_[2] | words_[3]) != 0; }

    constexpr unsigned count() const {
        int bits = 0;
        for (auto word : words_) bits += std::popcount(word);
        return static_cast<unsigned>(bits);
    }

    /// The numbers of this set that are not in `other`.
    constexpr Mask256 without(const Mask256& other) const { return *this & ~other; }
    constexpr bool meets(const Mask256& other) const { return (*this & other).any(); }

    constexpr Mask256 operator~() const {
        Mask256 result;
        for (unsigned i = 0; i < 4; ++i) result.words_[i] = ~words_[i];
        return result;
    }
    constexpr Mask256& operator&=(const Mask256& other) {
        for (unsigned i = 0; i < 4; ++i) words_[i] &= other.words_[i];
        return *this;
    }
    constexpr Mask256& operator|=(const Mask256& other) {
        for (unsigned i = 0; i < 4; ++i) words_[i] |= other.words_[i];
        return *this;
    }
    friend constexpr Mask256 operator&(Mask256 a, const Mask256& b) { return a &= b; }
    friend constexpr Mask256 operator|(Mask256 a, const Mask256& b) { return a |= b; }
    bool operator==(const Mask256&) const = default;

    /// Calls `visit(id)` for every member, ascending.
    template <class Visit>
    constexpr void for_each(Visit visit) const {
        for (unsigned word = 0; word < 4; ++word)
            for (std::uint64_t rest = words_[word]; rest != 0;) {
                const auto lead = static_cast<unsigned>(std::countl_zero(rest));
                visit(word * 64 + lead);
                rest &= ~(std::uint64_t{1} << (63 - lead));
            }
    }

    /// "0x" and 64 lower-case hexadecimal digits, no newline.
    std::string text() const;

  private:
    static constexpr std::uint64_t bit(unsigned id) { return std::uint64_t{1} << (63 - id % 64); }
    std::array<std::uint64_t, 4> words_{};
};

} // namespace apsim
