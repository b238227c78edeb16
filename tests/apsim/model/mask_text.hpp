// SPDX-License-Identifier: LGPL-2.1-or-later
// What may be written to apmask, aqmask and ap_config, and what it means.
// Written from ap_parse_bitmap_str(), modify_bitmap() and ap_hex2bitmap() as kernel-abi 3.2 restates them.
#pragma once

#include <array>
#include <expected>
#include <string_view>

#include "model/mask256.hpp"
#include "model/personality.hpp"

namespace apsim {

/// A whole mask in hexadecimal, filled from the left; the empty text is the empty mask.  Error: EINVAL.
std::expected<Mask256, int> parse_absolute_mask(std::string_view text);

/// A relative change ("+3,-5-7") of `current`, or a whole mask when the text starts with neither sign. Error:
/// EINVAL.
std::expected<Mask256, int> parse_mask_write(std::string_view text, const Mask256& current,
                                             const Personality& kernel);

/// The three masks of ap_config; only the first 201 bytes count.  Error: EINVAL.
std::expected<std::array<Mask256, 3>, int> parse_ap_config(std::string_view text);

} // namespace apsim
