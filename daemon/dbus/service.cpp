// SPDX-License-Identifier: LGPL-2.1-or-later
// From notices to objects and signals.
#include "dbus/service.hpp"

#include "dbus/answer.hpp"
#include "dbus/wire.hpp"

#include <algorithm>
#include <set>

namespace ap::dbus {
namespace {

/// Adds, removes and updates objects as `changes` says.
template <class Id, class Object, class Make, class View>
void follow(std::map<Id, Object>& objects, const ObjectChanges<Id>& changes, Make make, View view) {
    for (const auto& id : changes.removed) objects.erase(id);
    for (const auto& id : changes.added) make(id);
    for (const auto& [id, names] : changes.changed) objects.at(id).update(view(id), names);
}

} // namespace

Service::Service(sdbus::IConnection& connection, engine::Engine& engine, std::string version)
    : connection_(connection), engine_(engine),
      manager_(connection, engine, std::move(version),
               {.show_job = [this](const engine::JobView& job) { return show(job); },
                .await_rescan = [this](std::uint64_t ticket, sdbus::Result<std::uint64_t>&& reply) {
                    rescans_.emplace(ticket, PendingRescan{std::move(reply), engine::Clock::now() + rescan_patience});
                }}),
      shown_(std::make_shared<const engine::Snapshot>()) {
    on(engine::SnapshotPublished{shown_, engine.snapshot()});
    for (const auto& job : engine.jobs()) show(job);
}

void Service::handle(const engine::Notice& notice) {
    std::visit([this](const auto& event) { on(event); }, notice);
}

void Service::on(const engine::SnapshotPublished& published) {
    // Compared with what the bus was told, not with published.before: the service may have been made in between.
    if (published.after->generation <= shown_->generation) return;
    const auto before = std::exchange(shown_, published.after);
    const auto& now = *shown_;
    const auto changes = diff(*before, now);
    follow(adapters_, changes.adapters,
           [&](Apid id) { adapters_.try_emplace(id, connection_, adapter_view(now, id)); },
           [&](Apid id) { return adapter_view(now, id); });
    follow(matrices_, changes.matrices,
           [&](const Uuid& id) { matrices_.try_emplace(id, connection_, id, matrix_view(now, id)); },
           [&](const Uuid& id) { return matrix_view(now, id); });
    const auto show_job = [this](const engine::JobView& job) { return show(job); };
    follow(checkpoints_, changes.checkpoints,
           [&](std::uint32_t job) { checkpoints_.try_emplace(job, connection_, engine_, checkpoint_view(now, job), show_job); },
           [&](std::uint32_t job) { return checkpoint_view(now, job); });
    manager_.update(now, changes.manager);
    if (!changes.what.empty()) manager_.emitChanged(now.generation, changes.what); // Settled alone is told as a property
    if (changes.drift) manager_.emitDriftChanged(to_wire(now.drift));
    for (const auto& trial : changes.trials) manager_.emitCheckpointChanged(trial.job, trial.what, trial.text);
}

void Service::on(const engine::JobChanged& changed) {
    show(changed.job);
    if (engine::ended(changed.job.state)) forget_old_jobs();
}

void Service::on(const engine::RescanDone& done) {
    const auto pending = rescans_.extract(done.ticket);
    if (pending.empty()) return; // it came too late, the caller was told
    if (done.generation) pending.mapped().reply.returnResults(*done.generation);
    else pending.mapped().reply.returnError(to_bus_error({done.generation.error()}));
}

sdbus::ObjectPath Service::show(const engine::JobView& job) {
    const auto cancel = [this](std::uint32_t id) { return engine_.cancel(id); };
    if (auto [it, added] = jobs_.try_emplace(job.id, connection_, job, cancel); !added) it->second.update(job);
    return JobObject::path_of(job.id);
}

void Service::forget_old_jobs() {
    std::set<std::uint32_t> known;
    for (const auto& job : engine_.jobs()) known.insert(job.id);
    std::erase_if(jobs_, [&known](const auto& entry) { return !known.contains(entry.first); });
}

bool Service::busy() const {
    return !rescans_.empty() || std::ranges::any_of(jobs_, [](const auto& entry) { return !entry.second.ended(); });
}

void Service::look_at_clock(engine::Clock::time_point now) {
    engine_.look_at_clock(now);
    std::erase_if(rescans_, [now](const auto& entry) {
        const auto& [reply, deadline] = entry.second;
        if (deadline > now) return false;
        reply.returnError(to_bus_error({{.fault = Fault::timed_out, .subject = "rescan",
                                         .reason = "the host was not read within 20 s; a write is stuck in the kernel",
                                         .remedy = "the jobs say which one"}}));
        return true;
    });
}

} // namespace ap::dbus
