// SPDX-License-Identifier: LGPL-2.1-or-later
// `apsim doctor`: what of a simulated host works on this machine.
#pragma once

namespace apsim {

/// Tries each thing a simulated host needs, prints a line per thing, returns 0 if all is there, else 77.
int doctor();

} // namespace apsim
