// SPDX-License-Identifier: LGPL-2.1-or-later
// Takes the daemon's messages apart.
#include "proxy/from_wire.hpp"

#include "proxy/wire_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

using wire::fields;

Mode mode_from(std::string_view text) {
    for (Mode mode : {Mode::accelerator, Mode::cca, Mode::ep11})
        if (text == to_string(mode)) return mode;
    return Mode::unknown;
}

void read_bus(HostView& view, const wire::BusInfo& info, WireReader& read) {
    auto& host = view.host;
    const auto& [bus, vfio_ap, mode, apmask, aqmask, adapters, domains, control, max_adapter, max_domain,
                 default_domain] = fields(info);
    host.bus_present = bus;
    host.vfio_ap_present = vfio_ap;
    view.bind_mode = mode == to_string(BindMode::overrides) ? BindMode::overrides : BindMode::masks;
    host.apmask = read.adapter_mask(apmask);
    host.aqmask = read.domain_mask(aqmask);
    host.host_adapters = read.adapter_mask(adapters);
    host.host_domains = read.domain_mask(domains);
    host.host_control = read.domain_mask(control);
    host.max_adapter = max_adapter;
    host.max_domain = max_domain;
    if (default_domain >= 0 && default_domain <= 255) host.default_domain = static_cast<Apqi>(default_domain);
}

void read_adapter(HostView& view, const wire::AdapterRow& row, WireReader& read) {
    const auto& [number, hwtype, type, mode, online, configured, checkstopped, serial, present, host, guest,
                 offline] = fields(row);
    const auto id = static_cast<Apid>(number);
    view.types[id] = type;
    view.host.adapters[id] = {.hwtype = hwtype,
                              .raw_hwtype = hwtype,
                              .mode = mode_from(mode),
                              .online = online,
                              .configured = configured,
                              .checkstopped = checkstopped,
                              .serial = serial};
    view.host.present.set_row(id, read.domain_mask(present));
    view.host.host.set_row(id, read.domain_mask(host));
    view.host.guest.set_row(id, read.domain_mask(guest));
    view.host.offline.set_row(id, read.domain_mask(offline));
}

void read_matrix(HostView& view, const wire::MatrixRow& row, WireReader& read) {
    const auto& [uuid, name, defined, autostart, wanted, active, in_use, holder, definition, assigned,
                 effective] = fields(row);
    const auto id = read.uuid(uuid);
    if (defined)
        view.wanted.definitions[id] = {
            .name = name, .matrix = read.matrix(definition), .autostart = autostart, .active = wanted};
    if (active)
        view.host.matrices[id] = {.assigned = read.matrix(assigned),
                                  .effective = read.matrix(effective),
                                  .in_use = in_use,
                                  .holder = holder};
}

Result<HostLoss::Kind> loss_kind_from(std::string_view text) {
    using Kind = HostLoss::Kind;
    for (Kind kind : {Kind::accelerator, Kind::cca, Kind::ep11, Kind::default_domain})
        if (text == to_string(kind)) return kind;
    return std::unexpected(Error{Fault::internal, std::string(text), "is no kind of loss", "", 0});
}

void read_drain(HostView& view, const wire::DrainRow& row, WireReader& read) {
    const auto& [adapter, reserved, shares] = fields(row);
    auto& drain = view.wanted.drains[static_cast<Apid>(adapter)];
    drain.reserved = read.domains(reserved);
    for (const auto& share : shares) {
        const auto& [uuid, name, domains, gone] = fields(share);
        drain.matrices[read.uuid(uuid)] = {.name = name, .domains = read.domains(domains), .gone = gone};
    }
}

std::optional<Uuid> uuid_or_none(const std::string& text, WireReader& read) { return text.empty() ? std::nullopt : std::optional(read.uuid(text)); }

