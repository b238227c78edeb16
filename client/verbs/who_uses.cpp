// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl who-uses ADAPTER|QUEUES: matrices, defined or active, that have one of these queues.
#include "core/parse.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "verbs/verbs.hpp"

namespace ap::cli {
namespace {

/// As the daemon reads it: an adapter, else queues.
std::optional<Error> objection(const std::string& what) {
    if (const auto adapters = parse_adapters(what); adapters && adapters->size() == 1) return std::nullopt;
    const auto queues = parse_queues(what);
    if (queues) return std::nullopt;
    return Error{.fault = Fault::invalid,
                 .subject = queues.error().subject,
                 .reason = queues.error().reason,
                 .remedy = "or an adapter: 3, 0x3, card03"};
}

Answer<int> who_uses(Session& session, const std::string& what) {
    if (const auto wrong = objection(what)) return fail(*wrong);
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto users = session.proxy.who_uses(what);
    if (!users) return std::unexpected(users.error());
    if (!session.options.json) {
        session.say(users_text(*view, *users, session.look()));
        return 0;
    }
    auto out = envelope(*view);
    out["users"] = Json::array();
    for (const auto& user : *users) {
        auto one = json_of(user);
        one["guests"] = guest_names(*view, user.uuid);
        out["users"].push_back(std::move(one));
    }
    session.say_json(out);
    return 0;
}

} // namespace

void add_who_uses(Grammar& grammar) {
    auto what = std::make_shared<std::string>();
    grammar
        .listing("who-uses", "list who has an adapter or queues",
                 [what](Session& s) { return who_uses(s, *what); })
        .position("what", *what, "THING", "an adapter (3, 0x3, card03) or queues (03.002f)")
        .example("apctl who-uses 3, apctl who-uses 03.002f");
}

} // namespace ap::cli
