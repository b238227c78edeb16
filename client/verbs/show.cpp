// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl show X: X is a matrix when one has exactly this name, else a queue, an adapter, (part of) a uuid, or a guest of libvirt.
#include "core/parse.hpp"
#include "core/quote.hpp"
#include "guests.hpp"
#include "render/guest.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "verbs/explain.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

/// From 6.6 the kernel makes no device of an adapter that is older than CEX4.
const char* why_no_device(const HostView& view, Apid id) {
    return view.host.host_adapters.contains(id)
               ? " that the kernel shows, though its configuration has one: it is older than CEX4, or has no usable queue"
               : "";
}

Answer<int> show_adapter(Session& session, const HostView& view, Apid id) {
    const bool drained = view.wanted.drains.contains(id);
    if (!view.host.adapters.contains(id) && !drained)
        return fail(Fault::not_found, fmt::format("there is no adapter {} on this host{}; all: apctl list adapters",
                                                  describe(AdapterSet{id}), why_no_device(view, id)));
    if (session.options.json) {
        auto out = envelope(view);
        out["adapters"] = Json::array();
        if (view.host.adapters.contains(id)) out["adapters"].push_back(json_of(view, id));
        out["drains"] = json_of_drains(view.wanted, AdapterSet{id});
        session.say_json(out);
    } else {
        session.say(view.host.adapters.contains(id) ? adapter_text(view, id, session.look()) : absent_adapter_text(view, id, session.look()));
    }
    return 0;
}

Answer<int> show_matrix(Session& session, const HostView& view, const Uuid& uuid) {
    if (session.options.json) {
        auto out = envelope(view);
        out["matrices"] = Json::array({json_of_matrix(view, uuid)});
        session.say_json(out);
    } else {
        session.say(matrix_text(view, uuid, session.look()));
    }
    return 0;
}

bool is_name(const Wanted& wanted, const std::string& text) {
    return std::ranges::any_of(
        wanted.definitions, [&](const auto& d) { return !d.second.name.empty() && d.second.name == text; });
}

/// One adapter; lists are for `list`.
std::optional<Apid> as_adapter(const std::string& text) {
    const auto adapters = parse_adapters(text);
    if (!adapters || adapters->size() != 1) return std::nullopt;
    return *adapters->begin();
}

/// The guest, and its matrix as far as that is known here; two, when it runs with another one than its definition names.
Answer<int> show_guest(Session& session, const HostView& view, const Meant& meant) {
    if (session.options.json) {
        auto out = envelope(view);
        out["guests"] = Json::array({json_of(*meant.guest)});
        out["matrices"] = Json::array();
        for (const auto& uuid : meant.matrices) out["matrices"].push_back(json_of_matrix(view, uuid));
        session.say_json(out);
        return 0;
    }
    auto text = guest_text(view, *meant.guest, session.look());
    for (const auto& uuid : meant.matrices) text += matrix_text(view, uuid, session.look());
    session.say(text);
    return 0;
}

Answer<int> show(Session& session, const std::string& what) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    if (!is_name(view->wanted, what)) {
        if (const auto queue = parse_apqn(what)) return explain(session, *queue);
        if (const auto adapter = as_adapter(what)) return show_adapter(session, *view, *adapter);
    }
    const auto meant = find_meant(session, *view, what);
    if (meant) return meant->guest ? show_guest(session, *view, *meant) : show_matrix(session, *view, meant->matrices.front());
    auto unknown = meant.error();
    if (unknown.fault == Fault::not_found) unknown.lines.front() = fmt::format("{}: no adapter (3, 0x3, card03), queue (03.002f), matrix or guest is called so", quote(what));
    return std::unexpected(unknown);
}

} // namespace

void add_show(Grammar& grammar) {
    auto what = std::make_shared<std::string>();
    grammar
        .looking("show", "tell all about one thing",
                 [what](Session& session) { return show(session, *what); })
        .position("what", *what, "THING", "an adapter, a queue, a matrix or a guest")
        .example("apctl show 3, apctl show 03.002f, apctl show web");
}

} // namespace ap::cli
