// SPDX-License-Identifier: LGPL-2.1-or-later
// Who calls: what the bus and /proc tell.
#pragma once

#include "engine/job.hpp"

#include <sdbus-c++/sdbus-c++.h>

namespace ap::dbus {

/// The sender of the call that `object` is processing. Throws sdbus::Error where the bus knows it no longer. Loop thread only.
/// One round trip to the bus daemon, which answers from memory and waits for nobody; asked only for what changes something, and once for each sender.
/// The uid is the *effective* one, which the bus took from the socket: the real one would be read from /proc by pid, and pids are reused. Nothing is decided by pid and unit,
/// since the process may be gone and its number another's: they are for people who ask later who it was.
engine::Requester requester_of(const sdbus::IObject& object);

} // namespace ap::dbus
