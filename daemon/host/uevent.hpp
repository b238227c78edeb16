// SPDX-License-Identifier: LGPL-2.1-or-later
// What a uevent says about what wants reading again (kernel-abi section 11). Pure.
#pragma once

#include "ports/device_events.hpp"

#include <string_view>

namespace ap::host {

/// The keys of a uevent that matter; views of text that lives elsewhere, "" for a key that is not there.
struct Uevent {
    std::string_view action; ///< "add", "bind", "change", ...
    std::string_view subsystem;
    std::string_view devpath;  ///< "/devices/ap/card03/03.0004"
    std::string_view driver{}; ///< "vfio_ap": of an event that tells of a device that has one
    bool initial_scan = false; ///< INITSCAN=done
};

/// Subsystems to listen to. `bus` and `drivers`: the AP bus and vfio_ap may be modules that come and go.
inline constexpr const char* interesting_subsystems[] = {"ap",       "matrix", "mdev",
                                                         "vfio-dev", "bus",    "drivers"};

[[nodiscard]] Dirty dirt_of(const Uevent& event);
/// A queue that came to a driver is added to `arrivals`.
void count_arrival(const Uevent& event, Arrivals& arrivals);

} // namespace ap::host
