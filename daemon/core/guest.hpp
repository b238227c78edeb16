// SPDX-License-Identifier: LGPL-2.1-or-later
// A guest of libvirt, as far as it concerns AP.
#pragma once

#include "core/uuid.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ap {

/// A domain of libvirt whose XML names a matrix.
struct Guest {
    std::string name;
    Uuid uuid{};
    std::string state{};    ///< in libvirt's words: "running", "paused", "shut off", …
    bool running = false;   ///< it has a process, so that `matrix` is open
    bool autostart = false; ///< libvirt starts it with the machine
    std::optional<Uuid> matrix{};      ///< that it has now: in its live XML
    std::optional<Uuid> next_matrix{}; ///< that it has from its next start on: in its persistent XML
    friend bool operator==(const Guest&, const Guest&) = default;
};

/// What is known of guests. While libvirt is away it is what was known last.
struct GuestMap {
    std::vector<Guest> guests; ///< by name
    std::string trouble{};     ///< why nobody knows better at the moment, for people; empty while libvirt answers
    friend bool operator==(const GuestMap&, const GuestMap&) = default;
};

/// Whether it has the matrix, or will have it when it is started next.
[[nodiscard]] inline bool names(const Guest& guest, const Uuid& matrix) { return guest.matrix == matrix || guest.next_matrix == matrix; }
/// The running guest that has the matrix; nullptr when none is known.
[[nodiscard]] inline const Guest* guest_with(const GuestMap& map, const Uuid& matrix) {
    for (const auto& guest : map.guests)
        if (guest.running && guest.matrix == matrix) return &guest;
    return nullptr;
}

} // namespace ap
