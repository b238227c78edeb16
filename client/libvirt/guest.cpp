// SPDX-License-Identifier: LGPL-2.1-or-later
#include "libvirt/guest.hpp"

#include "core/guest_xml.hpp"
#include "core/quote.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace ap::cli {
namespace {

constexpr std::array needed_features{"ap", "apft", "apqci", "apqi"};

Answer<GuestSide> read_side(const std::string& name, const std::string& xml) {
    const auto read = read_guest_xml(xml);
    if (!read) return fail(Fault::conflict, fmt::format("guest {}: {}", quote(name), to_string(read.error())));
    if (read->matrices.size() > 1) return fail(Fault::conflict, fmt::format("guest {} names {} matrices, and a guest has one at most", quote(name), read->matrices.size()));
    GuestSide out{.matrix = {}, .lacks = missing_cpu_features(xml)};
    if (!read->matrices.empty()) out.matrix = read->matrices.front();
    return out;
}

} // namespace

std::vector<std::string> missing_cpu_features(std::string_view xml) {
    pugi::xml_document document;
    if (!document.load_buffer(xml.data(), xml.size())) return {};
    const auto cpu = document.child("domain").child("cpu");
    std::set<std::string_view> on, off;
    for (const auto& feature : cpu.children("feature")) {
        const std::string_view policy = feature.attribute("policy").as_string("require");
        (policy == "disable" || policy == "forbid" ? off : on).insert(feature.attribute("name").value());
    }
    // Without a model it is the host's CPU: what QEMU takes where KVM runs, and what the other modes say (host-model, host-passthrough, maximum).
    const std::string_view mode = cpu.attribute("mode").as_string("custom"), model = cpu.child_value("model");
    const bool all_on = mode != "custom" || model.empty() || model == "host";
    std::vector<std::string> missing;
    for (const std::string_view needed : needed_features)
        if (off.contains(needed) || (!all_on && !on.contains(needed))) missing.emplace_back(needed);
    return missing;
}

Answer<std::optional<Uuid>> LibvirtGuest::matrix() const {
    const auto runs = live ? live->matrix : std::nullopt, defined = config ? config->matrix : std::nullopt;
    if (runs && defined && *runs != *defined)
        return fail(Fault::conflict, fmt::format("guest {} runs with matrix {}, and its definition names {}; name the matrix instead of the guest", quote(name), to_string(*runs), to_string(*defined)));
    return runs ? runs : defined;
}

std::vector<Uuid> LibvirtGuest::matrices() const {
    std::vector<Uuid> out;
    if (live && live->matrix) out.push_back(*live->matrix);
    if (config && config->matrix && (out.empty() || out.front() != *config->matrix)) out.push_back(*config->matrix);
    return out;
}

std::vector<std::string> LibvirtGuest::lacks() const {
    std::vector<std::string> out;
    for (const auto* side : {&live, &config})
        if (*side)
            for (const auto& feature : (*side)->lacks)
                if (std::ranges::find(out, feature) == out.end()) out.push_back(feature);
    std::ranges::sort(out);
    return out;
}

Answer<LibvirtGuest> read_guest(const GuestXml& xml) {
    LibvirtGuest out{.name = xml.name, .uuid = xml.uuid, .state = xml.state, .live = {}, .config = {}};
    const auto read = [&](const std::optional<std::string>& text, std::optional<GuestSide>& into) -> Answer<void> {
        if (!text) return {};
        auto side = read_side(xml.name, *text);
        if (!side) return std::unexpected(side.error());
        into = *std::move(side);
        return {};
    };
    if (auto done = read(xml.live, out.live); !done) return std::unexpected(done.error());
    if (auto done = read(xml.config, out.config); !done) return std::unexpected(done.error());
    return out;
}

} // namespace ap::cli
