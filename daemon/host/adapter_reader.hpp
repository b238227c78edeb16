// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads adapters: which cards exist, and the attributes of one (kernel-abi section 4).
#pragma once

#include "core/host_state.hpp"
#include "host/sysfs.hpp"

#include <optional>

namespace ap::host {

/// Every attribute we show. nullopt when the card is gone. The serial number is asked of the card itself
/// through one of the host's queues, so this can take as long as a request does.
[[nodiscard]] Result<std::optional<Adapter>> read_adapter(const Directory& root, Apid id);
/// Only what changes without a uevent (checkstop, and with it online); false when the card is gone.
[[nodiscard]] Result<bool> refresh_health(const Directory& root, Apid id, Adapter& adapter);

} // namespace ap::host
