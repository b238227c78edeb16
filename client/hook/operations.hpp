// SPDX-License-Identifier: LGPL-2.1-or-later
// What the hook does before a guest starts and after it has ended.
#pragma once

#include "core/guest_xml.hpp"
#include "hook/policy.hpp"
#include "hook/taken.hpp"
#include "proxy/proxy.hpp"

namespace ap::hook {

/// Every matrix of the guest is there, is nobody else's, and shows the guest what the policy requires, or the guest must not start: the failure says why. A matrix that is
/// defined and not active is started. Matrices that are about to be complete are waited for.
cli::Answer<void> prepare(cli::Proxy& daemon, const GuestInXml& guest, const Policy& policy, const Taken& taken, cli::Patience until);

/// Stops what prepare started, where the policy says so. Doing it again, or after a prepare that failed, does no harm.
cli::Answer<void> release(cli::Proxy& daemon, const Policy& policy, const Taken& taken, cli::Patience until);

} // namespace ap::hook
