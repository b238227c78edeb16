// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables.
#include "render/lists.hpp"

#include "core/explainer.hpp"
#include "core/parse.hpp"
#include "render/condition.hpp"
#include "render/guest_list.hpp"
#include "render/section.hpp"
#include "render/table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

constexpr unsigned room_for_uuids = 120;

TableCell hardware_state(const Adapter& adapter) {
    if (adapter.checkstopped) return {"checkstop", Ink::red};
    if (!adapter.configured) return {"deconfigured", Ink::red};
    if (too_old_for_guests(adapter)) return {"too old", Ink::yellow};
    return adapter.online ? TableCell{"online"} : TableCell{"offline", Ink::yellow};
}

TableCell adapter_state(const HostView& view, Apid id) {
    auto state = hardware_state(view.host.adapters.at(id));
    if (!view.wanted.drains.contains(id)) return state;
    return {state.text + ", drained", state.ink == Ink::plain ? Ink::yellow : state.ink};
}

std::string number(unsigned n) { return std::to_string(n); }

/// The matrix that has the queue, and its guest; "" for none.
struct Holder {
    std::string matrix, guest;
};

Holder holder_of(const HostView& view, const Owner& owner) {
    if (owner.kind != Owner::Kind::matrix) return {};
    const auto found = view.host.matrices.find(owner.matrix);
    return {harmless(display_name(view.wanted, owner.matrix)),
            found == view.host.matrices.end() ? "" : harmless(found->second.holder)};
}

std::string wishes_about(const Wanted& wanted, Apqn queue) {
    if (wanted.keep.contains(queue)) return "keep";
    return wanted.reserved.contains(queue) ? "reserved" : "";
}

std::string start_of(const HostView& view, const Uuid& uuid) {
    const auto found = view.wanted.definitions.find(uuid);
    if (found == view.wanted.definitions.end()) return "undefined";
    return found->second.autostart ? "auto" : "manual";
}

Ink ink_of_matrix(const HostView& view, const Uuid& uuid) {
    const auto active = view.host.matrices.find(uuid);
    if (active == view.host.matrices.end()) return Ink::dim;
    return active->second.in_use ? Ink::green : Ink::blue;
}

std::string control_of(const Matrix& matrix) {
    return matrix.control == matrix.domains && !matrix.control.empty() ? "same" : describe(matrix.control);
}

Ink ink_of_job(const JobView& job) {
    if (job.state == "done") return Ink::green;
    if (!job.ended()) return Ink::bold;
    return job.state == "cancelled" ? Ink::yellow : Ink::red;
}

} // namespace

std::string adapters_text(const HostView& view, const Look& look) {
    Table table({"adapter", "type", "mode", "state", "queues", "host", "guests", "serial"});
    for (const auto& [id, adapter] : view.host.adapters)
        table.add({to_string(id), view.types.at(id), to_string(adapter.mode), adapter_state(view, id),
                   number(view.host.present.row(id).size()), number(view.host.host.row(id).size()),
                   number(view.host.guest.row(id).size()), harmless(adapter.serial)});
    for (const auto& [id, drain] : view.wanted.drains)
        if (!view.host.adapters.contains(id)) table.add({to_string(id), "", "", {"absent, drained", Ink::yellow}, "", "", "", ""});
    return table.empty() ? "no adapters\n" : table.text(look);
}

std::string queues_text(const HostView& view, const std::vector<Apqn>& queues, const Look& look) {
    Table table({"queue", "type", "condition", "wish", "matrix", "guest"});
    const QueueView seen(view.host);
    for (Apqn queue : queues) {
        const auto condition = seen.condition(queue);
        const auto type = view.types.find(queue.adapter);
        const auto holder = holder_of(view, seen.owner(queue));
        table.add({to_string(queue),
                   type == view.types.end() ? "" : type->second,
                   {to_string(condition), look_of(condition).word},
                   wishes_about(view.wanted, queue),
                   holder.matrix,
                   holder.guest});
    }
    return table.empty() ? "no queues\n" : table.text(look);
}

