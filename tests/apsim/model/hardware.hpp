// SPDX-License-Identifier: LGPL-2.1-or-later
// The machine below the kernel: what the LPAR has, whether or not a scan has seen it yet.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/mask256.hpp"

namespace apsim {

enum class Mode : std::uint8_t { accelerator, cca, ep11 };

/// "accel", "cca", "ep11": the value of MODE= in uevents.
constexpr std::string_view mode_name(Mode mode) {
    return mode == Mode::accelerator ? "accel" : mode == Mode::cca ? "cca" : "ep11";
}

/// One Crypto Express adapter.
struct Adapter {
    unsigned type = 14; ///< compatible type, 10 (CEX4) to 14 (CEX8)
    Mode mode = Mode::cca;
    bool configured = true;
    bool checkstopped = false;
    std::string serial; ///< shown by CCA and EP11 cards while the host has a queue of the adapter
    Mask256 missing;    ///< domains in which this adapter has no queue although the cross product says so

    bool operator==(const Adapter&) const = default;
};

/// What PQAP(QCI) tells: the ids the LPAR has.
struct Configuration {
    Mask256 adapters, domains, control;
    bool operator==(const Configuration&) const = default;
};

struct Hardware {
    unsigned max_adapter = 255; ///< highest adapter id, inclusive
    unsigned max_domain = 255;  ///< highest domain id, inclusive
    std::string features = "APSC APXA QACT RC8A";
    Mask256 domains; ///< usage domains
    Mask256 control; ///< control domains
    std::array<std::optional<Adapter>, 256> adapters;

    Configuration configuration() const {
        Configuration config{{}, domains, control};
        for (unsigned id = 0; id < adapters.size(); ++id)
            if (adapters[id]) config.adapters.set(id);
        return config;
    }
};

} // namespace apsim