Guest read_guest(const wire::GuestRow& row, WireReader& read) {
    const auto& [name, uuid, state, running, autostart, matrix, next_matrix] = fields(row);
    return {.name = name, .uuid = read.uuid(uuid), .state = state, .running = running, .autostart = autostart, .matrix = uuid_or_none(matrix, read),
            .next_matrix = uuid_or_none(next_matrix, read)};
}

MatrixEffectView read_effect(const wire::MatrixEffectRow& row, WireReader& read) {
    const auto& [uuid, name, active_before, active_after, in_use, before, after, effective_before,
                 effective_after, gained, lost, filtered] = fields(row);
    MatrixEffectView out{.uuid = read.uuid(uuid),
                         .name = name,
                         .active_before = active_before,
                         .active_after = active_after,
                         .in_use = in_use,
                         .before = read.matrix(before),
                         .after = read.matrix(after),
                         .effective_before = read.matrix(effective_before),
                         .effective_after = read.matrix(effective_after),
                         .gained = read.queues(gained),
                         .lost = read.queues(lost),
                         .filtered = {}};
    for (const auto& lost_adapter : filtered) {
        const auto& [adapter, missing] = fields(lost_adapter);
        out.filtered.push_back({static_cast<Apid>(adapter), read.queues(missing)});
    }
    return out;
}

/// The property, or nothing when it is missing or of another type.
template <class T>
void read_property(const std::map<std::string, sdbus::Variant>& properties, const char* name, T& into) {
    const auto found = properties.find(name);
    if (found != properties.end() && found->second.containsValueOfType<T>()) into = found->second.get<T>();
}

constexpr std::string_view nobody_there[] = {
    "org.freedesktop.DBus.Error.ServiceUnknown",
    "org.freedesktop.DBus.Error.NameHasNoOwner",
    "org.freedesktop.DBus.Error.NoReply",
    "org.freedesktop.DBus.Error.Disconnected",
    "org.freedesktop.DBus.Error.FileNotFound",
    "org.freedesktop.DBus.Error.NoServer",
    "org.freedesktop.DBus.Error.Timeout",
    "System.Error.ENOTCONN",
    "System.Error.ECONNRESET",
    "System.Error.ENOENT",
    "System.Error.ECONNREFUSED",
    "System.Error.ETIMEDOUT",
    "System.Error.EHOSTUNREACH",
};

bool name_is_systemds(std::string_view name) { return name.starts_with("org.freedesktop.systemd1."); }

bool means_unreachable(std::string_view name) {
    // Everything below Spawn is the bus failing to start the daemon, and below systemd1 the same of systemd: masked, missing, failed.
    return std::ranges::find(nobody_there, name) != std::end(nobody_there) ||
           name.starts_with("org.freedesktop.DBus.Error.Spawn.") || name_is_systemds(name);
}

} // namespace

QueueSet WireReader::queues(const std::string& list) {
    constexpr std::size_t piece = 4000;
    QueueSet out;
    for (std::size_t at = 0; at < list.size();) {
        auto end = list.size() - at <= piece ? list.size() : list.rfind(',', at + piece);
        if (end == std::string::npos || end <= at) end = list.size();
        out |= take(parse_queues(std::string_view(list).substr(at, end - at)));
        at = end + 1;
    }
    return out;
}

Answer<HostView> from_wire(const wire::Host& message) {
    const auto& [generation, bus, adapters, matrices, pools, drift, drains, guests] = message;
    WireReader read;
    HostView out{.generation = generation, .host = {}, .wanted = {}, .types = {}, .drift = from_wire(drift)};
    read_bus(out, bus, read);
    for (const auto& row : adapters) read_adapter(out, row, read);
    for (const auto& row : matrices) read_matrix(out, row, read);
    for (const auto& row : drains) read_drain(out, row, read);
    for (const auto& row : std::get<0>(guests)) out.guests.guests.push_back(read_guest(row, read));
    out.guests.trouble = std::get<1>(guests);
    out.wanted.reserved = read.queues(std::get<0>(pools));
    out.wanted.keep = read.queues(std::get<1>(pools));
    return read.finish(std::move(out));
}

