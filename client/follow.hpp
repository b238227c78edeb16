// SPDX-License-Identifier: LGPL-2.1-or-later
// Watching a job until it ends, or until nobody wants to wait any longer.
#pragma once

#include "session.hpp"

#include <optional>

namespace ap::cli {

/// The job when it has ended. Fault::timed_out after --wait, Fault::cancelled after Ctrl-C: in both cases the
/// job goes on.
Answer<JobView> follow(Session& session, std::uint32_t id);
/// Why a job that has ended is no success; nothing when it is.
std::optional<Failure> failure_of_job(const JobView& job);
Fault fault_of(std::string_view error_name);

} // namespace ap::cli
