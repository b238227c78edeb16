// SPDX-License-Identifier: LGPL-2.1-or-later
// Hosts, plans and jobs to show.
#pragma once

#include "fake_proxy.hpp"

namespace ap::fakes {

Uuid uuid_of(unsigned last_byte);

/// 16 adapters x 20 domains: two matrices, one of them in use, free queues in the guest pool, and one of
/// everything that can be wrong.
cli::HostView mixed_host();
/// The same hardware before anybody did anything.
cli::HostView fresh_host();
/// 20 adapters x 85 domains with three matrices.
cli::HostView wide_host();
/// No two neighbouring domains are equal, so nothing can be folded.
cli::HostView striped_host();
/// mixed_host() without adapters 4 and 9, which is not there any more: both are drained.
cli::HostView drained_host();
/// A machine without an AP bus.
cli::HostView no_host();

/// `assign web --adapters 3,4 --domains 0x2f` on fresh_host().
cli::PlanView assign_plan();
/// The same for app.
cli::PlanView assign_plan_of_app();
/// web gets domain 0x2e in the running guest, on mixed_host().
cli::PlanView growing_plan();
/// `drain 4` on mixed_host().
cli::PlanView drain_plan();
/// A running guest loses an adapter, another one is hidden.
cli::PlanView disrupting_plan();
/// `start test` on mixed_host(): its guest would not see adapter 12.
cli::PlanView start_plan();
/// Whole adapters move, and the host's own work is hit; the search was cut short; it takes its time.
cli::PlanView big_plan();

/// Nothing to do on mixed_host().
cli::PlanView already_so_plan();

/// One of each kind: agreeing, differing, superseded, not understood.
cli::SourcesView others_beside();

cli::JobView job_in(std::string state);
/// A daemon on mixed_host() with something to say to every question.
FakeProxy talkative();

} // namespace ap::fakes