Answer<ExplanationView> from_wire(const wire::Explanation& message) {
    const auto& [queue, owner, uuid, name, condition, keep, reserved, sentences] = fields(message);
    WireReader read;
    ExplanationView out{.queue = read.queue(queue),
                        .owner = owner,
                        .uuid = uuid,
                        .matrix = name,
                        .condition = condition,
                        .keep = keep,
                        .reserved = reserved,
                        .sentences = sentences};
    return read.finish(std::move(out));
}

Answer<std::vector<UserView>> from_wire(const std::vector<wire::UserRow>& rows) {
    WireReader read;
    std::vector<UserView> out;
    for (const auto& row : rows) {
        const auto& [uuid, name, active, in_use, holder, queues, effective] = fields(row);
        out.push_back(
            {read.uuid(uuid), name, active, in_use, holder, read.queues(queues), read.queues(effective)});
    }
    return read.finish(std::move(out));
}

Answer<PlanView> from_wire(const wire::Plan& message) {
    const auto& [generation, digest, steps, owners, matrices, notes, apmask, aqmask, collateral, exact, bound,
                 disrupts, losses, duration] = fields(message);
    WireReader read;
    PlanView out{.generation = generation,
                 .digest = digest,
                 .steps = steps,
                 .owners = {},
                 .matrices = {},
                 .notes = notes,
                 .apmask = read.adapter_mask(apmask),
                 .aqmask = read.domain_mask(aqmask),
                 .collateral = collateral,
                 .exact = exact,
                 .bound = bound,
                 .disrupts = disrupts,
                 .host_losses = {},
                 .duration = {std::get<0>(duration), std::get<1>(duration)}};
    for (const auto& change : owners) {
        const auto& [from, to, queues, number, taken_along] = fields(change);
        out.owners.push_back({from, to, read.queues(queues), taken_along});
    }
    for (const auto& row : matrices) out.matrices.push_back(read_effect(row, read));
    for (const auto& row : losses) {
        const auto& [kind, queues] = fields(row);
        out.host_losses.push_back({read.take(loss_kind_from(kind)), read.queues(queues)});
    }
    return read.finish(std::move(out));
}

std::vector<DriftView> from_wire(const std::vector<wire::DriftRow>& rows) {
    std::vector<DriftView> out;
    for (const auto& row : rows) {
        const auto& [kind, subject, text] = fields(row);
        out.push_back({kind, subject, text});
    }
    return out;
}

HistoryView from_wire(const wire::HistoryRow& row) {
    const auto& [job, begun, ended, uid, pid, unit, state, description, how] = wire::fields(row);
    return {job,  static_cast<std::int64_t>(begun), static_cast<std::int64_t>(ended), uid, pid, unit, state, description,
            how};
}

HistoryEntryView from_wire(const wire::HistoryEntry& entry) {
    const auto& [row, wishes, steps, errors] = wire::fields(entry);
    HistoryEntryView out{from_wire(row), {}, steps, errors};
    for (const auto& wish : wishes) out.wishes.emplace_back(std::get<0>(wish), std::get<1>(wish));
    return out;
}

OpenJobView from_wire(const wire::OpenJob& open) {
    const auto& [job, readable, description, begun, uid, differences, undo, can_finish, finish] =
        wire::fields(open);
    return {job,  readable,   description, static_cast<std::int64_t>(begun), uid, differences, undo,
            can_finish, finish};
}

SourcesView from_wire(const wire::SourceList& list) {
    const auto& [policy, trouble, rows] = list;
    SourcesView out{policy, trouble, {}};
    for (const auto& row : rows) {
        const auto& [kind, file, line, asks, host, host_why, wanted, wanted_why, remedy, problem] = wire::fields(row);
        out.sources.push_back({kind, file, line, asks, host, host_why, wanted, wanted_why, remedy, problem});
    }
    return out;
}

