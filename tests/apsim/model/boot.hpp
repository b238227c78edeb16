// SPDX-License-Identifier: LGPL-2.1-or-later
// How a simulated kernel is started: which one it is, with which parameters, and which modules it then loads.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "model/personality.hpp"

namespace apsim {

struct Boot {
    Personality kernel = linux_6_12;
    std::optional<std::string> apmask, aqmask; ///< ap.apmask= and ap.aqmask= as given
    int domain = -1;                           ///< ap.domain=
    bool poll_thread = false;                  ///< ap.poll_thread=
    bool use_interrupts = true;                ///< ap.useirq=
    bool zcrypt_cex4 = true;                   ///< load this module
    bool vfio_ap = true;                       ///< load this module
};

/// That kernel without parameters and with all modules.
inline Boot boot_of(const Personality& kernel) {
    Boot boot;
    boot.kernel = kernel;
    return boot;
}

/// Takes kernel parameters such as "ap.apmask=-3 ap.domain=5" into `boot`.  What does not start with "ap." is
/// none of ours and is ignored, as the kernel does.  Error: one line.
std::expected<void, std::string> take_kernel_parameters(Boot& boot, std::string_view text);

/// Takes a list of modules to load, such as "zcrypt_cex4,vfio_ap"; "none" is none.  Error: one line.
std::expected<void, std::string> take_modules(Boot& boot, std::string_view list);

} // namespace apsim
