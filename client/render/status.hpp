// SPDX-License-Identifier: LGPL-2.1-or-later
// The host on one screen.
#pragma once

#include "proxy/views.hpp"
#include "render/look.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ap::cli {

std::string status_text(const HostView& view, const ServiceView& service, const std::vector<JobView>& jobs,
                        const std::optional<CheckpointView>& waiting, const SourcesView& others,
                        const Look& look);
/// Why there is nothing to show, and what to do; "" when there is an AP bus.
std::string no_bus_text(const HostView& view);

} // namespace ap::cli
