// SPDX-License-Identifier: LGPL-2.1-or-later
// First what is seen, adapter by adapter, then what is missing with the reason, then the daemon's own words about it.
#include "render/sight.hpp"

#include "core/parse.hpp"
#include "core/predictor.hpp"
#include "render/guest_list.hpp"
#include "render/json.hpp"
#include "render/lists.hpp"
#include "render/section.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap::cli {
namespace {

std::string in_words(const QueueSet& queues) { return queues.empty() ? "no queue" : fmt::format("{} ({})", describe(queues), count(queues.size(), "queue")); }

bool is_hidden(const Sight& sight, Apid id) { return std::ranges::find(sight.hidden, id, &Filtered::adapter) != sight.hidden.end(); }

/// Adapters that nothing hides any more: the kernel does not filter again before the matrix is changed (kernel-abi 8.2).
AdapterSet left_out(const Sight& sight) {
    AdapterSet out;
    if (!sight.active) return out;
    for (const Apid id : sight.has.adapters - sight.sees.adapters)
        if (!is_hidden(sight, id)) out.insert(id);
    return out;
}

template <class Id>
std::string not_of_this_host(const char* what, const IdSet<Id>& ids) {
    return fmt::format("{}{} {}: not in this host's configuration", what, ids.size() == 1 ? "" : "s", describe(ids));
}

/// A line for each reason.
std::vector<std::string> missing(const HostView& view, const Sight& sight) {
    std::vector<std::string> out;
    if (sight.has.adapters.empty()) out.emplace_back("the matrix has no adapters");
    if (sight.has.domains.empty()) out.emplace_back("the matrix has no domains");
    if (!sight.no_start.empty()) return out;
    for (const auto& filtered : sight.hidden) out.push_back(why_hidden(view.host, filtered));
    for (const Apid id : left_out(sight)) out.push_back(fmt::format("adapter {}: the kernel has left it out and looks again only at the next change of this matrix", describe(AdapterSet{id})));
    if (const auto domains = sight.has.domains - sight.sees.domains; !domains.empty()) out.push_back(not_of_this_host("domain", domains));
    if (const auto control = sight.has.control - sight.sees.control; !control.empty()) out.push_back(not_of_this_host("control domain", control));
    return out;
}

std::string adapters_text(const Sight& sight, const Look& look) {
    Section out("Adapters", look);
    for (const Apid id : sight.has.adapters) {
        const auto queues = sight.sees.adapters.contains(id) ? QueueSet::rectangle({id}, sight.sees.domains) : QueueSet{};
        out.add(fmt::format("{}: {}", describe(AdapterSet{id}), queues.empty() ? "nothing" : describe(queues)), queues.empty() ? Ink::yellow : Ink::plain);
    }
    return out.text();
}

} // namespace

Sight sight_of(const HostView& view, const Uuid& uuid) {
    Sight out{.uuid = uuid, .active = view.host.matrices.contains(uuid), .has = present_matrix(view, uuid)};
    if (!out.active) return out;
    out.sees = view.host.matrices.at(uuid).effective;
    for (auto& filtered : filtered_adapters(view.host, out.has))
        if (!out.sees.adapters.contains(filtered.adapter)) out.hidden.push_back(std::move(filtered));
    return out;
}

std::vector<Apqn> worth_explaining(const HostState& host, const Sight& sight) {
    std::vector<Apqn> out, later;
    const auto first_of = [](const QueueSet& queues, std::vector<Apqn>& into) {
        if (queues.empty()) return;
        const Apid adapter = *queues.adapters().begin();
        into.push_back({adapter, *queues.row(adapter).begin()});
    };
    for (const auto& [adapter, queues] : sight.hidden) {
        first_of(queues.empty() ? QueueSet::rectangle({adapter}, sight.has.domains) : queues - host.present, out);
        first_of(queues & host.present & host.host, later);
        first_of((queues & host.present) - host.host, later);
    }
    for (const Apid adapter : left_out(sight)) first_of(QueueSet::rectangle({adapter}, sight.has.domains), later);
    std::ranges::copy(later, std::back_inserter(out));
    return out;
}

std::string sight_text(const HostView& view, const Sight& sight, const Look& look) {
    const auto name = harmless(display_name(view.wanted, sight.uuid));
    auto out = fact("Matrix", name, look, Ink::bold) + fact("State", matrix_state(view, sight.uuid), look) + guests_of_text(view, sight.uuid, look);
    if (!sight.active) out += fact("Guest sees", "nothing before the matrix is started: apctl start " + name, look, Ink::yellow);
    if (sight.no_start.empty()) out += fact(sight.active ? "Guest sees" : "Would see", in_words(sight.sees.queues()), look) + adapters_text(sight, look);
    out += facts("No start", sight.no_start, look, Ink::red);
    const auto reasons = missing(view, sight);
    if (reasons.empty() && sight.no_start.empty()) out += fact("Missing", "nothing", look, Ink::green);
    out += facts("Missing", reasons, look, Ink::yellow) + drift_text(view, sight.uuid, look);
    Section why("Why", look);
    for (const auto& explanation : sight.why)
        for (const auto& sentence : explanation.sentences) why.add(harmless(sentence));
    return out + why.text();
}

Json json_of(const HostView& view, const Sight& sight) {
    auto out = json_of_matrix(view, sight.uuid);
    auto hidden = Json::array();
    for (const auto& filtered : sight.hidden)
        hidden.push_back({{"adapter", to_int(filtered.adapter)}, {"missing", names(filtered.missing)}, {"reason", why_hidden(view.host, filtered)}});
    out.update({{"sees", names(sight.sees.queues())}, {"hidden", std::move(hidden)}, {"missing", missing(view, sight)}, {"no_start", sight.no_start}});
    return out;
}

} // namespace ap::cli
