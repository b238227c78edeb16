// SPDX-License-Identifier: LGPL-2.1-or-later
// What to read for which kind of change. The rule behind all of it: after any sequence of refreshes the state
// must equal what one full read would give, as far as the kernel announces changes or `silent` asks for what
// it does not.
#include "host/ap_bus_sysfs.hpp"

#include "core/bind_mode.hpp"
#include "core/parse.hpp"
#include "host/adapter_reader.hpp"
#include "host/bus_reader.hpp"
#include "host/device_names.hpp"
#include "host/matrix_reader.hpp"
#include "host/queue_binder.hpp"
#include "host/queue_reader.hpp"

#include <cerrno>

namespace ap::host {
namespace {

std::unexpected<Error> up(Error& error) { return std::unexpected(std::move(error)); }

/// Adapters that got their first queue of the host pool or lost their last: the card's serial number can be
/// asked through such a queue only.
AdapterSet with_other_serial(const HostState& before, const HostState& next) {
    auto had = before.host.adapters();
    auto has = next.host.adapters();
    return (had - has) | (has - had);
}

void forget_adapter(HostState& host, Apid id) {
    host.adapters.erase(id);
    for (auto* set : {&host.present, &host.host, &host.guest, &host.offline, &host.overridden})
        set->set_row(id, {});
    std::erase_if(host.other_overrides, [id](const auto& entry) { return entry.first.adapter == id; });
}

/// All queues of adapters that are configured and not checkstopped; the others' queues are offline whatever is done to them.
QueueSet of_working_adapters(const HostState& host) {
    AdapterSet working;
    for (const auto& [id, adapter] : host.adapters)
        if (adapter.configured && !adapter.checkstopped) working.insert(id);
    return QueueSet::rectangle(working, DomainSet::all());
}

} // namespace

Result<void> ApBusSysfs::refresh(HostState& state, const Dirty& what) {
    if (!what.of_the_kernel().any()) return {};
    use_.begin();
    auto next = what.everything || !state.bus_present ? read_all(state) : update(state, what);
    if (!next) return up(next.error());
    note_lost_overrides(state, *next);
    note_bereft(state, *next);
    state = std::move(*next);
    return {};
}

/// The kernel goes on counting an override whose queue is gone (kernel-abi 5.3). One that is only cleared is no such case, so a queue
/// that came back between two reads is not found out; the mask write that is refused then says what it may be.
void ApBusSysfs::note_lost_overrides(const HostState& before, HostState& next) {
    if (next.bus_present && !before.overridden.subset_of(next.present)) masks_locked_ = true;
    next.masks_locked = masks_locked_;
}

/// False when there is no AP bus.
Result<bool> ApBusSysfs::read_bus(HostState& next, bool configuration) {
    auto there = read_masks(root_, files_, next);
    if (!there || !*there || !configuration) return there;
    if (auto r = read_configuration(files_, next); !r) return up(r.error());
    if (auto r = read_features(files_, next); !r) return up(r.error());
    return true;
}

/// Nobody tells a guest that its mdev was removed; QEMU gives in and goes on without it (kernel-abi 6.2).
void ApBusSysfs::note_bereft(const HostState& before, HostState& next) {
    next.bereft = before.bereft;
    for (const auto& [uuid, matrix] : before.matrices)
        if (matrix.in_use && !next.matrices.contains(uuid)) next.bereft[uuid] = matrix.holder;
    std::erase_if(next.bereft, [&](const auto& entry) {
        const auto again = next.matrices.find(entry.first);
        return (again != next.matrices.end() && again->second.in_use) || !use_.holder_runs(entry.first);
    });
}

Result<HostState> ApBusSysfs::read_all(const HostState& before) {
    HostState next;
    auto there = read_bus(next, true);
    if (!there) return up(there.error());
    if (!*there) return HostState{};
    auto devices = list_devices(root_);
    if (!devices) return up(devices.error());
    next.present = devices->queues;
    for (Apid id : devices->cards) {
        auto adapter = read_adapter(root_, id);
        if (!adapter) return up(adapter.error());
        if (*adapter) next.adapters.emplace(id, std::move(**adapter));
    }
    if (auto r = read_drivers(root_, next); !r) return up(r.error());
    if (auto r = read_online(root_, next.host, next.offline); !r) return up(r.error());
    if (auto r = update_overrides(next, next.present); !r) return up(r.error());
    Dirty all;
    all.everything = all.matrix_list = true;
    if (auto r = update_matrices(next, before, all); !r) return up(r.error());
    return next;
}

Result<HostState> ApBusSysfs::update(const HostState& before, const Dirty& what) {
    HostState next = before;
    auto there = read_bus(next, what.configuration || what.silent);
    if (!there) return up(there.error());
    if (!*there) return HostState{};
    if (auto r = update_adapters(next, what.adapters); !r) return up(r.error());
    auto touched = what.adapters;
    if (what.silent)
        if (auto r = update_health(next, what.adapters, touched); !r) return up(r.error());
    if (what.binding || !touched.empty()) {
        if (auto r = update_queues(next, before, touched); !r) return up(r.error());
        if (auto r = update_adapters(next, with_other_serial(before, next)); !r) return up(r.error());
    }
    if (what.silent && mode_in_use(next) != BindMode::masks) // while masks are in use nobody can write one
        if (auto r = update_overrides(next, next.present); !r) return up(r.error());
    if (auto r = update_matrices(next, before, what); !r) return up(r.error());
    return next;
}

Result<void> ApBusSysfs::update_adapters(HostState& next, const AdapterSet& which) const {
    for (Apid id : which) {
        auto adapter = read_adapter(root_, id);
        if (!adapter) return up(adapter.error());
        auto domains = list_queues(root_, id);
        if (!domains) return up(domains.error());
        if (!*adapter) {
            forget_adapter(next, id);
            continue;
        }
        next.adapters.insert_or_assign(id, std::move(**adapter));
        next.present.set_row(id, *domains);
    }
    return {};
}

Result<void> ApBusSysfs::update_health(HostState& next, const AdapterSet& skip, AdapterSet& changed) const {
    for (auto& [id, adapter] : next.adapters) {
        if (skip.contains(id)) continue;
        auto was = adapter;
        auto there = refresh_health(root_, id, adapter);
        if (!there) return up(there.error());
        // A card that is gone without an event yet is left as it was: the event comes.
        if (!*there) adapter = was;
        // `online` of a queue takes the card's checkstop into account, so its queues are to be read again.
        else if (adapter != was)
            changed.insert(id);
    }
    return {};
}

/// Which attributes may differ: those of queues whose driver changed, of touched adapters, and of queues that
/// were offline. (One that left the host pool and came back between two reads is online again, since a probe
/// makes it so; only for the offline ones does that make a difference, and not while their card is out of order.)
Result<void> ApBusSysfs::update_queues(HostState& next, const HostState& before, const AdapterSet& touched) {
    if (auto r = read_drivers(root_, next); !r) return r;
    auto rows = QueueSet::rectangle(touched, DomainSet::all());
    next.offline &= next.host;
    auto online = (next.host - before.host) | (next.host & rows) | (next.offline & of_working_adapters(next));
    if (auto r = read_online(root_, online, next.offline); !r) return r;
    (next.overridden - next.present).for_each([&](Apqn queue) { set_override(next, queue, ""); });
    auto moved = (next.guest - before.guest) | (before.guest - next.guest) | (next.host - before.host) |
                 (before.host - next.host);
    return update_overrides(next, next.present & (moved | rows));
}

/// Writing an override has no uevent; it shows when the queue then changes its driver, which is what matters, and when `silent` is asked for.
Result<void> ApBusSysfs::update_overrides(HostState& next, const QueueSet& which) {
    // A matter of the kernel's version, so it is asked once.
    if (!have_override_) have_override_ = have_override(root_, next.present);
    next.has_driver_override = have_override_.value_or(next.has_driver_override);
    next.in_use_rule = next.has_driver_override ? InUseRule::all_opposite
                                                : InUseRule::current_opposite; // both came with 6.19
    if (next.has_driver_override)
        if (auto r = read_overrides(root_, which, next); !r) return r;
    return {};
}

/// guest_matrix follows every change of binding and of the host's configuration, without a uevent of its own.
Result<void> ApBusSysfs::update_matrices(HostState& next, const HostState& before, const Dirty& what) {
    auto uuids = what.matrices;
    if (what.matrix_list) {
        auto there = list_mdevs(root_);
        if (!there) return up(there.error());
        std::erase_if(next.matrices, [&](const auto& entry) { return !there->contains(entry.first); });
        for (const Uuid& uuid : *there)
            if (!next.matrices.contains(uuid)) uuids.insert(uuid);
    }
    if (what.everything || what.binding || what.silent || !what.adapters.empty())
        for (const auto& [uuid, matrix] : next.matrices) uuids.insert(uuid);
    for (const Uuid& uuid : uuids)
        if (auto r = read_one(next, before, uuid); !r) return r;
    return {};
}

Result<void> ApBusSysfs::read_one(HostState& next, const HostState& before, const Uuid& uuid) {
    auto was = before.matrices.find(uuid);
    auto matrix = read_mdev(root_, uuid, next, was == before.matrices.end() ? nullptr : &was->second);
    if (!matrix) return up(matrix.error());
    if (!*matrix) {
        next.matrices.erase(uuid);
        return {};
    }
    if (auto r = use_.read(next, uuid, **matrix); !r) return r;
    next.matrices.insert_or_assign(uuid, std::move(**matrix));
    return {};
}

Result<void> ApBusSysfs::set_apmask(const AdapterSet& mask) {
    return write_mask("sys/bus/ap/apmask", to_mask(mask));
}
Result<void> ApBusSysfs::set_aqmask(const DomainSet& mask) {
    return write_mask("sys/bus/ap/aqmask", to_mask(mask));
}

/// Always all 64 digits: a short or empty mask is read by the kernel as "everything to vfio_ap"
/// (kernel-abi 16.1).
Result<void> ApBusSysfs::write_mask(const char* file, const std::string& mask) {
    auto written = root_.write(file, mask + "\n");
    if (!written) {
        auto& error = written.error();
        if (error.errno_value == EBUSY) {
            error.reason += "; queues that the host would get back are in a matrix";
            error.remedy = "see `apctl list matrices`, and take them out first";
        } else if (error.errno_value == EINVAL) {
            error.reason += "; the kernel takes no mask while a queue has a driver_override, nor, until the next boot, after one vanished with it";
            error.remedy = "clear the overrides first, or go on with overrides: apctl convert overrides";
        }
        return written;
    }
    auto now = files_.read(file);
    if (!now) return up(now.error());
    if (*now && without_newline(**now) == mask) return {};
    return std::unexpected(Error{.fault = Fault::kernel_refused,
                                 .subject = root_.full(file),
                                 .reason = "reads " + std::string(without_newline(now->value_or("nothing"))) +
                                           " after " + mask +
                                           " was written; somebody else changes it at the same time",
                                 .remedy = "try again"});
}

Result<void> ApBusSysfs::probe(Apqn queue) {
    return root_.write("sys/bus/ap/drivers_probe", to_string(queue));
}

Result<void> ApBusSysfs::rebind(Apqn queue, const QueueBinding& before, const QueueBinding& after) {
    return rebind_queue(root_, queue, before, after);
}

Result<std::map<Apqn, std::uint64_t>> ApBusSysfs::requests(const QueueSet& queues) {
    return read_requests(root_, files_, queues);
}

Result<QueueSet> ApBusSysfs::in_reset(const QueueSet& with_host, const QueueSet& with_vfio_ap) {
    return read_resets(root_, files_, with_host, with_vfio_ap);
}

} // namespace ap::host
