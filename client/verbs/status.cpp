// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl status, and apctl alone: the host on one screen.
#include "render/status.hpp"
#include "render/checkpoint.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "render/sources.hpp"
#include "verbs/verbs.hpp"

#include <memory>

namespace ap::cli {
namespace {

Answer<int> sources(Session& session) {
    const auto others = session.proxy.sources();
    if (!others) return std::unexpected(others.error());
    if (!session.options.json) {
        session.say(sources_text(*others, session.look()));
        return 0;
    }
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    auto out = envelope(view->generation);
    out["policy"] = others->policy;
    out["trouble"] = others->trouble;
    out["sources"] = json_of(*others);
    session.say_json(out);
    return 0;
}

} // namespace

Answer<int> status(Session& session) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto service = session.proxy.service();
    if (!service) return std::unexpected(service.error());
    const auto jobs = session.proxy.jobs();
    if (!jobs) return std::unexpected(jobs.error());
    const auto waiting = session.proxy.checkpoint();
    if (!waiting) return std::unexpected(waiting.error());
    const auto others = session.proxy.sources();
    if (!others) return std::unexpected(others.error());
    if (!session.options.json) {
        session.say(status_text(*view, *service, *jobs, *waiting, *others, session.look()));
        return 0;
    }
    auto out = envelope(*view);
    out["daemon"] = json_of(*service);
    out["checkpoint"] = json_of(*waiting);
    out["policy"] = others->policy;
    out["sources"] = json_of(*others);
    out["conditions"] = Json::object();
    for (const auto& [condition, n] : census(make_grid(*view))) out["conditions"][to_string(condition)] = n;
    for (const char* list : {"adapters", "matrices", "drift", "jobs"}) out[list] = Json::array();
    for (const auto& [id, adapter] : view->host.adapters) out["adapters"].push_back(json_of(*view, id));
    for (const auto& uuid : all_matrices(*view)) out["matrices"].push_back(json_of_matrix(*view, uuid));
    for (const auto& drift : view->drift) out["drift"].push_back(json_of(drift));
    out["drains"] = json_of_drains(view->wanted, AdapterSet::all());
    for (const auto& job : *jobs) out["jobs"].push_back(json_of(job));
    session.say_json(out);
    return 0;
}

void add_status(Grammar& grammar) {
    const auto others = std::make_shared<bool>(false);
    grammar.looking("status", "show the host on one screen", [others](Session& session) { return *others ? sources(session) : status(session); })
        .flag("--sources", *others, "who else decides about binding");
}

} // namespace ap::cli
