// SPDX-License-Identifier: LGPL-2.1-or-later
// Who calls, for the history.
#pragma once

#include "engine/job.hpp"

#include <sdbus-c++/sdbus-c++.h>

namespace ap::dbus {

/// The sender of the call that `object` is processing, whose uid is known already.
engine::Requester requester_of(const sdbus::IObject& object, uid_t uid);

} // namespace ap::dbus
