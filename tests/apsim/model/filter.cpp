// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeping the shadow matrices up to date.
#include "model/filter.hpp"

namespace apsim {

void filter_matrix(const Machine& machine, Mdev& mdev) {
    auto& shadow = mdev.shadow;
    shadow.adapters = mdev.matrix.adapters & machine.vfio_seen.adapters;
    shadow.domains = mdev.matrix.domains & machine.vfio_seen.domains;
    auto complete = shadow.adapters;
    shadow.adapters.for_each([&](unsigned adapter) {
        if (shadow.domains.without(machine.passed_through[adapter]).any()) complete.clear(adapter);
    });
    shadow.adapters = complete;
}

void filter_control(const Machine& machine, Mdev& mdev) {
    mdev.shadow.control = mdev.matrix.control & machine.vfio_seen.control;
}

namespace {

bool has_pending(const Mdev& mdev) {
    return mdev.pending.adapters.any() || mdev.pending.domains.any() || mdev.pending.control.any();
}

} // namespace

void queue_joined_vfio(Machine& machine, unsigned adapter, unsigned domain) {
    auto* mdev = machine.holder(adapter, domain);
    if (mdev != nullptr && !has_pending(*mdev)) filter_matrix(machine, *mdev);
}

void queue_left_vfio(Machine& machine, unsigned adapter, unsigned domain) {
    auto* mdev = machine.holder(adapter, domain);
    if (mdev != nullptr && mdev->shadow.holds(adapter, domain)) mdev->shadow.adapters.clear(adapter);
}

void configuration_changed(Machine& machine, const Configuration& now) {
    const auto& old = machine.vfio_seen;
    for (auto& [life, mdev] : machine.mdevs) {
        mdev.shadow.adapters &= now.adapters | ~old.adapters;
        mdev.shadow.domains &= now.domains | ~old.domains;
        // Control domains that went stay in the shadow: the driver applies the wrong mask operation
        // (kernel-abi 8.3, F6).
        mdev.pending.adapters = mdev.matrix.adapters & now.adapters.without(old.adapters);
        mdev.pending.domains = mdev.matrix.domains & now.domains.without(old.domains);
        mdev.pending.control = mdev.matrix.control & now.control.without(old.control);
    }
    machine.vfio_seen = now;
}

void scan_complete(Machine& machine) {
    for (auto& [life, mdev] : machine.mdevs) {
        if (!has_pending(mdev)) continue;
        mdev.pending = {};
        filter_matrix(machine, mdev);
        filter_control(machine, mdev);
    }
}

} // namespace apsim
