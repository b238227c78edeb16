// SPDX-License-Identifier: LGPL-2.1-or-later
// In what kernels differ, as switches; a kernel version is a value of this type (kernel-abi 0.2).
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace apsim {

struct Personality {
    std::string_view name;
    bool mask_numbers_wrap; ///< numbers of 2^64 and more in relative masks are taken modulo 2^64 (7.2 refuses
                            ///< them)
    bool in_use_asks_all_ids; ///< a mask write asks vfio_ap about all ids of the other dimension (from 6.19),
                              ///< not those of the other mask
    unsigned depth_offset;    ///< card `depth` is the hardware's value (one less than the depth) plus this
    bool ap_config;           ///< mdevs have the file (from 6.10)
    bool matrix_features;     ///< the matrix device has `features` (from 6.12)
    bool driver_override;     ///< queues have the file, and the bus `bindings_complete_count` (from 6.19)
    bool new_messages;        ///< dmesg tells assigning from reserving (from 6.15 and in stable 6.12)
    bool cca_needs_default_domain; ///< for `serialnr` (until 7.0)
    bool slcf; ///< `ap_functions` shows the bit for stateless filtering (from 6.17 and in stable 6.12)
    mode_t parameter_mode; ///< of the module's parameters (readable by all from 7.0)
    bool message_pool;     ///< there is a parameter `msgpool_min_items`
};

// The first two are those of Debian 13 (6.12.107) and upstream 6.8; 6.12 and 7.2 were compared with the
// running kernels.
inline constexpr Personality linux_6_8{"6.8", true,  false, 0,     false, false,
                                       false, false, true,  false, 0440,  false};
inline constexpr Personality linux_6_12{"6.12", true, false, 1,    true, true,
                                        false,  true, true,  true, 0440, false};
inline constexpr Personality linux_6_19{"6.19", true, true, 1,    true, true,
                                        true,   true, true, true, 0440, true};
inline constexpr Personality linux_7_2{"7.2", false, true,  1,    true, true,
                                       true,  true,  false, true, 0444, true};

/// The personality of that name; nothing if there is none.
constexpr std::optional<Personality> personality(std::string_view name) {
    for (const auto& kernel : {linux_6_8, linux_6_12, linux_6_19, linux_7_2})
        if (kernel.name == name) return kernel;
    return std::nullopt;
}

} // namespace apsim
