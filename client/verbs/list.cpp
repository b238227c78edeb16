// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl list adapters|queues|matrices|guests. The filters of queues work on the one snapshot that is printed.
#include "core/parse.hpp"
#include "render/condition.hpp"
#include "render/guest_list.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "render/status.hpp"
#include "verbs/queue_filter.hpp"
#include "verbs/verbs.hpp"

namespace ap::cli {
namespace {

/// Prints one list of the host: as text, or below `key` in the envelope.
template <class Text, class Fill>
Answer<int> print_list(Session& session, const char* key, Text text, Fill fill) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    if (session.options.json) {
        auto out = envelope(*view);
        out[key] = Json::array();
        if (auto filled = fill(*view, out[key]); !filled) return std::unexpected(filled.error());
        session.say_json(out);
        return 0;
    }
    auto lines = text(*view);
    if (!lines) return std::unexpected(lines.error());
    session.say(view->host.bus_present ? *lines : no_bus_text(*view));
    return 0;
}

Answer<int> list_adapters(Session& session) {
    return print_list(
        session, "adapters",
        [&](const HostView& view) -> Answer<std::string> { return adapters_text(view, session.look()); },
        [](const HostView& view, Json& list) -> Answer<void> {
            for (const auto& [id, adapter] : view.host.adapters) list.push_back(json_of(view, id));
            return {};
        });
}

Answer<int> list_matrices(Session& session) {
    return print_list(
        session, "matrices",
        [&](const HostView& view) -> Answer<std::string> { return matrices_text(view, session.look()); },
        [](const HostView& view, Json& list) -> Answer<void> {
            for (const auto& uuid : all_matrices(view)) list.push_back(json_of_matrix(view, uuid));
            return {};
        });
}

Answer<int> list_queues(Session& session, const QueueFilter& filter) {
    const auto checked = read_filter(filter);
    if (!checked) return std::unexpected(checked.error());
    return print_list(
        session, "queues",
        [&](const HostView& view) -> Answer<std::string> {
            const auto queues = select(session, view, *checked);
            if (!queues) return std::unexpected(queues.error());
            return queues_text(view, *queues, session.look());
        },
        [&](const HostView& view, Json& list) -> Answer<void> {
            const auto queues = select(session, view, *checked);
            if (!queues) return std::unexpected(queues.error());
            const QueueView seen(view.host);
            for (Apqn queue : *queues) list.push_back(json_of(view, seen, queue));
            return {};
        });
}

Answer<int> list_guests(Session& session) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    if (session.options.json) {
        auto out = envelope(*view);
        out.update(json_of_guests(*view));
        session.say_json(out);
    } else {
        session.say(guests_text(*view, session.look()));
    }
    return 0;
}

void add_queues(Grammar& grammar) {
    auto filter = std::make_shared<QueueFilter>();
    auto queues = grammar.listing("queues", "every queue, or those that match",
                                  [filter](Session& s) { return list_queues(s, *filter); });
    queues.option("--adapters", filter->adapters, "LIST", "of these adapters: 3,5-7,0xa")
        .option("--domains", filter->domains, "LIST", "of these domains: 4,0x2f")
        .option("--queues", filter->queues, "LIST", "these, hex: 03.002f,04.0030-0032")
        .option("--owner", filter->owner, "OWNER", "host, pool, matrix, unbound or absent")
        .option("--matrix", filter->matrix, "MATRIX", "of this matrix, or that of a guest")
        .option("--condition", filter->condition, "WORD", "as the column of that name says");
}

} // namespace

void add_list(Grammar& grammar) {
    auto list = grammar.looking("list", "list adapters, queues, matrices or guests", [](Session&) -> Answer<int> {
        return fail(Fault::invalid, "list what? adapters, queues, matrices or guests");
    });
    list.verbs_below().example("apctl list queues --owner pool");
    auto below = grammar.below(list);
    below.listing("adapters", "every adapter", list_adapters);
    add_queues(below);
    below.listing("matrices", "every matrix, defined or active", list_matrices);
    below.listing("guests", "every guest that names a matrix, and who else has one open", list_guests);
}

} // namespace ap::cli
