// SPDX-License-Identifier: LGPL-2.1-or-later
// A small model of the AP bus and vfio_ap: what each step does to the host (kernel-abi 3.2, 5.2, 7 and 8.3).
#include "core/model.hpp"

#include "core/predictor.hpp"
#include "core/rectangles.hpp"

namespace ap {
namespace {

/// vfio_ap_mdev_filter_matrix: the only way for adapters and domains into the effective matrix.
void filter(const HostState& host, ActiveMatrix& matrix) {
    auto seen = effective_matrix(host, matrix.assigned);
    matrix.effective.adapters = seen.adapters;
    matrix.effective.domains = seen.domains;
}

/// A queue that leaves vfio_ap takes its adapter out of the effective matrix; nothing is filtered anew (kernel-abi 8.3).
void lose_queues(HostState& host, const QueueSet& lost) {
    if (lost.empty()) return;
    for (auto& [uuid, matrix] : host.matrices) {
        const auto seen = matrix.effective.adapters;
        for (Apid a : seen)
            if (lost.row(a).intersects(matrix.effective.domains)) matrix.effective.adapters.erase(a);
    }
}

/// A queue that vfio_ap gets makes it filter the matrix that has it.
void gain_queues(HostState& host, const QueueSet& gained) {
    if (gained.empty()) return;
    for (auto& [uuid, matrix] : host.matrices)
        if (intersects(gained, matrix.assigned)) filter(host, matrix);
}

/// Every queue whose driver no longer fits changes over. An unbound queue counts as bound to a driver without the default
/// flag: any effective mask write binds it if it is reserved, none does if it is not (kernel-abi 3.2).
void set_masks(HostState& host, const AdapterSet& apmask, const DomainSet& aqmask) {
    if (host.apmask == apmask && host.aqmask == aqmask) return;
    host.apmask = apmask;
    host.aqmask = aqmask;
    const auto subject = host.present - host.overridden; // an override beats the masks
    const auto reserved = reserved_by_masks(host) & subject;
    const auto freed = (host.host & subject) - reserved;
    const auto taken = host.guest & reserved;
    host.host = (host.host - freed) | reserved;
    host.guest -= taken;
    if (host.vfio_ap_present) host.guest |= freed;
    host.offline &= host.host;
    lose_queues(host, taken);
    if (host.vfio_ap_present) gain_queues(host, freed);
}

void carry_out(HostState& host, const SetApmask& step) { set_masks(host, step.after, host.aqmask); }
void carry_out(HostState& host, const SetAqmask& step) { set_masks(host, host.apmask, step.after); }

/// The binding rule of kernel-abi 5.2: an override names the driver, else the masks decide.
Driver fitting_driver(const HostState& host, Apqn q) {
    const auto text = binding_of(host, q).driver_override;
    const bool masks_say_host = host.apmask.contains(q.adapter) && host.aqmask.contains(q.domain);
    const bool to_host = text.empty() ? masks_say_host : text == "cex4queue";
    if (to_host) return Driver::host;
    const bool to_guest = text.empty() || text == guest_driver_name;
    return to_guest && host.vfio_ap_present ? Driver::guest : Driver::none;
}

void probe(HostState& host, Apqn q) {
    if (!host.present.contains(q) || host.host.contains(q) || host.guest.contains(q)) return;
    const auto driver = fitting_driver(host, q);
    if (driver == Driver::host) host.host.insert(q);
    if (driver != Driver::guest) return;
    host.guest.insert(q);
    for (auto& [uuid, matrix] : host.matrices)
        if (holds(matrix.assigned, q)) filter(host, matrix);
}

void unbind(HostState& host, Apqn q) {
    host.host.erase(q);
    host.offline.erase(q);
    if (!host.guest.contains(q)) return;
    host.guest.erase(q);
    lose_queues(host, QueueSet::rectangle({q.adapter}, {q.domain}));
}

void carry_out(HostState& host, const ProbeQueue& step) { probe(host, step.queue); }

void carry_out(HostState& host, const RebindQueue& step) {
    if (!host.present.contains(step.queue)) return;
    set_override(host, step.queue, step.after.driver_override);
    if (binding_of(host, step.queue).driver == step.after.driver) return;
    unbind(host, step.queue);
    if (step.after.driver != Driver::none) probe(host, step.queue);
}

void carry_out(HostState& host, const CreateMdev& step) { host.matrices.try_emplace(step.uuid); }
void carry_out(HostState& host, const RemoveMdev& step) { host.matrices.erase(step.uuid); }

void carry_out(HostState& host, const SetMatrix& step) {
    const auto at = host.matrices.find(step.uuid);
    if (at == host.matrices.end()) return;
    at->second.assigned = step.after;
    at->second.effective = effective_matrix(host, step.after);
}

/// Assigning filters the whole matrix; unassigning clears one bit and leaves the rest as stale as it was; assigning what is
/// assigned does nothing at all (kernel-abi 7.1, 7.2).
template <class Id>
void edit(HostState& host, ActiveMatrix& matrix, IdSet<Id> Matrix::*ids, Id id, bool assign) {
    if ((matrix.assigned.*ids).contains(id) == assign) return;
    if (assign) {
        (matrix.assigned.*ids).insert(id);
        filter(host, matrix);
    } else {
        (matrix.assigned.*ids).erase(id);
        (matrix.effective.*ids).erase(id);
    }
}

void carry_out(HostState& host, const EditMatrix& step) {
    const auto at = host.matrices.find(step.uuid);
    if (at == host.matrices.end()) return;
    auto& matrix = at->second;
    switch (step.what) {
    case EditMatrix::What::adapter:
        edit(host, matrix, &Matrix::adapters, static_cast<Apid>(step.id), step.assign);
        break;
    case EditMatrix::What::domain:
        edit(host, matrix, &Matrix::domains, static_cast<Apqi>(step.id), step.assign);
        break;
    case EditMatrix::What::control:
        if (step.assign) matrix.assigned.control.insert(static_cast<Apqi>(step.id));
        else matrix.assigned.control.erase(static_cast<Apqi>(step.id));
        matrix.effective.control = matrix.assigned.control & host.host_control;
        break;
    }
}

void carry_out(HostState&, const SetDefinition&) {}
void carry_out(HostState&, const SetPools&) {}
void carry_out(HostState&, const SetBindChoice&) {}
void carry_out(HostState&, const SetDrain&) {}

} // namespace

void advance(HostState& host, const Step& step) {
    std::visit([&](const auto& one) { carry_out(host, one); }, step);
}

HostState after(const HostState& host, const Step& step) {
    auto out = host;
    advance(out, step);
    return out;
}

} // namespace ap
