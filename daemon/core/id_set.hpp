// SPDX-License-Identifier: LGPL-2.1-or-later
// A set of adapter or domain ids: the 256-bit mask of the AP bus, as a value.
#pragma once

#include "core/ids.hpp"

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace ap {

/// A set of ids 0..255. Sets of adapters and of domains are different types and do not mix.
/// Bit order is the AP bus': id 0 is the leftmost (most significant) bit of the printed mask. It is defined here
/// by shifts on words, never by memory layout, so the same code is right on both byte orders.
template <class Id>
class IdSet {
  public:
    static constexpr unsigned capacity = 256;

    constexpr IdSet() = default;
    constexpr IdSet(std::initializer_list<Id> ids) { for (Id id : ids) insert(id); }
    static constexpr IdSet all() { IdSet s; for (auto& w : s.words_) w = ~std::uint64_t{0}; return s; }

    [[nodiscard]] constexpr bool contains(Id id) const { return (words_[word(id)] & bit(id)) != 0; }
    constexpr void insert(Id id) { words_[word(id)] |= bit(id); }
    constexpr void erase(Id id) { words_[word(id)] &= ~bit(id); }
    [[nodiscard]] constexpr bool empty() const { return (words_[0] | words_[1] | words_[2] | words_[3]) == 0; }
    [[nodiscard]] constexpr unsigned size() const {
        unsigned n = 0;
        for (auto w : words_) n += static_cast<unsigned>(std::popcount(w));
        return n;
    }
    /// How many ids of the set are below `id`.
    [[nodiscard]] constexpr unsigned rank(Id id) const {
        unsigned n = 0;
        for (std::size_t w = 0; w < word(id); ++w) n += static_cast<unsigned>(std::popcount(words_[w]));
        return n + static_cast<unsigned>(std::popcount(words_[word(id)] & ~(bit(id) | (bit(id) - 1))));
    }
    /// Is every id of *this in `other`?
    [[nodiscard]] constexpr bool subset_of(const IdSet& other) const { return (*this - other).empty(); }
    [[nodiscard]] constexpr bool intersects(const IdSet& other) const { return !(*this & other).empty(); }

    constexpr IdSet& operator&=(const IdSet& o) { for (std::size_t i = 0; i < 4; ++i) words_[i] &= o.words_[i]; return *this; }
    constexpr IdSet& operator|=(const IdSet& o) { for (std::size_t i = 0; i < 4; ++i) words_[i] |= o.words_[i]; return *this; }
    constexpr IdSet& operator-=(const IdSet& o) { for (std::size_t i = 0; i < 4; ++i) words_[i] &= ~o.words_[i]; return *this; }
    friend constexpr IdSet operator&(IdSet a, const IdSet& b) { return a &= b; }
    friend constexpr IdSet operator|(IdSet a, const IdSet& b) { return a |= b; }
    friend constexpr IdSet operator-(IdSet a, const IdSet& b) { return a -= b; }
    friend constexpr IdSet operator~(const IdSet& a) { return all() - a; }
    /// Equal sets compare equal; the order is total but has no meaning beyond being the same everywhere.
    friend constexpr auto operator<=>(const IdSet&, const IdSet&) = default;

    /// Iterates over the ids of the set, ascending.
    class iterator {
      public:
        using value_type = Id;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;
        constexpr iterator() = default;
        constexpr iterator(const IdSet* set, unsigned at) : set_(set), at_(set->next(at)) {}
        constexpr Id operator*() const { return static_cast<Id>(at_); }
        constexpr iterator& operator++() { at_ = set_->next(at_ + 1); return *this; }
        constexpr iterator operator++(int) { auto was = *this; ++*this; return was; }
        friend constexpr bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

      private:
        const IdSet* set_ = nullptr;
        unsigned at_ = capacity;
    };
    [[nodiscard]] constexpr iterator begin() const { return iterator(this, 0); }
    [[nodiscard]] constexpr iterator end() const { return iterator(this, capacity); }

  private:
    static constexpr std::size_t word(Id id) { return to_int(id) / 64; }
    static constexpr std::uint64_t bit(Id id) { return std::uint64_t{1} << (63 - to_int(id) % 64); }
    /// Smallest id >= from in the set, or `capacity`.
    [[nodiscard]] constexpr unsigned next(unsigned from) const {
        for (unsigned w = from / 64; w < 4; ++w) {
            auto rest = words_[w];
            if (w == from / 64) rest &= ~std::uint64_t{0} >> (from % 64);
            if (rest != 0) return w * 64 + static_cast<unsigned>(std::countl_zero(rest));
        }
        return capacity;
    }

    std::array<std::uint64_t, 4> words_{};
};

using AdapterSet = IdSet<Apid>;
using DomainSet = IdSet<Apqi>;

static_assert(AdapterSet::all().size() == 256);
static_assert((~AdapterSet{Apid{3}}).size() == 255);
static_assert(DomainSet{Apqi{4}, Apqi{0x47}, Apqi{0x48}}.rank(Apqi{0x48}) == 2);
static_assert(*DomainSet{Apqi{0x47}, Apqi{4}}.begin() == Apqi{4});

} // namespace ap
