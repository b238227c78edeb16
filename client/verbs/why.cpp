// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl why QUEUE: the daemon's explanation, from the outcome to the cause and the way out. Of a matrix, or of a guest with its matrix: what the guest sees of it,
// and what is missing.
#include "core/parse.hpp"
#include "guests.hpp"
#include "render/guest.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "render/sight.hpp"
#include "verbs/explain.hpp"
#include "verbs/verbs.hpp"

namespace ap::cli {
namespace {

/// An explanation is some lines long, and neighbours mostly have the same one.
constexpr std::size_t most_explained = 4;

/// What its start would bring, or what stands in its way, is the daemon's to say.
Answer<void> foresee(Session& session, Sight& sight) {
    const auto plan = session.proxy.plan({{"start", {{"matrix", to_string(sight.uuid)}}}}, false);
    if (!plan && plan.error().fault == Fault::unreachable) return std::unexpected(plan.error());
    if (!plan) {
        sight.no_start = plan.error().lines;
        return {};
    }
    for (const auto& effect : plan->matrices) {
        if (effect.uuid != sight.uuid) continue;
        sight.sees = effect.effective_after;
        sight.hidden = effect.filtered;
    }
    return {};
}

Answer<Sight> look_at(Session& session, const HostView& view, const Uuid& uuid) {
    auto sight = sight_of(view, uuid);
    if (!sight.active)
        if (auto done = foresee(session, sight); !done) return std::unexpected(done.error());
    for (const Apqn queue : worth_explaining(view.host, sight)) {
        if (sight.why.size() == most_explained) break;
        auto why = session.proxy.explain(queue);
        if (!why) return std::unexpected(why.error());
        sight.why.push_back(*std::move(why));
    }
    return sight;
}

Json report(const HostView& view, const Meant& meant, const std::vector<Sight>& sights) {
    auto out = envelope(view);
    for (const char* key : {"guests", "matrices", "queues"}) out[key] = Json::array();
    if (meant.guest) out["guests"].push_back(json_of(*meant.guest));
    for (const auto& sight : sights) {
        out["matrices"].push_back(json_of(view, sight));
        for (const auto& why : sight.why) out["queues"].push_back(json_of(why));
    }
    return out;
}

Answer<int> explain_name(Session& session, const std::string& name) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto meant = find_meant(session, *view, name);
    if (!meant) return std::unexpected(meant.error());
    std::vector<Sight> sights;
    for (const auto& uuid : meant->matrices) {
        auto sight = look_at(session, *view, uuid);
        if (!sight) return std::unexpected(sight.error());
        sights.push_back(*std::move(sight));
    }
    if (session.options.json) {
        session.say_json(report(*view, *meant, sights));
        return 0;
    }
    auto text = meant->guest ? guest_text(*view, *meant->guest, session.look()) : "";
    for (const auto& sight : sights) text += sight_text(*view, sight, session.look());
    session.say(text);
    return 0;
}

} // namespace

Answer<int> explain(Session& session, Apqn queue) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto why = session.proxy.explain(queue);
    if (!why) return std::unexpected(why.error());
    if (session.options.json) {
        auto out = envelope(*view);
        out["queues"] = Json::array({json_of(*why)});
        session.say_json(out);
    } else {
        session.say(explanation_text(*why, session.look()));
    }
    return 0;
}

void add_why(Grammar& grammar) {
    auto text = std::make_shared<std::string>();
    auto verb = grammar.looking("why", "tell why a queue is where it is, or what a guest sees and why not more", [text](Session& session) -> Answer<int> {
        const auto queue = parse_apqn(*text);
        if (queue) return explain(session, *queue);
        if (!may_be_a_name(*text)) return fail(queue.error());
        return explain_name(session, *text);
    });
    verb.position("what", *text, "THING", "a queue, hex (03.002f), a matrix or a guest").example("apctl why 03.002f, apctl why web");
}

} // namespace ap::cli
