// SPDX-License-Identifier: LGPL-2.1-or-later
// The host as rows.
#include "core/parse.hpp"
#include "core/source_view.hpp"
#include "dbus/wire.hpp"

#include <fmt/format.h>

namespace ap::dbus {
namespace {

wire::BusInfo bus_info(const HostState& host, BindChoice choice) {
    return {host.bus_present, host.vfio_ap_present, to_string(bind_mode(host, choice)),
            to_mask(host.apmask), to_mask(host.aqmask),
            to_mask(host.host_adapters), to_mask(host.host_domains), to_mask(host.host_control),
            host.max_adapter, host.max_domain,
            host.default_domain ? static_cast<std::int32_t>(to_int(*host.default_domain)) : -1};
}

wire::AdapterRow adapter_row(const HostState& host, Apid id, const Adapter& adapter) {
    return {static_cast<std::uint8_t>(to_int(id)), adapter.hwtype, type_name(adapter), to_string(adapter.mode),
            adapter.online, adapter.configured, adapter.checkstopped, adapter.serial,
            to_mask(host.present.row(id)), to_mask(host.host.row(id)), to_mask(host.guest.row(id)), to_mask(host.offline.row(id))};
}

wire::MatrixRow matrix_row(const engine::Snapshot& snapshot, const Uuid& uuid) {
    const auto defined = snapshot.wanted.definitions.find(uuid);
    const auto active = snapshot.host.matrices.find(uuid);
    const bool is_defined = defined != snapshot.wanted.definitions.end(), is_active = active != snapshot.host.matrices.end();
    const Definition definition = is_defined ? defined->second : Definition{.autostart = false};
    const ActiveMatrix mdev = is_active ? active->second : ActiveMatrix{};
    return {to_string(uuid), definition.name, is_defined, definition.autostart, definition.active, is_active, mdev.in_use, mdev.holder,
            to_wire(definition.matrix), to_wire(mdev.assigned), to_wire(mdev.effective)};
}

std::vector<wire::MatrixRow> matrix_rows(const engine::Snapshot& snapshot) {
    std::vector<wire::MatrixRow> out;
    for (const auto& [uuid, definition] : snapshot.wanted.definitions) out.push_back(matrix_row(snapshot, uuid));
    for (const auto& [uuid, matrix] : snapshot.host.matrices)
        if (!snapshot.wanted.definitions.contains(uuid)) out.push_back(matrix_row(snapshot, uuid));
    return out;
}

std::vector<wire::DrainRow> drain_rows(const Wanted& wanted) {
    std::vector<wire::DrainRow> out;
    for (const auto& [adapter, drain] : wanted.drains) {
        std::vector<wire::DrainShareRow> shares;
        for (const auto& [uuid, share] : drain.matrices) shares.emplace_back(to_string(uuid), share.name, to_list(share.domains), share.gone);
        out.emplace_back(static_cast<std::uint8_t>(to_int(adapter)), to_list(drain.reserved), std::move(shares));
    }
    return out;
}

std::string text_of(const std::optional<Uuid>& uuid) { return uuid ? to_string(*uuid) : ""; }

wire::Guests guest_rows(const GuestMap& guests) {
    std::vector<wire::GuestRow> rows;
    for (const auto& guest : guests.guests)
        rows.emplace_back(guest.name, to_string(guest.uuid), guest.state, guest.running, guest.autostart, text_of(guest.matrix), text_of(guest.next_matrix));
    return {std::move(rows), guests.trouble};
}

std::string name_of(const Wanted& wanted, const Owner& owner) {
    const auto it = wanted.definitions.find(owner.matrix);
    return owner.kind == Owner::Kind::matrix && it != wanted.definitions.end() ? it->second.name : "";
}
std::string uuid_of(const Owner& owner) { return owner.kind == Owner::Kind::matrix ? to_string(owner.matrix) : ""; }

} // namespace

std::string queue_list(const QueueSet& queues) {
    if (queues.empty()) return {};
    // Without a limit the text for people is the list that parse_queues() reads, but for its blanks.
    auto text = describe(queues, 256 * 256);
    std::erase(text, ' ');
    return text;
}

wire::Triple to_wire(const Matrix& matrix) { return {to_list(matrix.adapters), to_list(matrix.domains), to_list(matrix.control)}; }

std::string kind_of(const Owner& owner) {
    switch (owner.kind) {
    case Owner::Kind::absent: return "absent";
    case Owner::Kind::unbound: return "unbound";
    case Owner::Kind::host: return "host";
    case Owner::Kind::pool: return "pool";
    case Owner::Kind::matrix: return "matrix";
    }
    __builtin_unreachable();
}
std::string to_wire(const Owner& owner) { return owner.kind == Owner::Kind::matrix ? to_string(owner.matrix) : kind_of(owner); }

std::vector<wire::DriftRow> to_wire(const std::vector<Drift>& drift) {
    std::vector<wire::DriftRow> out;
    for (const auto& one : drift) out.emplace_back(to_string(one.kind), one.subject, one.text);
    return out;
}

wire::Host to_wire(const engine::Snapshot& snapshot) {
    std::vector<wire::AdapterRow> adapters;
    for (const auto& [id, adapter] : snapshot.host.adapters) adapters.push_back(adapter_row(snapshot.host, id, adapter));
    return {snapshot.generation, bus_info(snapshot.host, snapshot.wanted.binding), std::move(adapters), matrix_rows(snapshot),
            wire::Pools{queue_list(snapshot.wanted.reserved), queue_list(snapshot.wanted.keep)}, to_wire(snapshot.drift),
            drain_rows(snapshot.wanted), guest_rows(snapshot.guests)};
}

wire::QueueRow queue_row(const engine::Snapshot& snapshot, const QueueView& view, Apqn queue) {
    const auto& host = snapshot.host;
    const auto owner = view.owner(queue);
    const auto adapter = host.adapters.find(queue.adapter);
    const bool known = adapter != host.adapters.end();
    const auto matrix = host.matrices.find(owner.matrix);
    const bool held = owner.kind == Owner::Kind::matrix && matrix != host.matrices.end();
    return {to_string(queue), kind_of(owner), uuid_of(owner), name_of(snapshot.wanted, owner), to_string(view.condition(queue)),
            held ? matrix->second.holder : "", known ? type_name(adapter->second) : "", known ? to_string(adapter->second.mode) : ""};
}

wire::Explanation to_wire(const Explanation& e, const Wanted& names) {
    return {to_string(e.queue), kind_of(e.owner), uuid_of(e.owner), name_of(names, e.owner), to_string(e.condition), e.keep, e.reserved, e.sentences};
}

wire::UserRow to_wire(const User& user, const engine::Snapshot& snapshot) {
    const auto defined = snapshot.wanted.definitions.find(user.uuid);
    const auto active = snapshot.host.matrices.find(user.uuid);
    return {to_string(user.uuid), defined != snapshot.wanted.definitions.end() ? defined->second.name : "", user.active, user.in_use,
            active != snapshot.host.matrices.end() ? active->second.holder : "", queue_list(user.queues), queue_list(user.effective)};
}

wire::SourceList source_list(const engine::Snapshot& snapshot) {
    std::vector<wire::SourceRow> rows;
    for (const auto& view : view_sources(snapshot.sources, snapshot.host, snapshot.wanted)) {
        const auto& source = view.source;
        rows.emplace_back(to_string(source.kind), source.file, source.line, asks_for(source), to_string(view.host.stand), view.host.text,
                          to_string(view.wanted.stand), view.wanted.text, view.remedy, source.problem);
    }
    return {to_string(snapshot.policy.policy), snapshot.policy.trouble, std::move(rows)};
}

std::vector<std::string> kernel_features(const HostState& host) {
    std::vector<std::string> out;
    if (host.has_ap_config) out.emplace_back("ap_config");
    if (host.has_guest_matrix) out.emplace_back("guest_matrix");
    if (host.has_driver_override) out.emplace_back("driver_override");
    return out;
}

std::string hostdev_xml(const Uuid& uuid) {
    return fmt::format("<hostdev mode='subsystem' type='mdev' model='vfio-ap'>\n"
                       "  <source>\n"
                       "    <address uuid='{}'/>\n"
                       "  </source>\n"
                       "</hostdev>\n", to_string(uuid));
}

} // namespace ap::dbus
