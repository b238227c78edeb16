// SPDX-License-Identifier: LGPL-2.1-or-later
// Namespaces of the simulated host: mounts and network, and users when the caller is not root.
#pragma once

#include "run/result.hpp"

namespace apsim {

/// Moves the calling, single-threaded process into new namespaces, with mounts that do not propagate and the
/// loopback interface up.  Without root the caller becomes root of a user namespace of its own.
Done<void> enter_namespaces();

/// Writes a text to a file that exists, in one write.
Done<void> write_file(const std::string& path, std::string_view text);

} // namespace apsim
