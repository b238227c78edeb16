// SPDX-License-Identifier: LGPL-2.1-or-later
// libvirt's part of a change, after the daemon's.
#pragma once

#include "guests.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace ap::cli {

/// What libvirt refused, and what became of the job.
struct NotAttached {
    Failure failure;
    bool taken_back = false;
};

/// Puts matrices into the guests that are to have them. `job` has just made them (nullopt: they were so already); it is taken back when libvirt refuses.
std::optional<NotAttached> attach_guests(Session& session, const std::vector<NamedGuest>& guests, std::optional<std::uint32_t> job);

} // namespace ap::cli
