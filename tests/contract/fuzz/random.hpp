// SPDX-License-Identifier: LGPL-2.1-or-later
// Random numbers that are the same for a seed on every machine, which the distributions of <random> are not.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <iterator>

namespace contract {

class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /// 0 to limit - 1.
    unsigned below(unsigned limit) { return static_cast<unsigned>((next() >> 32) * limit >> 32); }

    /// True in so many of a hundred cases.
    bool percent(unsigned chance) { return below(100) < chance; }

    template <class Container>
    auto pick(const Container& choices) {
        return *std::next(std::begin(choices), below(static_cast<unsigned>(std::size(choices))));
    }

    template <class T>
    T one_of(std::initializer_list<T> choices) {
        return pick(choices);
    }

  private:
    /// splitmix64.
    std::uint64_t next() {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
        z = (z ^ z >> 27) * 0x94d049bb133111eb;
        return z ^ z >> 31;
    }

    std::uint64_t state_;
};

} // namespace contract
