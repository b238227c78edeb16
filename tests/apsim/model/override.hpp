// SPDX-License-Identifier: LGPL-2.1-or-later
// driver_override of queues (kernel-abi 5.3).
#pragma once

#include <string>
#include <string_view>

#include "model/machine.hpp"

namespace apsim {

/// The name, or an empty text if there is none.
std::string override_of(const Machine&, unsigned adapter, unsigned domain);

/// A write to driver_override: refused (EINVAL) while masks are in use; what is stored is neither checked nor
/// does it move the queue.
Outcome store_override(Machine&, unsigned adapter, unsigned domain, std::string_view text);

} // namespace apsim
