// SPDX-License-Identifier: LGPL-2.1-or-later
// Random values of the vocabulary for rapidcheck, and how they are shown when a property fails.
#pragma once

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include "core/parse.hpp"
#include "core/uuid.hpp"

#include <ostream>

namespace ap {

inline void showValue(const AdapterSet& set, std::ostream& os) { os << "adapters {" << describe(set) << "}"; }
inline void showValue(const DomainSet& set, std::ostream& os) { os << "domains {" << describe(set) << "}"; }
inline void showValue(const QueueSet& set, std::ostream& os) { os << "queues {" << describe(set, 40) << "}"; }
inline void showValue(const Uuid& uuid, std::ostream& os) { os << to_string(uuid); }

} // namespace ap

namespace rc {

/// Few ids below 8 (so that sets meet), many, whole ranges, or nearly all.
template <class Id>
struct Arbitrary<ap::IdSet<Id>> {
    static Gen<ap::IdSet<Id>> arbitrary() {
        const auto of = [](Gen<std::vector<unsigned>> ids) {
            return gen::map(std::move(ids), [](const std::vector<unsigned>& v) {
                ap::IdSet<Id> out;
                for (auto i : v) out.insert(static_cast<Id>(i));
                return out;
            });
        };
        const auto band = gen::map(gen::pair(gen::inRange(0U, 256U), gen::inRange(0U, 256U)), [](auto ends) {
            ap::IdSet<Id> out;
            for (unsigned i = std::min(ends.first, ends.second); i <= std::max(ends.first, ends.second); ++i)
                out.insert(static_cast<Id>(i));
            return out;
        });
        const auto small = of(gen::container<std::vector<unsigned>>(gen::inRange(0U, 8U)));
        const auto wide = of(gen::container<std::vector<unsigned>>(gen::inRange(0U, 256U)));
        return gen::oneOf(small, wide, band, gen::map(wide, [](const auto& s) { return ~s; }));
    }
};

template <>
struct Arbitrary<ap::QueueSet> {
    static Gen<ap::QueueSet> arbitrary() {
        using Part = std::pair<ap::AdapterSet, ap::DomainSet>;
        return gen::map(gen::container<std::vector<Part>>(gen::arbitrary<Part>()), [](const std::vector<Part>& parts) {
            ap::QueueSet out;
            for (const auto& [adapters, domains] : parts) out.insert(adapters, domains);
            return out;
        });
    }
};

template <>
struct Arbitrary<ap::Uuid> {
    static Gen<ap::Uuid> arbitrary() {
        return gen::map(gen::arbitrary<std::array<std::uint8_t, 16>>(), [](const auto& bytes) { return ap::Uuid{bytes}; });
    }
};

} // namespace rc
