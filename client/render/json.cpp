// SPDX-License-Identifier: LGPL-2.1-or-later
// Values to JSON. Numbers stay numbers, queues are named as the kernel names them, sets are lists.
#include "render/json.hpp"

#include "core/parse.hpp"

namespace ap::cli {
namespace {

template <class Id>
Json list_of(const IdSet<Id>& set) {
    auto out = Json::array();
    for (Id id : set) out.push_back(to_int(id));
    return out;
}

Json json_of(const Matrix& matrix) {
    return {{"adapters", numbers(matrix.adapters)},
            {"domains", numbers(matrix.domains)},
            {"control_domains", numbers(matrix.control)}};
}

Json bus_of(const HostView& view) {
    const auto& host = view.host;
    Json out{{"bus_present", host.bus_present},        {"vfio_ap_present", host.vfio_ap_present},
             {"bind_mode", to_string(view.bind_mode)}, {"apmask", to_mask(host.apmask)},
             {"aqmask", to_mask(host.aqmask)},         {"max_adapter", host.max_adapter},
             {"max_domain", host.max_domain},          {"default_domain", nullptr}};
    if (host.default_domain) out["default_domain"] = to_int(*host.default_domain);
    return out;
}

Json json_of(const MatrixEffectView& effect) {
    auto filtered = Json::array();
    for (const auto& row : effect.filtered)
        filtered.push_back({{"adapter", to_int(row.adapter)}, {"missing", names(row.missing)}});
    return {{"uuid", to_string(effect.uuid)},
            {"name", effect.name},
            {"active_before", effect.active_before},
            {"active_after", effect.active_after},
            {"in_use", effect.in_use},
            {"before", json_of(effect.before)},
            {"after", json_of(effect.after)},
            {"effective_before", json_of(effect.effective_before)},
            {"effective_after", json_of(effect.effective_after)},
            {"gained", names(effect.gained)},
            {"lost", names(effect.lost)},
            {"filtered", std::move(filtered)}};
}

Json json_of(const OwnerChangeView& change) {
    return {{"from", change.from},
            {"to", change.to},
            {"queues", names(change.queues)},
            {"collateral", change.collateral}};
}

Json json_of(const HostLoss& loss) {
    return {{"kind", to_string(loss.kind)}, {"queues", names(loss.queues)}};
}

template <class T>
Json list_of(const std::vector<T>& values) {
    auto out = Json::array();
    for (const auto& value : values) out.push_back(json_of(value));
    return out;
}

std::string kind_of(Owner::Kind kind) {
    switch (kind) {
    case Owner::Kind::absent: return "absent";
    case Owner::Kind::unbound: return "unbound";
    case Owner::Kind::host: return "host";
    case Owner::Kind::pool: return "pool";
    case Owner::Kind::matrix: return "matrix";
    }
    return "absent";
}

struct EventJson {
    Json operator()(const Changed& e) const {
        return {{"event", "changed"}, {"generation", e.generation}, {"what", e.what}};
    }
    Json operator()(const DriftChanged& e) const { return {{"event", "drift"}, {"drift", list_of(e.drift)}}; }
    Json operator()(const JobChanged& e) const { return {{"event", "job"}, {"job", json_of(e.job)}}; }
    Json operator()(const CheckpointChanged& e) const {
        return {{"event", "checkpoint"}, {"job", e.job}, {"state", e.what}, {"text", e.text}};
    }
    Json operator()(const ServiceGone&) const { return {{"event", "daemon"}, {"running", false}}; }
    Json operator()(const ServiceBack&) const { return {{"event", "daemon"}, {"running", true}}; }
    Json operator()(const Interrupted&) const { return {{"event", "end"}}; }
};

} // namespace

Json envelope(std::uint64_t generation) { return {{"format", 1}, {"generation", generation}}; }

Json envelope(const HostView& view) {
    auto out = envelope(view.generation);
    out["host"] = bus_of(view);
    return out;
}

std::string print(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}
Json json_of(const Failure& failure) {
    return {{"format", 1},
            {"error",
             {{"name", row_of(failure.fault).name},
              {"exit_status", exit_code(failure)},
              {"reasons", failure.lines}}}};
}

std::string print_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json numbers(const AdapterSet& set) { return list_of(set); }
Json numbers(const DomainSet& set) { return list_of(set); }

Json names(const QueueSet& set) {
    auto out = Json::array();
    set.for_each([&](Apqn q) { out.push_back(to_string(q)); });
    return out;
}

Json json_of(const HostView& view, Apid id) {
    const auto& adapter = view.host.adapters.at(id);
    return {{"adapter", to_int(id)},
            {"name", "card" + to_string(id)},
            {"type", view.types.at(id)},
            {"hardware_type", adapter.hwtype},
            {"mode", to_string(adapter.mode)},
            {"online", adapter.online},
            {"configured", adapter.configured},
            {"checkstopped", adapter.checkstopped},
            {"for_guests", !too_old_for_guests(adapter)},
            {"serial", adapter.serial},
            {"domains", numbers(view.host.present.row(id))},
            {"host_pool", numbers(view.host.host.row(id))},
            {"guest_pool", numbers(view.host.guest.row(id))},
            {"drained", view.wanted.drains.contains(id)}};
}

Json json_of_drains(const Wanted& wanted, const AdapterSet& adapters) {
    auto out = Json::array();
    for (const auto& [adapter, drain] : wanted.drains) {
        if (!adapters.contains(adapter)) continue;
        Json one{{"adapter", to_int(adapter)}, {"reserved", numbers(drain.reserved)}, {"matrices", Json::array()}};
        for (const auto& [uuid, share] : drain.matrices)
            one["matrices"].push_back({{"uuid", to_string(uuid)}, {"name", share.name}, {"domains", numbers(share.domains)}, {"gone", share.gone}});
        out.push_back(std::move(one));
    }
    return out;
}

Json json_of(const HostView& view, const QueueView& queues, Apqn queue) {
    const auto owner = queues.owner(queue);
    const auto condition = queues.condition(queue);
    Json who{{"kind", kind_of(owner.kind)}};
    Json guest = nullptr;
    bool effective = false;
    if (owner.kind == Owner::Kind::matrix) {
        who["uuid"] = to_string(owner.matrix);
        who["name"] = display_name(view.wanted, owner.matrix);
        const auto found = view.host.matrices.find(owner.matrix);
        if (found != view.host.matrices.end()) {
            effective = holds(found->second.effective, queue);
            if (!found->second.holder.empty()) guest = found->second.holder;
        }
    }
    Json out{{"apqn", to_string(queue)},
             {"adapter", to_int(queue.adapter)},
             {"domain", to_int(queue.domain)},
             {"condition", to_string(condition)},
             {"owner", std::move(who)},
             {"guest", std::move(guest)},
             {"effective", effective},
             {"reserved", view.wanted.reserved.contains(queue)},
             {"keep", view.wanted.keep.contains(queue)}};
    if (const auto found = view.host.adapters.find(queue.adapter); found != view.host.adapters.end()) {
        out["type"] = view.types.at(queue.adapter);
        out["mode"] = to_string(found->second.mode);
    }
    return out;
}

Json guest_names(const HostView& view, const Uuid& matrix) {
    auto out = Json::array();
    for (const auto& guest : view.guests.guests)
        if (names(guest, matrix)) out.push_back(guest.name);
    return out;
}

Json json_of_matrix(const HostView& view, const Uuid& uuid) {
    Json out{{"uuid", to_string(uuid)}, {"name", ""},          {"defined", false},    {"autostart", false},
             {"wanted_active", false},  {"active", false},     {"in_use", false},     {"holder", ""},
             {"guests", guest_names(view, uuid)}, {"definition", nullptr},   {"assigned", nullptr}, {"effective", nullptr}};
    if (const auto d = view.wanted.definitions.find(uuid); d != view.wanted.definitions.end()) {
        out["name"] = d->second.name;
        out["defined"] = true;
        out["autostart"] = d->second.autostart;
        out["wanted_active"] = d->second.active;
        out["definition"] = json_of(d->second.matrix);
    }
    if (const auto a = view.host.matrices.find(uuid); a != view.host.matrices.end()) {
        out["active"] = true;
        out["in_use"] = a->second.in_use;
        out["holder"] = a->second.holder;
        out["assigned"] = json_of(a->second.assigned);
        out["effective"] = json_of(a->second.effective);
    }
    return out;
}

Json json_of(const DriftView& drift) {
    return {{"kind", drift.kind}, {"subject", drift.subject}, {"text", drift.text}};
}

Json json_of(const ServiceView& service) {
    return {{"version", service.version},
            {"kernel_features", service.kernel_features},
            {"bind_reason", service.bind_reason},
            {"settled", service.settled},
            {"degraded", service.degraded},
            {"degraded_reason", service.degraded_reason},
            {"problems", service.problems}};
}

Json json_of(const JobView& job) {
    return {{"id", job.id},
            {"description", job.description},
            {"state", job.state},
            {"steps_done", job.done},
            {"steps_total", job.total},
            {"queues_moved", job.queues_moved},
            {"queues_to_move", job.queues_to_move},
            {"waiting_for", job.waiting_for},
            {"uid", job.uid},
            {"steps", job.steps},
            {"error", job.error_name},
            {"message", job.message},
            {"remarks", job.remarks}};
}

Json json_of(const ExplanationView& why) {
    Json owner{{"kind", why.owner}};
    if (!why.uuid.empty()) owner.update({{"uuid", why.uuid}, {"name", why.matrix}});
    return {{"apqn", to_string(why.queue)},       {"adapter", to_int(why.queue.adapter)},
            {"domain", to_int(why.queue.domain)}, {"owner", std::move(owner)},
            {"condition", why.condition},         {"keep", why.keep},
            {"reserved", why.reserved},           {"sentences", why.sentences}};
}

Json json_of(const UserView& user) {
    return {{"uuid", to_string(user.uuid)},
            {"name", user.name},
            {"active", user.active},
            {"in_use", user.in_use},
            {"holder", user.holder},
            {"queues", names(user.queues)},
            {"effective", names(user.effective)}};
}

Json json_of(const HostView& view, const Proposal& proposal) {
    const auto& plan = proposal.plan;
    auto cleared_adapters = numbers(AdapterSet::all() - plan.apmask);
    auto cleared_domains = numbers(DomainSet::all() - plan.aqmask);
    return {{"digest", plan.digest},
            {"steps", plan.steps},
            {"owners", list_of(plan.owners)},
            {"matrices", list_of(plan.matrices)},
            {"notes", plan.notes},
            {"warnings", proposal.warnings},
            {"apmask", to_mask(plan.apmask)},
            {"aqmask", to_mask(plan.aqmask)},
            {"cleared_adapters", std::move(cleared_adapters)},
            {"cleared_domains", std::move(cleared_domains)},
            {"masks_change", view.host.apmask != plan.apmask || view.host.aqmask != plan.aqmask},
            {"collateral", plan.collateral},
            {"exact", plan.exact},
            {"bound", plan.bound},
            {"disrupts", plan.disrupts},
            {"host_losses", list_of(plan.host_losses)},
            {"duration",
             {{"resets", plan.duration.resets}, {"milliseconds", plan.duration.milliseconds}}}};
}

Json json_of(const Grid& grid, const HostView& view) {
    Json out{{"adapters", Json::array()},
             {"domains", Json::array()},
             {"rows", Json::array()},
             {"matrices", Json::array()}};
    for (const auto& column : grid.columns) out["domains"].push_back(to_int(column.first));
    for (const auto& row : grid.rows) {
        out["adapters"].push_back(to_int(row.adapters.first));
        auto cells = Json::array();
        for (const auto& cell : row.cells) {
            Json one{{"condition", to_string(cell.condition)}, {"matrix", nullptr}};
            if (cell.matrix) one["matrix"] = to_string(grid.matrices[*cell.matrix]);
            cells.push_back(std::move(one));
        }
        out["rows"].push_back(
            {{"adapter", to_int(row.adapters.first)}, {"type", row.type}, {"cells", std::move(cells)}});
    }
    for (const auto& uuid : grid.matrices) out["matrices"].push_back(json_of_matrix(view, uuid));
    return out;
}

Json json_of(const Event& event) {
    Json out{{"format", 1}};
    out.update(std::visit(EventJson{}, event));
    return out;
}

} // namespace ap::cli
