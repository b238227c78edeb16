// SPDX-License-Identifier: LGPL-2.1-or-later
// Farewells on a bus that may be gone.
#pragma once

#include <sdbus-c++/sdbus-c++.h>

namespace ap::dbus {

/// For destructors and for the end of the process: when the bus is lost there is nobody left to tell, and whoever uses the connection
/// next learns of the loss.
template <class Fn>
void quietly(Fn&& fn) noexcept {
    try {
        fn();
    } catch (const sdbus::Error&) {
    }
}

} // namespace ap::dbus
