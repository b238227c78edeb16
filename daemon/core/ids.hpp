// SPDX-License-Identifier: LGPL-2.1-or-later
// Identities of AP things: adapter (APID), domain (APQI) and queue (APQN = adapter x domain).
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace ap {

/// Adapter id, 0..255. The architecture ends at 255, so an id out of range cannot be written down.
enum class Apid : std::uint8_t {};
/// Domain id (usage or control), 0..255.
enum class Apqi : std::uint8_t {};

constexpr unsigned to_int(Apid id) { return static_cast<unsigned>(id); }
constexpr unsigned to_int(Apqi id) { return static_cast<unsigned>(id); }

/// A queue: one adapter x one domain. Ordered adapter first, as the kernel lists them.
struct Apqn {
    Apid adapter{};
    Apqi domain{};
    friend constexpr auto operator<=>(const Apqn&, const Apqn&) = default;
};

std::string to_string(Apid id);    ///< two lower-case hex digits, as in sysfs' `card03`: "03"
std::string to_string(Apqi id);    ///< four lower-case hex digits: "002f"
std::string to_string(Apqn queue); ///< the kernel's device name: "03.002f"

} // namespace ap