std::vector<Uuid> all_matrices(const HostView& view) {
    std::vector<Uuid> out;
    for (const auto& [uuid, definition] : view.wanted.definitions) out.push_back(uuid);
    for (const auto& [uuid, matrix] : view.host.matrices)
        if (!view.wanted.definitions.contains(uuid)) out.push_back(uuid);
    std::ranges::sort(out, {},
                      [&](const Uuid& uuid) { return std::pair(display_name(view.wanted, uuid), uuid); });
    return out;
}

const Matrix& present_matrix(const HostView& view, const Uuid& uuid) {
    const auto active = view.host.matrices.find(uuid);
    return active != view.host.matrices.end() ? active->second.assigned
                                              : view.wanted.definitions.at(uuid).matrix;
}

std::string matrix_state(const HostView& view, const Uuid& uuid) {
    const auto active = view.host.matrices.find(uuid);
    if (active == view.host.matrices.end()) return "defined";
    if (!active->second.in_use) return "active";
    return active->second.holder.empty() ? "in use" : "in use by " + harmless(active->second.holder);
}

std::string matrices_text(const HostView& view, const Look& look) {
    const bool wide = look.width >= room_for_uuids;
    Table table(
        wide ? std::vector<std::string>{"matrix", "uuid", "state", "start", "adapters", "control", "domains"}
             : std::vector<std::string>{"matrix", "state", "start", "adapters", "control", "domains"});
    for (const auto& uuid : all_matrices(view)) {
        const auto& matrix = present_matrix(view, uuid);
        std::vector<TableCell> row{harmless(display_name(view.wanted, uuid)),
                                   {matrix_state(view, uuid), ink_of_matrix(view, uuid)},
                                   start_of(view, uuid),
                                   describe(matrix.adapters),
                                   control_of(matrix),
                                   describe(matrix.domains)};
        if (wide) row.insert(row.begin() + 1, to_string(uuid));
        table.add(std::move(row));
    }
    return table.empty() ? "no matrices\n" : table.text(look);
}

std::string job_state(const JobView& job) {
    const bool counting = (job.state == "running" || job.state == "undoing") && job.total > 0;
    if (counting)
        return fmt::format("{}, {} of {} steps{}", job.state, job.done, job.total,
                           job.queues_to_move == 0 ? ""
                                                   : fmt::format(", {} of {} queues", job.queues_moved, job.queues_to_move));
    if (job.state == "waiting") return "waiting: " + harmless(job.waiting_for);
    return job.message.empty() ? job.state : fmt::format("{}: {}", job.state, harmless(job.message.front()));
}

std::string remarks_text(const JobView& job, const Look& look) {
    return job.remarks.empty() ? "" : fact("Note", harmless(job.remarks), look);
}

std::string jobs_text(const std::vector<JobView>& jobs, const Look& look) {
    Table table({"job", "what", "state"});
    for (const auto& job : jobs)
        table.add({number(job.id), harmless(job.description), {job_state(job), ink_of_job(job)}});
    return table.empty() ? "no jobs\n" : table.text(look);
}

std::string users_text(const HostView& view, const std::vector<UserView>& users, const Look& look) {
    Table table({"matrix", "state", "guests", "has", "its guest sees"});
    for (const auto& user : users) {
        auto state = !user.active          ? "defined"
                     : !user.in_use        ? "active"
                     : user.holder.empty() ? "in use"
                                           : "in use by " + harmless(user.holder);
        table.add({user.name.empty() ? to_string(user.uuid) : harmless(user.name), std::move(state),
                   guests_in_words(view, user.uuid), describe(user.queues), user.active ? describe(user.effective) : "-"});
    }
    return table.empty() ? "nobody\n" : table.text(look);
}

} // namespace ap::cli
