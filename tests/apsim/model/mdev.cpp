// SPDX-License-Identifier: LGPL-2.1-or-later
// Mediated devices come and go.
#include "model/mdev.hpp"

#include <algorithm>
#include <cerrno>

#include <fmt/format.h>

#include "model/kernel_text.hpp"
#include "model/names.hpp"
#include "model/resets.hpp"

namespace apsim {

namespace {

/// The lower-case form of a UUID in 8-4-4-4-12 form, or nothing.
std::optional<std::string> parse_uuid(std::string_view text) {
    std::string uuid(text.substr(0, 36));
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (hyphen ? uuid[i] != '-' : hex_digit(uuid[i]) < 0) return std::nullopt;
        if (uuid[i] >= 'A' && uuid[i] <= 'F') uuid[i] = static_cast<char>(uuid[i] - 'A' + 'a');
    }
    return uuid;
}

/// The lowest number no mdev has, as the kernel's id allocators give it.
unsigned take_group(Machine& machine) {
    if (machine.free_groups.empty()) return machine.next_group++;
    return machine.free_groups.extract(machine.free_groups.begin()).value();
}

Uevent mdev_event(const Mdev& mdev, std::string_view action) {
    return {action, mdev_path(mdev), "mdev", mdev_keys(mdev)};
}

Uevent vfio_dev_event(const Mdev& mdev, std::string_view action) {
    return {action, fmt::format("{}/vfio-dev/vfio{}", mdev_path(mdev), mdev.group), "vfio-dev", {}};
}

Uevent vfio_group_event(const Mdev& mdev, std::string_view action) {
    return {action, fmt::format("/devices/virtual/vfio/{}", mdev.group), "vfio", vfio_group_keys(mdev.group)};
}

/// The files vfio_ap_mdev gives its devices; `remove` and `uevent` are not among them.
constexpr std::string_view driver_files[] = {
    "ap_config",    "assign_adapter", "assign_control_domain", "assign_domain",   "control_domains",
    "guest_matrix", "matrix",         "unassign_adapter",      "unassign_domain", "unassign_control_domain"};

/// The device and its group are there before the driver has its list of mdevs to itself; the files come last.
void attach(Machine& machine, Mdev& mdev, Effects& effects) {
    mdev.bound = mdev.probing = true;
    for (auto file : {"driver", "vfio-dev", "iommu_group"}) effects.added(mdev_node(mdev), file);
    effects.added(fixed(Dir::mdev_driver), mdev.uuid);
    effects.added(fixed(Dir::iommu_groups), fmt::to_string(mdev.group));
    effects.added(fixed(Dir::virtual_vfio), fmt::to_string(mdev.group));
    effects.added(fixed(Dir::class_vfio), fmt::to_string(mdev.group));
    effects.added(fixed(Dir::class_vfio_dev), fmt::format("vfio{}", mdev.group));
    effects.uevents.push_back(vfio_group_event(mdev, "add"));
    effects.uevents.push_back(vfio_dev_event(mdev, "add"));
    effects.messages.push_back(
        fmt::format("vfio_ap_mdev {}: Adding to iommu group {}", mdev.uuid, mdev.group));
    { const Hold hold(machine, machine.matrix_lock, effects); }
    mdev.probing = false;
    for (auto file : driver_files) effects.added(mdev_node(mdev), std::string(file));
    effects.uevents.push_back(mdev_event(mdev, "bind"));
}

/// The first half of detaching, which happens whether or not a guest has the mdev open.
void hide(Mdev& mdev, Effects& effects) {
    for (auto file : driver_files) effects.removed(mdev_node(mdev), std::string(file));
    for (auto file : {"driver", "vfio-dev"}) effects.removed(mdev_node(mdev), file);
    effects.removed(fixed(Dir::class_vfio_dev), fmt::format("vfio{}", mdev.group));
    effects.removed(fixed(Dir::mdev_driver), mdev.uuid);
    effects.uevents.push_back(vfio_dev_event(mdev, "remove"));
}

/// The second half.
void drop_group(Mdev& mdev, Effects& effects) {
    effects.removed(mdev_node(mdev), "iommu_group");
    effects.removed(fixed(Dir::iommu_groups), fmt::to_string(mdev.group));
    effects.removed(fixed(Dir::virtual_vfio), fmt::to_string(mdev.group));
    effects.removed(fixed(Dir::class_vfio), fmt::to_string(mdev.group));
    effects.uevents.push_back(vfio_group_event(mdev, "remove"));
    effects.messages.push_back(
        fmt::format("vfio_ap_mdev {}: Removing from iommu group {}", mdev.uuid, mdev.group));
}

/// Requires: the matrix lock.
void reset_linked_queues(Machine& machine, const Mdev& mdev, Effects& effects) {
    Resets resets(machine, effects);
    mdev.matrix.adapters.for_each([&](unsigned adapter) { resets.begin(adapter, mdev.matrix.domains); });
    resets.wait();
}

/// The removal begins, whoever else is busy with the device.
void condemn(Mdev& mdev, Effects& effects) {
    mdev.condemned = true;
    for (auto file : {"remove", "mdev_type"}) effects.removed(mdev_node(mdev), file);
    effects.removed(fixed(Dir::passthrough_devices), mdev.uuid);
}

/// From here on nothing but the directory itself is left of an mdev under removal.
void unlink_device(const Mdev& mdev, Effects& effects) {
    for (auto file : {"uevent", "subsystem"}) effects.removed(mdev_node(mdev), file);
    effects.removed(fixed(Dir::bus_mdev_devices), mdev.uuid);
}

void erase(Machine& machine, Mdev& mdev, Effects& effects) {
    effects.removed(fixed(Dir::matrix), mdev.uuid);
    effects.uevents.push_back(mdev_event(mdev, "remove"));
    machine.free_groups.insert(mdev.group);
    machine.mdev_lives.erase(mdev.uuid);
    machine.mdevs.erase(mdev.life);
}

/// Detaches the driver.  A guest is asked to let go, and waited for; then the queues are given back.
void detach(Machine& machine, Mdev& mdev, Effects& effects) {
    mdev.leaving = true;
    hide(mdev, effects);
    if (mdev.guest)
        effects.messages.push_back(
            fmt::format("vfio_ap_mdev {}: Relaying device request to user (#0)", mdev.uuid));
    while (mdev.guest) machine.waiting->pause(effects, std::nullopt);
    drop_group(mdev, effects);
    {
        const Hold hold(machine, machine.matrix_lock, effects);
        reset_linked_queues(machine, mdev, effects);
        mdev.matrix = mdev.shadow = mdev.pending = {};
    }
    mdev.bound = mdev.leaving = false;
    effects.uevents.push_back(mdev_event(mdev, "unbind"));
}

} // namespace

