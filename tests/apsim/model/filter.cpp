// SPDX-License-Identifier: LGPL-2.1-or-later
// Keeping the shadow matrices up to date.
#include "model/filter.hpp"

#include "model/resets.hpp"

namespace apsim {

Mask256 filter_matrix(const Machine& machine, Mdev& mdev) {
    auto& shadow = mdev.shadow;
    const auto before = shadow.adapters;
    shadow.adapters = mdev.matrix.adapters & machine.vfio_seen.adapters;
    shadow.domains = mdev.matrix.domains & machine.vfio_seen.domains;
    auto complete = shadow.adapters;
    shadow.adapters.for_each([&](unsigned adapter) {
        const auto usable = machine.passed_through[adapter].without(machine.unclean[adapter]);
        if (shadow.domains.without(usable).any()) complete.clear(adapter);
    });
    const auto dropped = (shadow.adapters & before).without(complete);
    shadow.adapters = complete;
    return dropped;
}

void filter_and_reset(Machine& machine, Mdev& mdev, Effects& effects) {
    const auto dropped = filter_matrix(machine, mdev);
    Resets resets(machine, effects);
    dropped.for_each([&](unsigned adapter) { resets.begin(adapter, mdev.shadow.domains); });
    resets.wait();
}

void filter_control(const Machine& machine, Mdev& mdev) {
    mdev.shadow.control = mdev.matrix.control & machine.vfio_seen.control;
}

namespace {

bool has_pending(const Mdev& mdev) {
    return mdev.pending.adapters.any() || mdev.pending.domains.any() || mdev.pending.control.any();
}

} // namespace

void queue_joins_vfio(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    const Hold hold(machine, machine.matrix_lock, effects);
    machine.passed_through[adapter].set(domain);
    machine.unclean[adapter].clear(domain);
    auto* mdev = machine.holder(adapter, domain);
    if (mdev != nullptr && !has_pending(*mdev)) filter_and_reset(machine, *mdev, effects);
}

void queue_leaves_vfio(Machine& machine, unsigned adapter, unsigned domain, Effects& effects) {
    const Hold hold(machine, machine.matrix_lock, effects);
    auto* mdev = machine.holder(adapter, domain);
    Resets resets(machine, effects);
    if (mdev != nullptr && mdev->shadow.holds(adapter, domain)) {
        mdev->shadow.adapters.clear(adapter);
        resets.begin(adapter, mdev->shadow.domains);
    } else if (machine.vfio_seen.adapters.test(adapter) && machine.vfio_seen.domains.test(domain)) {
        resets.begin(adapter, domain);
    }
    resets.wait();
    machine.passed_through[adapter].clear(domain);
}

void configuration_changed(Machine& machine, const Configuration& now, Effects& effects) {
    const Hold hold(machine, machine.matrix_lock, effects);
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

void scan_complete(Machine& machine, Effects& effects) {
    const Hold hold(machine, machine.matrix_lock, effects);
    for (auto& [life, mdev] : machine.mdevs) {
        if (!has_pending(mdev)) continue;
        mdev.pending = {};
        filter_and_reset(machine, mdev, effects);
        filter_control(machine, mdev);
    }
}

} // namespace apsim
