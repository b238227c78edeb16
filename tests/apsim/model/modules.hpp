// SPDX-License-Identifier: LGPL-2.1-or-later
// Loading and unloading the modules zcrypt_cex4 and vfio_ap (kernel-abi 6, 10 and 11).
#pragma once

#include <string_view>

#include "model/machine.hpp"

namespace apsim {

/// Errors: ENOENT if there is no such module, EEXIST if it is loaded.
Outcome load_module(Machine&, std::string_view name);

/// Errors: ENOENT if no such module is loaded, EAGAIN while a guest holds an mdev of vfio_ap.  Unloading
/// vfio_ap removes all mdevs and may have to wait for resets.
Outcome unload_module(Machine&, std::string_view name);

} // namespace apsim
