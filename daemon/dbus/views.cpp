// SPDX-License-Identifier: LGPL-2.1-or-later
// Properties from snapshots, and their comparison.
#include "dbus/views.hpp"

#include "core/parse.hpp"
#include "dbus/answer.hpp"
#include "dbus/wire.hpp"

namespace ap::dbus {
namespace {

template <class View, class Field>
struct Property { const char* name; Field View::*field; };
template <class View, class Field>
Property(const char*, Field View::*) -> Property<View, Field>;

template <class View, class... Field>
std::vector<std::string> differing(const View& before, const View& after, const Property<View, Field>&... property) {
    std::vector<std::string> out;
    const auto look = [&](const auto& p) { if (before.*p.field != after.*p.field) out.emplace_back(p.name); };
    (look(property), ...);
    return out;
}

} // namespace

ManagerView manager_view(const engine::Snapshot& s) {
    return {.generation = s.generation, .bus_present = s.host.bus_present, .vfio_ap_present = s.host.vfio_ap_present,
            .kernel_features = kernel_features(s.host), .bind_mode = to_string(bind_mode(s.host, s.wanted.binding)),
            .bind_choice = to_string(s.wanted.binding), .bind_reason = why_bind_mode(s.host, s.wanted.binding), .settled = s.settled,
            .degraded = !s.degraded.empty(), .degraded_reason = s.degraded, .problems = s.problems, .drifted = !s.drift.empty()};
}

AdapterView adapter_view(const engine::Snapshot& s, Apid id) {
    const auto& a = s.host.adapters.at(id);
    return {.id = static_cast<std::uint8_t>(to_int(id)), .type = type_name(a), .hardware_type = a.hwtype, .mode = to_string(a.mode),
            .online = a.online, .configured = a.configured, .checkstopped = a.checkstopped, .serial = a.serial,
            .domains = s.host.present.row(id), .host_pool = s.host.host.row(id), .guest_pool = s.host.guest.row(id), .drained = s.wanted.drains.contains(id)};
}

MatrixView matrix_view(const engine::Snapshot& s, const Uuid& uuid) {
    MatrixView out;
    out.uuid = to_string(uuid);
    if (auto it = s.wanted.definitions.find(uuid); it != s.wanted.definitions.end()) {
        const auto& d = it->second;
        out.name = d.name;
        out.defined = true;
        out.autostart = d.autostart;
        out.wanted_active = d.active;
        out.definition = to_wire(d.matrix);
    }
    if (auto it = s.host.matrices.find(uuid); it != s.host.matrices.end()) {
        const auto& m = it->second;
        out.active = true;
        out.in_use = m.in_use;
        out.holder = m.holder;
        out.assigned = to_wire(m.assigned);
        out.effective = to_wire(m.effective);
    }
    for (const auto& guest : s.guests.guests)
        if (names(guest, uuid)) out.guests.push_back(guest.name);
    return out;
}

std::set<Uuid> matrices_of(const engine::Snapshot& s) {
    std::set<Uuid> out;
    for (const auto& [uuid, definition] : s.wanted.definitions) out.insert(uuid);
    for (const auto& [uuid, matrix] : s.host.matrices) out.insert(uuid);
    return out;
}

JobPropertiesView job_view(const engine::JobView& job) {
    wire::JobError error;
    if (!job.errors.empty()) error = {std::string(row_of(job.errors.front().fault).dbus_name), message_of(job.errors)};
    return {.state = to_string(job.state), .progress = {job.steps_done, static_cast<std::uint32_t>(job.steps.size())},
            .queue_progress = {job.queues_moved, job.queues_to_move}, .waiting_for = job.waiting_for, .steps = job.steps, .error = std::move(error),
            .remarks = job.how};
}

CheckpointView checkpoint_view(const engine::Snapshot& s, std::uint32_t job) {
    const auto& waiting = *s.checkpoint;
    return {.job = job, .description = waiting.description, .started_by = {waiting.who.uid, waiting.who.bus_name},
            .deadline = static_cast<std::uint64_t>(waiting.due_by_wall.time_since_epoch().count()), .overdue = waiting.overdue};
}

std::vector<std::string> changed_properties(const ManagerView& before, const ManagerView& after) {
    using V = ManagerView;
    return differing(before, after, Property{"BusPresent", &V::bus_present}, Property{"VfioApPresent", &V::vfio_ap_present},
                     Property{"KernelFeatures", &V::kernel_features}, Property{"BindMode", &V::bind_mode},
                     Property{"BindChoice", &V::bind_choice}, Property{"BindReason", &V::bind_reason},
                     Property{"Settled", &V::settled}, Property{"Degraded", &V::degraded},
                     Property{"DegradedReason", &V::degraded_reason}, Property{"Problems", &V::problems}, Property{"Drifted", &V::drifted});
}

std::vector<std::string> changed_properties(const AdapterView& before, const AdapterView& after) {
    using V = AdapterView;
    return differing(before, after, Property{"Type", &V::type}, Property{"HardwareType", &V::hardware_type}, Property{"Mode", &V::mode},
                     Property{"Online", &V::online}, Property{"Configured", &V::configured}, Property{"Checkstopped", &V::checkstopped},
                     Property{"Serial", &V::serial}, Property{"Domains", &V::domains}, Property{"HostPool", &V::host_pool},
                     Property{"GuestPool", &V::guest_pool}, Property{"Drained", &V::drained});
}

std::vector<std::string> changed_properties(const MatrixView& before, const MatrixView& after) {
    using V = MatrixView;
    return differing(before, after, Property{"Name", &V::name}, Property{"Defined", &V::defined}, Property{"Autostart", &V::autostart},
                     Property{"WantedActive", &V::wanted_active}, Property{"Active", &V::active}, Property{"InUse", &V::in_use},
                     Property{"Holder", &V::holder}, Property{"Guests", &V::guests}, Property{"Definition", &V::definition}, Property{"Assigned", &V::assigned},
                     Property{"Effective", &V::effective});
}

std::vector<std::string> changed_properties(const JobPropertiesView& before, const JobPropertiesView& after) {
    using V = JobPropertiesView;
    return differing(before, after, Property{"State", &V::state}, Property{"Progress", &V::progress},
                     Property{"QueueProgress", &V::queue_progress}, Property{"WaitingFor", &V::waiting_for}, Property{"Steps", &V::steps},
                     Property{"Error", &V::error}, Property{"Remarks", &V::remarks});
}

std::vector<std::string> changed_properties(const CheckpointView& before, const CheckpointView& after) {
    return differing(before, after, Property{"Overdue", &CheckpointView::overdue});
}

} // namespace ap::dbus