Outcome store_create(Machine& machine, std::string_view text) {
    if (text.size() < 36 || text.size() > 37) return refused(EINVAL);
    const auto uuid = parse_uuid(text);
    if (!uuid) return refused(EINVAL);
    if (machine.find_mdev(*uuid) != nullptr) return refused(EEXIST);
    if (machine.mdevs.size() >= max_mdevs) return refused(EUSERS);
    auto& mdev = machine.mdevs[machine.next_life];
    mdev.life = machine.next_life++;
    mdev.uuid = *uuid;
    mdev.group = take_group(machine);
    mdev.max_adapter = machine.vfio_seen.max_adapter;
    mdev.max_domain = machine.vfio_seen.max_domain;
    machine.mdev_lives.emplace(mdev.uuid, mdev.life);
    Outcome outcome;
    auto& effects = outcome.effects;
    effects.added(fixed(Dir::matrix), mdev.uuid);
    effects.added(fixed(Dir::bus_mdev_devices), mdev.uuid);
    effects.uevents.push_back(mdev_event(mdev, "add"));
    attach(machine, mdev, effects);
    effects.added(mdev_node(mdev), "mdev_type");
    effects.added(fixed(Dir::passthrough_devices), mdev.uuid);
    return outcome;
}

Outcome store_remove(Machine& machine, std::uint32_t life, std::string_view text) {
    const auto value = kstrtoul(text);
    if (!value) return refused(EINVAL);
    auto* mdev = machine.mdev(life);
    if (mdev == nullptr) return refused(ENODEV);
    Outcome outcome;
    if (*value == 0) return outcome;
    if (mdev->condemned || mdev->probing) return refused(EAGAIN);
    condemn(*mdev, outcome.effects);
    while (mdev->leaving)
        machine.waiting->pause(outcome.effects, std::nullopt); // its driver is being unbound
    remove_mdev(machine, *mdev, outcome.effects);
    return outcome;
}

void remove_mdev(Machine& machine, Mdev& mdev, Effects& effects) {
    if (!mdev.condemned) condemn(mdev, effects);
    mdev.removing = true;
    unlink_device(mdev, effects);
    if (mdev.bound) detach(machine, mdev, effects);
    erase(machine, mdev, effects);
}

Outcome store_mdev_unbind(Machine& machine, std::string_view text) {
    auto* mdev = machine.find_mdev(device_name(text));
    if (mdev == nullptr || !mdev->bound || mdev->removing) return refused(ENODEV);
    Outcome outcome;
    if (!mdev->leaving) {
        detach(machine, *mdev, outcome.effects);
        return outcome;
    }
    // Somebody else unbinds it: this one waits, and then finds nothing to do.
    const auto life = mdev->life;
    while ((mdev = machine.mdev(life)) != nullptr && mdev->leaving)
        machine.waiting->pause(outcome.effects, std::nullopt);
    return outcome;
}

/// The kernel looks for another user of the group first (run 6.12: EBUSY also while a removal waits for it).
Outcome group_open(Machine& machine, std::uint32_t life, GroupUser user) {
    auto* mdev = machine.mdev(life);
    if (mdev == nullptr) return refused(ENODEV);
    if (mdev->group_open) return refused(EBUSY);
    if (!mdev->bound || mdev->leaving) return refused(ENODEV);
    mdev->group_open = true;
    mdev->holder = user.process;
    Outcome outcome;
    if (user.guest.empty()) return outcome;
    const Hold hold(machine, machine.matrix_lock, outcome.effects);
    mdev->guest = std::move(user.guest);
    return outcome;
}

Outcome group_close(Machine& machine, std::uint32_t life) {
    auto* mdev = machine.mdev(life);
    if (mdev == nullptr) return {}; // removed while the group was open without a guest
    Outcome outcome;
    if (mdev->guest) {
        const Hold hold(machine, machine.matrix_lock, outcome.effects);
        reset_linked_queues(machine, *mdev, outcome.effects);
        mdev->guest.reset();
    }
    mdev->group_open = false;
    mdev->holder = 0;
    return outcome;
}

Outcome guest_open(Machine& machine, std::string_view uuid, std::string guest) {
    auto* mdev = machine.find_mdev(uuid);
    if (mdev == nullptr) return refused(ENOENT);
    return group_open(machine, mdev->life, {0, std::move(guest)});
}

Outcome guest_close(Machine& machine, std::string_view uuid) {
    auto* mdev = machine.find_mdev(uuid);
    if (mdev == nullptr) return refused(ENOENT);
    if (!mdev->group_open) return refused(EINVAL);
    if (mdev->holder != 0) return refused(EBUSY);
    return group_close(machine, mdev->life);
}

} // namespace apsim
