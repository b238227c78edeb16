// SPDX-License-Identifier: LGPL-2.1-or-later
// In what kernels differ, as switches; a kernel version is a value of this type.
#pragma once

#include <string_view>

namespace apsim {

struct Personality {
    std::string_view name;
    bool mask_numbers_wrap; ///< numbers of 2^64 and more in relative masks are taken modulo 2^64 (7.2 refuses
                            ///< them)
    bool in_use_asks_all_ids; ///< a mask write asks vfio_ap about all ids of the other dimension (from 6.19),
                              ///< not those of the other mask
    unsigned depth_offset;    ///< card `depth` is the hardware's value (one less than the depth) plus this
};

inline constexpr Personality linux_6_12{"6.12", true, false, 1};

} // namespace apsim
