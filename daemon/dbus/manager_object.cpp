// SPDX-License-Identifier: LGPL-2.1-or-later
// The methods of the manager. Reads are answered from the snapshot, whatever the engine is doing.
#include "dbus/manager_object.hpp"

#include "core/parse.hpp"
#include "dbus/answer.hpp"
#include "dbus/wire.hpp"

namespace ap::dbus {
namespace {

using Errors = std::vector<Error>;

} // namespace

ManagerObject::ManagerObject(sdbus::IConnection& connection, engine::Engine& engine, std::string version, ManagerHooks hooks)
    : AdaptorInterfaces(connection, wire::manager_path), engine_(engine), version_(std::move(version)), hooks_(std::move(hooks)),
      view_(manager_view(*engine.snapshot())) {
    registerAdaptor();
}

ManagerObject::~ManagerObject() { unregisterAdaptor(); }

void ManagerObject::update(const engine::Snapshot& snapshot, const std::vector<std::string>& changed) {
    view_ = manager_view(snapshot);
    if (!changed.empty()) getObject().emitPropertiesChangedSignal(Manager_adaptor::INTERFACE_NAME, changed);
}

wire::Host ManagerObject::GetHost() {
    return answer("org.apctl1.Manager.GetHost", getObject(), [this] { return to_wire(*engine_.snapshot()); });
}

std::vector<wire::QueueRow> ManagerObject::ListQueues(const wire::QueueFilter& filter) {
    return answer("org.apctl1.Manager.ListQueues", getObject(), [&] { return list_queues(*engine_.snapshot(), filter); });
}

wire::Explanation ManagerObject::ExplainQueue(const std::string& queue) {
    return answer("org.apctl1.Manager.ExplainQueue", getObject(), [&]() -> ap::Result<wire::Explanation> {
        const auto parsed = parse_apqn(queue);
        if (!parsed) return std::unexpected(parsed.error());
        const auto snapshot = engine_.snapshot();
        return to_wire(explain(snapshot->host, snapshot->wanted, *parsed, snapshot->guests), snapshot->wanted);
    });
}

std::vector<wire::UserRow> ManagerObject::WhoUses(const std::string& what) {
    return answer("org.apctl1.Manager.WhoUses", getObject(), [&]() -> ap::Result<std::vector<wire::UserRow>> {
        const auto queues = queues_asked_for(what);
        if (!queues) return std::unexpected(queues.error());
        const auto snapshot = engine_.snapshot();
        std::vector<wire::UserRow> out;
        for (const auto& user : users_of(snapshot->host, snapshot->wanted, *queues)) out.push_back(to_wire(user, *snapshot));
        return out;
    });
}

wire::Plan ManagerObject::Plan(const std::vector<wire::Wish>& wishes, const wire::Options& options) {
    return answer("org.apctl1.Manager.Plan", getObject(), [&]() -> std::expected<wire::Plan, Errors> {
        const auto read = wishes_from(wishes);
        if (!read) return std::unexpected(read.error());
        const auto how = plan_options_from(options);
        if (!how) return std::unexpected(Errors{how.error()});
        const auto plan = engine_.plan(*read, how->disrupt);
        if (!plan) return std::unexpected(plan.error());
        return to_wire(*plan);
    });
}

sdbus::ObjectPath ManagerObject::Apply(const std::vector<wire::Wish>& wishes, const wire::Options& options) {
    return answer("org.apctl1.Manager.Apply", getObject(), [&](const engine::Requester& who) -> std::expected<sdbus::ObjectPath, Errors> {
        const auto read = wishes_from(wishes);
        if (!read) return std::unexpected(read.error());
        auto how = apply_options_from(options);
        if (!how) return std::unexpected(Errors{how.error()});
        how->said = texts_of(wishes);
        const auto job = engine_.apply(*read, *how, who);
        if (!job) return std::unexpected(job.error());
        return hooks_.show_job(*job);
    });
}

void ManagerObject::Rescan(sdbus::Result<std::uint64_t>&& result) {
    const auto ticket = answer("org.apctl1.Manager.Rescan", getObject(), [this] { return engine_.rescan(); });
    hooks_.await_rescan(ticket, std::move(result));
}

std::vector<wire::HistoryRow> ManagerObject::History(const std::uint32_t& most) {
    return answer("org.apctl1.Manager.History", getObject(), [&] {
        std::vector<wire::HistoryRow> out;
        for (const auto& entry : engine_.history(most)) out.push_back(to_row(entry));
        return out;
    });
}

wire::HistoryEntry ManagerObject::HistoryEntry(const std::uint32_t& job) {
    return answer("org.apctl1.Manager.HistoryEntry", getObject(), [&]() -> ap::Result<wire::HistoryEntry> {
        const auto entry = engine_.history_entry(job);
        if (!entry) return std::unexpected(entry.error());
        return to_wire(*entry);
    });
}

wire::OpenJob ManagerObject::OpenJob() {
    return answer("org.apctl1.Manager.OpenJob", getObject(), [&]() -> ap::Result<wire::OpenJob> {
        const auto snapshot = engine_.snapshot();
        if (snapshot->open_job) return to_wire(*snapshot->open_job);
        return std::unexpected(Error{.fault = Fault::conflict, .subject = "apctld", .reason = "is not degraded: no job is left open"});
    });
}

sdbus::ObjectPath ManagerObject::Recover(const std::string& how) {
    return answer("org.apctl1.Manager.Recover", getObject(), [&](const engine::Requester& who) -> std::expected<sdbus::ObjectPath, Errors> {
        if (auto ok = check_text("how", how); !ok) return std::unexpected(Errors{ok.error()});
        const auto remedy = engine::parse_remedy(how);
        if (!remedy) return std::unexpected(Errors{remedy.error()});
        const auto job = engine_.recover(*remedy, who);
        if (!job) return std::unexpected(job.error());
        return hooks_.show_job(*job);
    });
}

wire::SourceList ManagerObject::GetSources() {
    return answer("org.apctl1.Manager.GetSources", getObject(), [this] { return source_list(*engine_.snapshot()); });
}

std::map<std::string, std::string> ManagerObject::GetPermissions() {
    return answer("org.apctl1.Manager.GetPermissions", getObject(), [](const engine::Requester& who) { return permissions_of(who.uid); });
}

} // namespace ap::dbus
