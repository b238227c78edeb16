// SPDX-License-Identifier: LGPL-2.1-or-later
// The kernel's rules as far as the engine can meet them. Section numbers are those of the kernel-abi page.
#include "fakes/kernel_manners.hpp"

#include <cerrno>

namespace ap::fakes {
namespace {

QueueSet rectangle_of(const HostState& host) { return QueueSet::rectangle(host.apmask, host.aqmask); }

/// 3.2 step 5: is one of these queues in an mdev?
bool in_an_mdev(const HostState& host, const QueueSet& queues) {
    for (const auto& [uuid, matrix] : host.matrices)
        if (matrix.assigned.queues().intersects(queues)) return true;
    return false;
}

/// 7.1: the whole matrix is checked, not only what is new; the host's claim comes before other mdevs'.
int refusal(const HostState& host, const Uuid& uuid, const Matrix& matrix) {
    const auto others = host.guest & host.overridden; // 5.3: bound, with an override, to a driver that is not a default one
    if ((matrix.queues() - others).intersects(rectangle_of(host))) return EADDRNOTAVAIL;
    for (const auto& [other, active] : host.matrices)
        if (other != uuid && share_a_queue(active.assigned, matrix)) return EADDRINUSE;
    return 0;
}

bool above_maxima(const HostState& host, const Matrix& matrix) {
    for (Apid id : matrix.adapters)
        if (to_int(id) > host.max_adapter) return true;
    for (Apqi id : matrix.domains | matrix.control)
        if (to_int(id) > host.max_domain) return true;
    return false;
}

/// 8.3: a queue that leaves vfio_ap takes its adapter out of the guest; nothing is filtered anew.
void drop_adapters_of(HostState& host, const QueueSet& gone) {
    for (auto& [uuid, matrix] : host.matrices)
        for (Apid adapter : (matrix.effective.queues() & gone).adapters()) matrix.effective.adapters.erase(adapter);
}

/// 8.3: a queue that comes to vfio_ap has its matrix filtered anew.
void refilter_matrices_of(HostState& host, const QueueSet& came) {
    for (auto& [uuid, matrix] : host.matrices)
        if (matrix.assigned.queues().intersects(came)) refilter(host, matrix);
}

void put(const EditMatrix& edit, Matrix& matrix) {
    const auto set = [&](auto& ids, auto id) { edit.assign ? ids.insert(id) : ids.erase(id); };
    switch (edit.what) {
    case EditMatrix::What::adapter: set(matrix.adapters, static_cast<Apid>(edit.id)); break;
    case EditMatrix::What::domain: set(matrix.domains, static_cast<Apqi>(edit.id)); break;
    case EditMatrix::What::control: set(matrix.control, static_cast<Apqi>(edit.id)); break;
    }
}

int assign(HostState& host, const EditMatrix& edit, ActiveMatrix& active) {
    auto wanted = active.assigned;
    put(edit, wanted);
    if (wanted == active.assigned) return 0; // already so, even when it would be refused now
    if (edit.what != EditMatrix::What::control)
        if (const int no = refusal(host, edit.uuid, wanted)) return no;
    active.assigned = wanted;
    if (edit.what == EditMatrix::What::control) active.effective.control = wanted.control & host.host_control;
    else refilter(host, active);
    return 0;
}

} // namespace

void refilter(const HostState& host, ActiveMatrix& matrix) {
    auto& seen = matrix.effective;
    seen.adapters = matrix.assigned.adapters & host.host_adapters;
    seen.domains = matrix.assigned.domains & host.host_domains;
    seen.control = matrix.assigned.control & host.host_control;
    for (Apid adapter : AdapterSet(seen.adapters))
        if (!seen.domains.subset_of(host.guest.row(adapter))) seen.adapters.erase(adapter);
}

void rebind(HostState& host) {
    const auto reserved = rectangle_of(host);
    const auto to_guest = host.host - reserved;
    const auto to_host = (host.present - host.host) & reserved; // unbound ones too, 3.2 at the end
    const auto leave_guest = host.guest & to_host;
    host.host = (host.host - to_guest) | to_host;
    host.guest = (host.guest - leave_guest) | (host.vfio_ap_present ? to_guest : QueueSet{});
    host.offline &= host.host;
    drop_adapters_of(host, leave_guest);
    refilter_matrices_of(host, to_guest);
}

int write_apmask(HostState& host, const AdapterSet& mask) {
    if (!host.overridden.empty() || host.masks_locked) return EINVAL;
    const auto opposite = host.in_use_rule == InUseRule::all_opposite ? DomainSet::all() : host.aqmask;
    if (in_an_mdev(host, QueueSet::rectangle(mask - host.apmask, opposite))) return EBUSY;
    if (mask == host.apmask) return 0;
    host.apmask = mask;
    rebind(host);
    return 0;
}

int write_aqmask(HostState& host, const DomainSet& mask) {
    if (!host.overridden.empty() || host.masks_locked) return EINVAL;
    const auto opposite = host.in_use_rule == InUseRule::all_opposite ? AdapterSet::all() : host.apmask;
    if (in_an_mdev(host, QueueSet::rectangle(opposite, mask - host.aqmask))) return EBUSY;
    if (mask == host.aqmask) return 0;
    host.aqmask = mask;
    rebind(host);
    return 0;
}

int write_probe(HostState& host, Apqn queue) {
    if (!host.present.contains(queue)) return ENODEV;
    if (host.host.contains(queue) || host.guest.contains(queue)) return 0; // bound: nothing happens
    const auto text = binding_of(host, queue).driver_override; // 5.2: an override decides, else the masks
    const bool to_host = text.empty() ? rectangle_of(host).contains(queue) : text == "cex4queue";
    if (to_host) {
        host.host.insert(queue);
        return 0;
    }
    if (!text.empty() && text != "vfio_ap") return 0; // nobody fits, and it counts as done
    if (!host.vfio_ap_present) return 0;
    host.guest.insert(queue);
    QueueSet came;
    came.insert(queue);
    refilter_matrices_of(host, came);
    return 0;
}

int write_override(HostState& host, Apqn queue, const std::string& text) {
    if (!host.has_driver_override || !host.present.contains(queue)) return ENODEV;
    if (host.apmask != AdapterSet::all() || host.aqmask != DomainSet::all()) return EINVAL;
    set_override(host, queue, text);
    return 0;
}

/// 10: never refused, whoever uses the queue.
int write_unbind(HostState& host, Apqn queue, Driver from) {
    auto& drivers = from == Driver::host ? host.host : host.guest;
    if (!drivers.contains(queue)) return ENODEV;
    drivers.erase(queue);
    host.offline &= host.host;
    QueueSet gone;
    gone.insert(queue);
    if (from == Driver::guest) drop_adapters_of(host, gone);
    return 0;
}

int write_create(HostState& host, const Uuid& uuid) {
    if (!host.vfio_ap_present) return ENOENT;
    return host.matrices.try_emplace(uuid).second ? 0 : EEXIST;
}

int write_remove(HostState& host, const Uuid& uuid) { return host.matrices.erase(uuid) == 1 ? 0 : ENOENT; }

int write_ap_config(HostState& host, const Uuid& uuid, const Matrix& matrix) {
    const auto found = host.matrices.find(uuid);
    if (found == host.matrices.end() || !host.has_ap_config) return ENOENT;
    if (const int no = refusal(host, uuid, matrix)) return no;
    if (above_maxima(host, matrix)) return ENODEV;
    found->second.assigned = matrix;
    refilter(host, found->second);
    return 0;
}

int write_edit(HostState& host, const EditMatrix& edit) {
    const auto found = host.matrices.find(edit.uuid);
    if (found == host.matrices.end()) return ENOENT;
    Matrix one;
    auto as_assign = edit;
    as_assign.assign = true;
    put(as_assign, one);
    if (above_maxima(host, one)) return ENODEV;
    if (edit.assign) return assign(host, edit, found->second);
    put(edit, found->second.assigned);
    put(edit, found->second.effective); // 7.2: this bit only, what remains is not filtered anew
    return 0;
}

} // namespace ap::fakes
