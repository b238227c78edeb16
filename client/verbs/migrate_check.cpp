// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl migrate-check GUEST: what another host must have so that the guest finds its queues again there.
#include "core/parse.hpp"
#include "guests.hpp"
#include "migration.hpp"
#include "render/json.hpp"
#include "render/section.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace ap::cli {
namespace {

constexpr int differences_found = 10; // design: an exit status that is no failure

/// All there is of it, and a little more than is good.
Answer<std::string> read_all(Session& session, const std::string& path) {
    std::ifstream file;
    if (path != "-") file.open(path);
    if (path != "-" && !file) return fail(Fault::host_io, fmt::format("{}: {}", harmless(path), std::strerror(errno)));
    std::istream& in = path == "-" ? session.console.in : file;
    std::string out;
    char part[65536];
    while (out.size() <= longest_profile && (in.read(part, sizeof part) || in.gcount() > 0)) out.append(part, static_cast<std::size_t>(in.gcount()));
    if (in.bad()) return fail(Fault::host_io, fmt::format("{}: cannot be read", harmless(path)));
    return out;
}

std::string needs_text(const Needs& needs, const Look& look) {
    std::string out = fact("Matrix", fmt::format("{} (uuid {}), the same uuid there", harmless(needs.name), to_string(needs.uuid)), look, Ink::bold);
    Section adapters("Adapters", look);
    for (const Apid id : needs.matrix.adapters) {
        const auto known = needs.adapters.find(id);
        const auto name = describe(AdapterSet{id});
        adapters.add(known == needs.adapters.end() ? name + ": not on this host, so of no known type and mode" : fmt::format("{}: {} or newer, mode {}", name, known->second.type, known->second.mode));
    }
    out += adapters.text();
    out += fact("Domains", fmt::format("{}; control domains {}", describe(needs.matrix.domains), describe(needs.matrix.control)), look);
    out += fact("Keys", "master keys have to be the same as well; nobody can read those of queues that guests have", look);
    return out + fact("Migration", "a guest that runs with a matrix cannot be migrated live, as mainline kernels have no way for it. Instead: apctl detach it (--live --disrupt), migrate it, "
                                   "and on the other host apctl assign it again; or shut it down and start it there", look, Ink::yellow);
}

Json json_of(const Needs& needs, const std::optional<std::vector<std::string>>& found) {
    Json out{{"uuid", to_string(needs.uuid)}, {"name", needs.name}, {"domains", numbers(needs.matrix.domains)}, {"control_domains", numbers(needs.matrix.control)}, {"adapters", Json::array()},
             {"live_migration", false}, {"differences", found ? Json(*found) : Json(nullptr)}};
    for (const Apid id : needs.matrix.adapters) {
        Json one{{"adapter", to_int(id)}, {"type", nullptr}, {"hardware_type", nullptr}, {"mode", nullptr}};
        if (const auto known = needs.adapters.find(id); known != needs.adapters.end())
            one.update({{"type", known->second.type}, {"hardware_type", known->second.generation}, {"mode", known->second.mode}});
        out["adapters"].push_back(std::move(one));
    }
    return out;
}

Answer<std::optional<std::vector<std::string>>> compare(Session& session, const Needs& needs, const std::optional<std::string>& target) {
    if (!target) return std::nullopt;
    const auto text = read_all(session, *target);
    if (!text) return std::unexpected(text.error());
    const auto there = read_profile(*text, *target);
    if (!there) return std::unexpected(there.error());
    return differences(needs, *there);
}

Answer<int> migrate_check(Session& session, const std::string& name, const std::optional<std::string>& target) {
    const auto view = session.proxy.host();
    if (!view) return std::unexpected(view.error());
    const auto uuid = find_matrix_or_guest(session, *view, name);
    if (!uuid) return std::unexpected(uuid.error());
    const auto needs = needs_of(*view, *uuid);
    const auto found = compare(session, needs, target);
    if (!found) return std::unexpected(found.error());
    if (session.options.json) {
        auto out = envelope(*view);
        out["migration"] = json_of(needs, *found);
        session.say_json(out);
    } else {
        session.say(needs_text(needs, session.look()));
        if (*found) session.say((*found)->empty() ? fact("There", "all the same, or newer", session.look(), Ink::green) : facts("Differs", **found, session.look(), Ink::red));
    }
    return *found && !(*found)->empty() ? differences_found : 0;
}

} // namespace

void add_migrate_check(Grammar& grammar) {
    auto name = std::make_shared<std::string>();
    auto target = std::make_shared<std::optional<std::string>>();
    grammar.looking("migrate-check", "tell what another host must have for a guest to go there", [name, target](Session& session) { return migrate_check(session, *name, *target); })
        .position("guest", *name, "GUEST", "name or uuid of a guest, or of its matrix")
        .option("--target", *target, "FILE", "what apctl status --json says there; - is stdin")
        .example("apctl migrate-check web --target other-host.json");
}

} // namespace ap::cli
