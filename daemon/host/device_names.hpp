// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's names of AP devices: `card03` and `03.002f`, lower-case hex (kernel-abi section 1).
#pragma once

#include "core/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ap::host {

[[nodiscard]] std::optional<Apid> card_of(std::string_view name);  ///< "card03"
[[nodiscard]] std::optional<Apqn> queue_of(std::string_view name); ///< "03.002f"
[[nodiscard]] std::string card_name(Apid adapter);
/// The device's directory below the root: "sys/devices/ap/card03", ".../03.002f".
[[nodiscard]] std::string card_path(Apid adapter);
[[nodiscard]] std::string queue_path(Apqn queue);

} // namespace ap::host
