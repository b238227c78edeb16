// SPDX-License-Identifier: LGPL-2.1-or-later
// Each text ends with the way back.
#include "render/drains.hpp"

#include "core/parse.hpp"
#include "render/section.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

bool comes_back(const HostView& view, const Uuid& uuid, const Drain::Share& share) {
    return !share.gone && view.wanted.definitions.contains(uuid);
}

std::string name_of(const HostView& view, const Uuid& uuid, const Drain::Share& share) {
    if (view.wanted.definitions.contains(uuid) && !share.gone) return harmless(display_name(view.wanted, uuid));
    return share.name.empty() ? to_string(uuid) : harmless(share.name);
}

std::string in_words(Apid id) { return "adapter " + describe(AdapterSet{id}); }
std::string way_back(Apid id) { return "apctl restore " + to_list(AdapterSet{id}); }

std::string line(const HostView& view, Apid id, const Drain& drain) {
    std::string who;
    for (const auto& [uuid, share] : drain.matrices)
        who += fmt::format("{}{}{}", who.empty() ? "" : ", ", name_of(view, uuid, share), comes_back(view, uuid, share) ? "" : " (undefined since)");
    if (!drain.reserved.empty()) who += who.empty() ? "the reserved queues" : " and the reserved queues";
    return fmt::format("{}, {}; {} ends that", in_words(id), who.empty() ? "which nobody had" : "taken from " + who, way_back(id));
}

} // namespace

std::string drains_text(const HostView& view, const Look& look) {
    Section out("Drained", look);
    for (const auto& [id, drain] : view.wanted.drains) out.add(line(view, id, drain), Ink::yellow);
    return out.text();
}

std::string drain_text(const HostView& view, Apid id, const Look& look) {
    const auto found = view.wanted.drains.find(id);
    if (found == view.wanted.drains.end()) return {};
    Section out("Drained", look);
    for (const auto& [uuid, share] : found->second.matrices)
        out.add(fmt::format("taken from {}: domains {}{}", name_of(view, uuid, share), describe(share.domains),
                            comes_back(view, uuid, share) ? "" : "; undefined since, so it does not come back"),
                Ink::yellow);
    if (!found->second.reserved.empty()) out.add("reserved before: domains " + describe(found->second.reserved), Ink::yellow);
    out.add("no matrix gets it until: " + way_back(id), Ink::yellow);
    return out.text();
}

std::string drained_from_text(const HostView& view, const Uuid& uuid, const Look& look) {
    Section out("Drained", look);
    for (const auto& [id, drain] : view.wanted.drains)
        if (const auto share = drain.matrices.find(uuid); share != drain.matrices.end() && comes_back(view, uuid, share->second))
            out.add(fmt::format("{}; it comes back by: {}", in_words(id), way_back(id)), Ink::yellow);
    return out.text();
}

} // namespace ap::cli
