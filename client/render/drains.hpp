// SPDX-License-Identifier: LGPL-2.1-or-later
// Drained adapters: what comes back to whom.
#pragma once

#include "proxy/views.hpp"
#include "render/look.hpp"

#include <string>

namespace ap::cli {

/// All of them, a line each; "" when none is.
std::string drains_text(const HostView& view, const Look& look);
/// One of them in full; "" when it is not drained.
std::string drain_text(const HostView& view, Apid id, const Look& look);
/// What this matrix gets back; "" when nothing.
std::string drained_from_text(const HostView& view, const Uuid& uuid, const Look& look);

} // namespace ap::cli
