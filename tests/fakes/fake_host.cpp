// SPDX-License-Identifier: LGPL-2.1-or-later
// The ports of an AP host in memory.
#include "fakes/fake_host.hpp"

#include "fakes/kernel_manners.hpp"

#include <cstring>

namespace ap::fakes {
namespace {

void read_overrides(const HostState& from, HostState& to, const std::function<bool(Apqn)>& which) {
    to.masks_locked = from.masks_locked;
    (from.overridden | to.overridden).for_each([&](Apqn queue) {
        if (which(queue)) set_override(to, queue, binding_of(from, queue).driver_override);
    });
}

void read_adapter(const HostState& from, HostState& to, Apid adapter) {
    to.adapters.erase(adapter);
    if (const auto found = from.adapters.find(adapter); found != from.adapters.end()) to.adapters.insert(*found);
    to.present.set_row(adapter, from.present.row(adapter));
    to.host.set_row(adapter, from.host.row(adapter));
    to.guest.set_row(adapter, from.guest.row(adapter));
    to.offline.set_row(adapter, from.offline.row(adapter));
    read_overrides(from, to, [adapter](Apqn queue) { return queue.adapter == adapter; });
}

void read_binding(const HostState& from, HostState& to) {
    to.vfio_ap_present = from.vfio_ap_present;
    to.apmask = from.apmask;
    to.aqmask = from.aqmask;
    to.present = from.present;
    to.offline = from.offline;
    // Writing an override has no event: it is read where the queue has changed its driver.
    const auto moved = (from.host - to.host) | (to.host - from.host) | (from.guest - to.guest) | (to.guest - from.guest);
    to.host = from.host;
    to.guest = from.guest;
    read_overrides(from, to, [&](Apqn queue) { return moved.contains(queue) || !from.present.contains(queue); });
}

void read_matrix(const HostState& from, HostState& to, const Uuid& uuid) {
    to.matrices.erase(uuid);
    if (const auto found = from.matrices.find(uuid); found != from.matrices.end()) to.matrices.insert(*found);
}

void read_matrix_list(const HostState& from, HostState& to) {
    std::erase_if(to.matrices, [&](const auto& m) { return !from.matrices.contains(m.first); });
    to.matrices.insert(from.matrices.begin(), from.matrices.end()); // keeps those that are known as they are known
}

void read_silent(const HostState& from, HostState& to) {
    read_overrides(from, to, [](Apqn) { return true; });
    for (auto& [id, adapter] : to.adapters)
        if (const auto found = from.adapters.find(id); found != from.adapters.end()) adapter.checkstopped = found->second.checkstopped;
    for (auto& [uuid, matrix] : to.matrices)
        if (const auto found = from.matrices.find(uuid); found != from.matrices.end()) {
            matrix.effective = found->second.effective;
            matrix.in_use = found->second.in_use;
            matrix.holder = found->second.holder;
        }
}

/// Only what was asked for becomes fresh: who forgets to ask keeps seeing the old.
void read_parts(const HostState& from, HostState& to, const Dirty& what) {
    if (what.everything) {
        to = from;
        return;
    }
    if (what.binding) read_binding(from, to);
    for (Apid adapter : what.adapters) read_adapter(from, to, adapter);
    if (what.matrix_list) read_matrix_list(from, to);
    for (const auto& uuid : what.matrices) read_matrix(from, to, uuid);
    if (what.silent) read_silent(from, to);
}

Error refused(const std::string& name, int errno_value) {
    return {Fault::kernel_refused, name, std::strerror(errno_value), "", errno_value};
}
Error io_error(const std::string& name, int errno_value) {
    return {Fault::host_io, name, std::strerror(errno_value), "", errno_value};
}

} // namespace

HostState FakeHost::state() const {
    std::lock_guard lock(mutex_);
    return host_;
}

void FakeHost::masks_are_locked() {
    std::lock_guard lock(mutex_);
    host_.masks_locked = true;
}

void FakeHost::change(const std::function<void(HostState&)>& how) {
    std::lock_guard lock(mutex_);
    how(host_);
}

void FakeHost::change_masks(const AdapterSet& apmask, const DomainSet& aqmask) {
    change([&](HostState& host) {
        host.apmask = apmask;
        host.aqmask = aqmask;
        fakes::rebind(host);
    });
}

Result<void> FakeHost::refresh(HostState& state, const Dirty& what) {
    if (const auto failure = gate_.enter("refresh")) return std::unexpected(io_error("refresh", failure->errno_value));
    std::lock_guard lock(mutex_);
    read_parts(host_, state, what);
    return {};
}

Result<void> FakeHost::call(const std::string& name, const std::function<int(HostState&)>& write) {
    const auto failure = gate_.enter(name);
    if (failure && !failure->took_effect) return std::unexpected(refused(name, failure->errno_value));
    std::lock_guard lock(mutex_);
    if (const int no = write(host_)) return std::unexpected(refused(name, no));
    if (look_) look_(host_);
    if (failure) return std::unexpected(io_error(name, failure->errno_value));
    return {};
}

void FakeHost::watch(std::function<void(const HostState&)> look) {
    std::lock_guard lock(mutex_);
    look_ = std::move(look);
}

Result<void> FakeHost::set_apmask(const AdapterSet& mask) {
    return call("set_apmask", [&](HostState& host) { return write_apmask(host, mask); });
}
Result<void> FakeHost::set_aqmask(const DomainSet& mask) {
    return call("set_aqmask", [&](HostState& host) { return write_aqmask(host, mask); });
}
Result<void> FakeHost::probe(Apqn queue) {
    return call("probe", [&](HostState& host) { return write_probe(host, queue); });
}
/// Three writes, each of which can fail or be the last before the end.
Result<void> FakeHost::rebind(Apqn queue, const QueueBinding& before, const QueueBinding& after) {
    const auto is = binding_of(state(), queue);
    if (is.driver_override != before.driver_override && is.driver_override != after.driver_override)
        return std::unexpected(Error{Fault::foreign_owner, "driver_override", "somebody else has set it", "", 0});
    if (is.driver_override != after.driver_override)
        if (auto r = call("set_override", [&](HostState& host) { return write_override(host, queue, after.driver_override); }); !r) return r;
    if (is.driver == after.driver) return {};
    if (is.driver != Driver::none)
        if (auto r = call("unbind", [&](HostState& host) { return write_unbind(host, queue, is.driver); }); !r) return r;
    if (after.driver == Driver::none) return {};
    if (auto r = probe(queue); !r) return r;
    if (binding_of(state(), queue).driver == after.driver) return {};
    return std::unexpected(Error{Fault::kernel_refused, "probe", "it is not bound where it was to be", "", 0});
}
void FakeHost::set_requests(Apqn queue, std::uint64_t number) {
    std::lock_guard lock(mutex_);
    requests_[queue] = number;
}
void FakeHost::set_in_reset(const QueueSet& queues) {
    std::lock_guard lock(mutex_);
    in_reset_ = queues;
}
Result<std::map<Apqn, std::uint64_t>> FakeHost::requests(const QueueSet& queues) {
    if (const auto failure = gate_.enter("requests")) return std::unexpected(io_error("requests", failure->errno_value));
    std::lock_guard lock(mutex_);
    std::erase_if(requests_, [&](const auto& entry) { return entry.second == 0 || !host_.host.contains(entry.first); });
    auto out = requests_;
    std::erase_if(out, [&](const auto& entry) { return !queues.contains(entry.first); });
    return out;
}
Result<QueueSet> FakeHost::in_reset(const QueueSet& with_host, const QueueSet& with_vfio_ap) {
    if (const auto failure = gate_.enter("in_reset")) return std::unexpected(io_error("in_reset", failure->errno_value));
    std::lock_guard lock(mutex_);
    return in_reset_ & ((with_host & host_.host) | (with_vfio_ap & host_.guest));
}
Result<void> FakeHost::create(const Uuid& uuid) {
    return call("create", [&](HostState& host) { return write_create(host, uuid); });
}
Result<void> FakeHost::remove(const Uuid& uuid) {
    const auto now = state();
    const auto found = now.matrices.find(uuid);
    const bool open = found != now.matrices.end() && found->second.in_use;
    if (!open) return call("remove", [&](HostState& host) { return write_remove(host, uuid); });
    gate_.enter("remove"); // counted, but the file is never written
    return std::unexpected(Error{Fault::in_use, "mdev", "somebody has it open", "", 0});
}
Result<void> FakeHost::set_matrix(const Uuid& uuid, const Matrix& matrix) {
    return call("set_matrix", [&](HostState& host) { return write_ap_config(host, uuid, matrix); });
}
Result<void> FakeHost::edit_matrix(const EditMatrix& edit) {
    return call("edit_matrix", [&](HostState& host) { return write_edit(host, edit); });
}

HostState small_host(const AdapterSet& adapters, const DomainSet& domains) {
    HostState host;
    host.bus_present = host.vfio_ap_present = host.has_ap_config = true;
    host.host_adapters = adapters;
    host.host_domains = host.host_control = domains;
    for (Apid id : adapters) host.adapters[id] = Adapter{.hwtype = 14, .raw_hwtype = 14, .mode = Mode::cca, .online = true, .serial = {}};
    host.present = host.host = QueueSet::rectangle(adapters, domains);
    return host;
}

} // namespace ap::fakes
