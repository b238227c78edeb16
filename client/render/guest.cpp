// SPDX-License-Identifier: LGPL-2.1-or-later
#include "render/guest.hpp"

#include "render/section.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace ap::cli {
namespace {

std::string state_of(const LibvirtGuest& guest) { return guest.config ? guest.state : guest.state + ", transient"; }

Json list_of(Places places) {
    auto out = Json::array();
    if (places.live) out.push_back("live");
    if (places.config) out.push_back("config");
    return out;
}

Json json_of(const std::optional<GuestSide>& side) {
    if (!side) return nullptr;
    return {{"matrix", side->matrix ? Json(to_string(*side->matrix)) : Json(nullptr)}, {"missing_cpu_features", side->lacks}};
}

} // namespace

std::string in_words(Places places) {
    if (!places.live) return "its definition";
    return places.config ? "the running guest and its definition" : "the running guest";
}

std::string how_it_notices() {
    return "its kernel is told at once (Linux 6.15 on this host, and a QEMU that passes it on), or finds out at its own scan, every 30 s by default";
}

std::vector<std::string> guest_lines(const HostView& view, const NamedGuest& named) {
    const auto& guest = named.guest;
    std::vector<std::string> out;
    const auto who = fmt::format("{} ({})", guest.name, state_of(guest));
    if (named.is_new) out.push_back(fmt::format("{} has no matrix yet; matrix {} is to be its own", who, named.matrix));
    else out.push_back(fmt::format("{} has matrix {} in {}", who, named.matrix, in_words(guest.having())));
    if (const auto other = find_matrix(view.host, view.wanted, guest.name); !named.is_new && other && display_name(view.wanted, *other) != named.matrix)
        out.push_back(fmt::format("matrix {} is another one, and left alone: a guest has one at most", guest.name));
    if (named.is_last) out.push_back(fmt::format("its XML goes on naming a matrix that is no more; that, too, ends with: apctl detach {}", guest.name));
    if (named.attach.any()) out.push_back(fmt::format("afterwards libvirt puts matrix {} into {}", named.matrix, in_words(named.attach)));
    if (named.attach.live) out.push_back(how_it_notices());
    return out;
}

std::vector<std::string> guest_warnings(const LibvirtGuest& guest) {
    const auto missing = guest.lacks();
    if (missing.empty()) return {};
    return {fmt::format("guest {} may not find its queues: its CPU lacks {}; what it needs in the <cpu> of its XML: <feature policy='require' name='{}'/>", guest.name, fmt::join(missing, ", "), fmt::join(missing, "'/><feature policy='require' name='"))};
}

std::string guest_text(const HostView& view, const LibvirtGuest& guest, const Look& look) {
    std::string out = fact("Guest", fmt::format("{} ({})", harmless(guest.name), state_of(guest)), look, Ink::bold);
    out += fact("Guest uuid", to_string(guest.uuid), look);
    Section has("Has", look);
    const auto add = [&](const std::optional<GuestSide>& side, Places place) {
        if (!side || !side->matrix) return;
        const bool known = find_matrix(view.host, view.wanted, to_string(*side->matrix)).has_value();
        has.add(fmt::format("in {}: matrix {}{}", in_words(place), harmless(display_name(view.wanted, *side->matrix)), known ? "" : ", which is neither defined nor active on this host"),
                known ? Ink::plain : Ink::yellow);
    };
    add(guest.live, {.live = true});
    add(guest.config, {.config = true});
    if (!guest.having().any()) has.add("no matrix; to give it one: apctl assign");
    return out + has.text() + facts("Warning", guest_warnings(guest), look, Ink::yellow);
}

Json json_of(const LibvirtGuest& guest) {
    return {{"name", guest.name}, {"uuid", to_string(guest.uuid)}, {"state", guest.state}, {"running", guest.running()}, {"live", json_of(guest.live)}, {"config", json_of(guest.config)}};
}

Json json_of(const NamedGuest& named) {
    auto out = json_of(named.guest);
    out["matrix"] = named.matrix;
    out["attach"] = list_of(named.attach);
    return out;
}

} // namespace ap::cli
