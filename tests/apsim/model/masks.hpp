// SPDX-License-Identifier: LGPL-2.1-or-later
// Writes to apmask and aqmask (kernel-abi 3.2).
#pragma once

#include <string_view>

#include "model/machine.hpp"

namespace apsim {

enum class MaskKind { adapters, domains };

/// Parse, refuse bits an mdev needs (EBUSY), commit, move every queue whose driver no longer fits, send
/// APMASK= or AQMASK=.
Outcome store_mask(Machine&, MaskKind, std::string_view text);

} // namespace apsim
