// SPDX-License-Identifier: LGPL-2.1-or-later
// For tests that run inside a mounted apsim and know it: the states of the tables, reached from wherever an
// earlier test left the host, and requests to the control socket.
#pragma once

#include "files.hpp"
#include "scene.hpp"
#include "uevents.hpp"

namespace contract {

/// A request to the control socket as `apsim ctl` takes it.  Throws std::runtime_error when it is refused.
void control(const std::string& words);

/// Puts the host into the state.  The guest of S3 is one by request, not a process.
void enter(State);

/// The last part of the target of a link; empty when there is no such link.
std::string link_name(const std::string& path);

bool exists(const std::string& path);

} // namespace contract