Answer<JobView> job_from_wire(const std::map<std::string, sdbus::Variant>& properties) {
    JobView out;
    wire::Progress progress, queue_progress;
    wire::StartedBy started_by;
    wire::JobError error;
    read_property(properties, "Id", out.id);
    read_property(properties, "Description", out.description);
    read_property(properties, "State", out.state);
    read_property(properties, "WaitingFor", out.waiting_for);
    read_property(properties, "Steps", out.steps);
    read_property(properties, "Progress", progress);
    read_property(properties, "QueueProgress", queue_progress);
    read_property(properties, "Remarks", out.remarks);
    read_property(properties, "StartedBy", started_by);
    read_property(properties, "Error", error);
    std::tie(out.done, out.total) = progress;
    std::tie(out.queues_moved, out.queues_to_move) = queue_progress;
    out.uid = std::get<0>(started_by);
    out.error_name = std::get<0>(error);
    out.message = lines_of(std::get<1>(error));
    if (out.state.empty())
        return fail(Fault::internal, "the daemon sent something unreadable: a job without a state");
    return out;
}

CheckpointView checkpoint_from_wire(const std::map<std::string, sdbus::Variant>& properties) {
    CheckpointView out;
    wire::StartedBy started_by;
    std::uint64_t deadline = 0;
    read_property(properties, "Job", out.job);
    read_property(properties, "Description", out.description);
    read_property(properties, "StartedBy", started_by);
    read_property(properties, "Deadline", deadline);
    read_property(properties, "TimeLeft", out.seconds_left);
    read_property(properties, "Overdue", out.overdue);
    out.uid = std::get<0>(started_by);
    out.deadline = static_cast<std::int64_t>(deadline);
    return out;
}

ServiceView service_from_wire(const std::map<std::string, sdbus::Variant>& properties) {
    ServiceView out;
    read_property(properties, "Version", out.version);
    read_property(properties, "KernelFeatures", out.kernel_features);
    read_property(properties, "BindReason", out.bind_reason);
    read_property(properties, "Settled", out.settled);
    read_property(properties, "Degraded", out.degraded);
    read_property(properties, "DegradedReason", out.degraded_reason);
    read_property(properties, "Problems", out.problems);
    return out;
}

std::vector<std::string> lines_of(std::string_view message) {
    std::vector<std::string> out;
    while (!message.empty()) {
        const auto end = std::min(message.find('\n'), message.size());
        if (end > 0) out.emplace_back(message.substr(0, end));
        message.remove_prefix(std::min(end + 1, message.size()));
    }
    return out;
}

Failure failure_from_wire(std::string_view error_name, std::string_view message) {
    auto lines = lines_of(message);
    for (const auto& row : fault_table())
        if (row.dbus_name == error_name) {
            if (lines.empty()) lines.emplace_back(row.meaning);
            return {row.fault, std::move(lines)};
        }
    if (means_unreachable(error_name))
        return {Fault::unreachable,
                {message.empty() || !name_is_systemds(error_name)
                     ? "the daemon cannot be reached; start it: systemctl start apctld"
                     : fmt::format("the daemon cannot be started: {}", message)}};
    if (error_name == "org.freedesktop.DBus.Error.UnknownObject")
        return {Fault::not_found, {"the daemon does not know it (any more)"}};
    if (error_name == "org.freedesktop.DBus.Error.AccessDenied")
        return {Fault::denied, {fmt::format("the bus refuses: {}", message)}};
    return {Fault::internal, {fmt::format("unexpected answer from the daemon: {}: {}", error_name, message)}};
}

std::vector<wire::Wish> to_wire(const std::vector<WireWish>& wishes) {
    std::vector<wire::Wish> out;
    for (const auto& [verb, arguments] : wishes) out.emplace_back(verb, arguments);
    return out;
}

} // namespace ap::cli
