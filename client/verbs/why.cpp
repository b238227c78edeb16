// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl why QUEUE: the daemon's explanation, from the outcome to the cause and the way out.
#include "core/parse.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "verbs/explain.hpp"
#include "verbs/verbs.hpp"

namespace ap::cli {

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
    auto verb =
        grammar.looking("why", "tell why a queue is where it is", [text](Session& session) -> Answer<int> {
            const auto queue = parse_apqn(*text);
            if (!queue) return fail(queue.error());
            return explain(session, *queue);
        });
    verb.position("queue", *text, "QUEUE", "a queue, hex: 03.002f").example("apctl why 03.002f");
}

} // namespace ap::cli
