// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl who-uses ADAPTER|QUEUES|MATRIX|GUEST: matrices, defined or active, that have one of these queues, or of the queues of this matrix.
#include "core/explainer.hpp"
#include "core/parse.hpp"
#include "guests.hpp"
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
                 .remedy = "or an adapter: 3, 0x3, card03; or a matrix or a guest"};
}

/// With the daemon's own rule, on the one snapshot that is printed.
std::vector<UserView> users_of_all(const HostView& view, const QueueSet& queues) {
    std::vector<UserView> out;
    for (const auto& user : users_of(view.host, view.wanted, queues)) {
        const auto definition = view.wanted.definitions.find(user.uuid);
        const auto active = view.host.matrices.find(user.uuid);
        out.push_back({.uuid = user.uuid,
                       .name = definition != view.wanted.definitions.end() ? definition->second.name : "",
                       .active = user.active,
                       .in_use = user.in_use,
                       .holder = active != view.host.matrices.end() ? active->second.holder : "",
                       .queues = user.queues,
                       .effective = user.effective});
    }
    return out;
}

/// Of the queues of a matrix, or of all that a guest has or names.
Answer<std::vector<UserView>> users_by_name(Session& session, const HostView& view, const std::string& name) {
    const auto meant = find_meant(session, view, name);
    if (!meant) return std::unexpected(meant.error());
    QueueSet queues;
    for (const auto& uuid : meant->matrices) queues |= present_matrix(view, uuid).queues();
    return users_of_all(view, queues);
}

Answer<int> who_uses(Session& session, const std::string& what) {
    const auto wrong = objection(what);
    if (wrong && !may_be_a_name(what)) return fail(*wrong);
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto users = wrong ? users_by_name(session, *view, what) : session.proxy.who_uses(what);
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
        .listing("who-uses", "list who has an adapter, queues, or what a guest has",
                 [what](Session& s) { return who_uses(s, *what); })
        .position("what", *what, "THING", "an adapter (3), queues (03.002f), a matrix or a guest")
        .example("apctl who-uses 3, apctl who-uses 03.002f, apctl who-uses web");
}

} // namespace ap::cli
