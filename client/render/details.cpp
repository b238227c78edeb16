// SPDX-License-Identifier: LGPL-2.1-or-later
// One adapter, one matrix, one queue, with everything there is to say.
#include "core/explainer.hpp"
#include "core/parse.hpp"
#include "core/predictor.hpp"
#include "render/drains.hpp"
#include "render/guest_list.hpp"
#include "render/lists.hpp"
#include "render/section.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

std::string ids(const Matrix& matrix) {
    if (matrix.empty()) return "nothing";
    return fmt::format("adapters {}; domains {}; control domains {}", describe(matrix.adapters),
                       describe(matrix.domains), describe(matrix.control));
}

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string definition_text(const HostView& view, const Uuid& uuid, const Look& look) {
    const auto found = view.wanted.definitions.find(uuid);
    if (found == view.wanted.definitions.end())
        return fact("Definition", "none: only the kernel knows this matrix", look, Ink::yellow);
    const auto& definition = found->second;
    return fact("Definition", ids(definition.matrix), look) +
           fact("Start",
                fmt::format("{}; wanted {}", definition.autostart ? "auto" : "manual",
                            definition.active ? "active" : "stopped"),
                look);
}

std::string assigned_text(const HostView& view, const Uuid& uuid, const Look& look) {
    const auto found = view.host.matrices.find(uuid);
    if (found == view.host.matrices.end()) return {};
    const auto& active = found->second;
    Section hidden("Hidden", look);
    for (const auto& filtered : filtered_adapters(view.host, active.assigned))
        hidden.add(why_hidden(view.host, filtered), Ink::yellow);
    return fact("Assigned", ids(active.assigned), look) + fact("Guest sees", ids(active.effective), look) +
           hidden.text();
}

} // namespace

std::string adapter_text(const HostView& view, Apid id, const Look& look) {
    const auto& adapter = view.host.adapters.at(id);
    const auto& row = view.host.present.row(id);
    std::string out =
        fact("Adapter", fmt::format("{} (card{})", describe(AdapterSet{id}), to_string(id)), look, Ink::bold);
    out += fact("Type", fmt::format("{}, mode {}", view.types.at(id), to_string(adapter.mode)), look);
    out += fact("State",
                fmt::format("online {}, configured {}, checkstop {}", yes_no(adapter.online),
                            yes_no(adapter.configured), yes_no(adapter.checkstopped)),
                look, adapter.online ? Ink::plain : Ink::yellow);
    if (too_old_for_guests(adapter))
        out += fact("Guests", "cannot have it: it is older than CEX4, and vfio_ap does not take it", look, Ink::yellow);
    if (!adapter.serial.empty()) out += fact("Serial", harmless(adapter.serial), look);
    out += fact("Domains", describe(row), look);
    out += fact("Host pool", describe(view.host.host.row(id)), look);
    out += fact("Guest pool", describe(view.host.guest.row(id)), look);
    if (const auto unbound = row - view.host.host.row(id) - view.host.guest.row(id); !unbound.empty())
        out += fact("No driver", describe(unbound), look, Ink::yellow);
    Section users("Matrices", look);
    for (const auto& uuid : all_matrices(view)) {
        const auto active = view.host.matrices.find(uuid);
        if (active == view.host.matrices.end() || !active->second.assigned.adapters.contains(id)) continue;
        users.add(fmt::format("{} ({}): domains {}", harmless(display_name(view.wanted, uuid)),
                              matrix_state(view, uuid), describe(active->second.assigned.domains)));
    }
    return out + users.text() + drain_text(view, id, look);
}

std::string absent_adapter_text(const HostView& view, Apid id, const Look& look) {
    return fact("Adapter", fmt::format("{} (card{}), which is not on this host", describe(AdapterSet{id}), to_string(id)), look, Ink::bold) +
           drain_text(view, id, look);
}

std::string matrix_text(const HostView& view, const Uuid& uuid, const Look& look) {
    const auto name = display_name(view.wanted, uuid);
    std::string out = fact("Matrix", harmless(name), look, Ink::bold);
    out += fact("Uuid", to_string(uuid), look);
    out += fact("State", matrix_state(view, uuid), look);
    out += guests_of_text(view, uuid, look) + definition_text(view, uuid, look) + assigned_text(view, uuid, look) + drained_from_text(view, uuid, look);
    return out + drift_text(view, uuid, look);
}

std::string drift_text(const HostView& view, const Uuid& uuid, const Look& look) {
    std::vector<std::string> lines;
    for (const auto& drift : view.drift)
        if (drift.subject == display_name(view.wanted, uuid) || drift.subject == to_string(uuid)) lines.push_back(drift.text);
    return facts("Drift", lines, look, Ink::yellow);
}

std::string explanation_text(const ExplanationView& why, const Look& look) {
    const auto queue =
        fmt::format("{} (adapter {}, domain {})", to_string(why.queue),
                    describe(AdapterSet{why.queue.adapter}), describe(DomainSet{why.queue.domain}));
    return fact("Queue", queue, look, Ink::bold) + facts("", why.sentences, look);
}

} // namespace ap::cli
