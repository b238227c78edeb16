// SPDX-License-Identifier: LGPL-2.1-or-later
// What the kernel does to a host on each kind of write: 0 and the change, or the errno and no change.
#pragma once

#include "core/plan.hpp"

namespace ap::fakes {

int write_apmask(HostState& host, const AdapterSet& mask);
int write_aqmask(HostState& host, const DomainSet& mask);
int write_probe(HostState& host, Apqn queue);
int write_override(HostState& host, Apqn queue, const std::string& text);
int write_unbind(HostState& host, Apqn queue, Driver from);
int write_create(HostState& host, const Uuid& uuid);
int write_remove(HostState& host, const Uuid& uuid);
int write_ap_config(HostState& host, const Uuid& uuid, const Matrix& matrix);
int write_edit(HostState& host, const EditMatrix& edit);

/// Binds queues where the masks say (kernel-abi 3.2 step 7); matrices that gain or lose queues change what their guests see.
void rebind(HostState& host);
/// The filter of kernel-abi 8.2.
void refilter(const HostState& host, ActiveMatrix& matrix);

} // namespace ap::fakes
