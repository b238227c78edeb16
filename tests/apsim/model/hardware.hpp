// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine below the kernel: what the LPAR has, whether or not a scan has seen it yet.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "model/mask256.hpp"

namespace apsim {

enum class Mode : std::uint8_t { accelerator, cca, ep11 };

/// "accel", "cca", "ep11": the value of MODE= in uevents.
constexpr std::string_view mode_name(Mode mode) {
    return mode == Mode::accelerator ? "accel" : mode == Mode::cca ? "cca" : "ep11";
}

/// What a queue answers to an AP instruction.
namespace response {
inline constexpr std::uint8_t normal = 0, invalid = 1, resetting = 2, deconfigured = 3, checkstopped = 4,
                              busy = 5;
inline constexpr std::uint8_t absent = 0xff; ///< in descriptions only: such a queue answers `invalid`
} // namespace response

/// One Crypto Express adapter.
struct Adapter {
    unsigned type =
        14; ///< as the hardware reports it: 10 (CEX4) to 14 (CEX8), or one the kernel must ask about
    Mode mode = Mode::cca;
    std::uint8_t state = response::normal; ///< what all its queues answer
    bool standby =
        false; ///< deconfigured through the service element, which lasts until it is configured again
    Mask256 domains = Mask256::all(); ///< where it has queues, as far as the machine has the domain
    unsigned queue_depth = 8;
    std::optional<unsigned> reset_ms; ///< how long a reset of a queue takes, if not as the machine says
    std::string serial; ///< shown by CCA and EP11 cards while the host has a queue of the adapter

    bool operator==(const Adapter&) const = default;
};

/// The service element configures or deconfigures an adapter.
inline void configure(Adapter& adapter, bool on) {
    adapter.standby = !on;
    if (on && adapter.state == response::deconfigured) adapter.state = response::normal;
}

/// What PQAP(QCI) tells: the ids the LPAR has, and the highest it could have.
struct Configuration {
    Mask256 adapters, domains, control;
    unsigned max_adapter = 0, max_domain = 0;
    bool operator==(const Configuration&) const = default;
};

/// The facilities PQAP(QCI) tells, in the order in which the kernel prints them.
struct Facilities {
    bool apsc = true, apxa = true, qact = true, rc8a = true;
    bool operator==(const Facilities&) const = default;
};

struct Hardware {
    unsigned max_adapter = 255; ///< highest adapter id, inclusive
    unsigned max_domain = 255;  ///< highest domain id, inclusive
    Facilities facilities;
    unsigned reset_ms = 0; ///< how long a reset of a queue takes; 0: no time at all
    Mask256 domains;       ///< usage domains
    Mask256 control;       ///< control domains
    std::array<std::optional<Adapter>, 256> adapters;
    std::map<std::pair<std::uint8_t, std::uint8_t>, std::uint8_t>
        queue_states; ///< exceptions of single queues

    bool operator==(const Hardware&) const = default;

    Configuration configuration() const {
        Configuration config{
            {}, domains, control, facilities.apxa ? max_adapter : 63, facilities.apxa ? max_domain : 15};
        for (unsigned id = 0; id <= max_adapter; ++id)
            if (adapters[id]) config.adapters.set(id);
        return config;
    }

    /// What a queue answers while no reset of it is under way.
    std::uint8_t response(unsigned adapter, unsigned domain) const;

    /// Does any reset take time, or can a queue be in a state that one waits for?
    bool takes_time() const;

    unsigned reset_time(unsigned adapter) const {
        return adapters[adapter] ? adapters[adapter]->reset_ms.value_or(reset_ms) : 0;
    }
};

} // namespace apsim
