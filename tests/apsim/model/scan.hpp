// SPDX-License-Identifier: LGPL-2.1-or-later
// The bus scan: who creates, updates and removes card and queue devices (kernel-abi 3.5).
#pragma once

#include "model/machine.hpp"

namespace apsim {

/// One scan of the bus, as after a write to `scans` or a configuration change of the LPAR.
Outcome run_scan(Machine&);

} // namespace apsim
