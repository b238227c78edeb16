// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl detach GUEST: libvirt takes the matrix out of a guest. The matrix itself stays, so the daemon has nothing to do, and need not even be there.
#include "core/parse.hpp"
#include "core/quote.hpp"
#include "guests.hpp"
#include "render/guest.hpp"
#include "render/json.hpp"
#include "render/section.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>

namespace ap::cli {
namespace {

constexpr std::uint32_t usual_wait = 10, longest_wait = 3600; // seconds

struct Detach {
    std::string guest;
    bool live = false, config = false, disrupt = false, yes = false, dry_run = false;
    std::optional<std::uint32_t> wait;
};

/// What is to be done to whom.
struct Leave {
    LibvirtGuest guest;
    Uuid matrix{};
    Places places; ///< none: it has no matrix there
};

Answer<Leave> understand(Session& session, const Detach& said) {
    if (said.wait.value_or(0) > longest_wait) return fail(Fault::invalid, fmt::format("--wait: expected seconds, 0 to {}", longest_wait));
    auto guest = need_guest(session, said.guest);
    if (!guest) return std::unexpected(guest.error());
    if (said.live && !guest->running()) return fail(Fault::conflict, fmt::format("guest {} is not running, so there is nothing to detach from; --config changes its definition", quote(guest->name)));
    const bool either = said.live || said.config;
    const auto has = guest->having();
    Leave out{.guest = *std::move(guest), .matrix = {}, .places = {.live = has.live && (said.live || !either), .config = has.config && (said.config || !either)}};
    if (out.places.live && out.places.config && out.guest.live->matrix != out.guest.config->matrix)
        return fail(Fault::conflict, fmt::format("guest {} runs with matrix {}, and its definition names {}: detach one after the other, with --live and --config", quote(out.guest.name),
                                                 to_string(*out.guest.live->matrix), to_string(*out.guest.config->matrix)));
    if (out.places.any()) out.matrix = *(out.places.live ? out.guest.live : out.guest.config)->matrix;
    return out;
}

/// For this libvirt needs no more than the uuid.
std::string hostdev_of(const Uuid& matrix) {
    return fmt::format("<hostdev mode='subsystem' type='mdev' model='vfio-ap'><source><address uuid='{}'/></source></hostdev>", to_string(matrix));
}

std::string loss(const Answer<HostView>& view, const Leave& leave) {
    if (!view) return "its queues, which the daemon does not tell: " + view.error().lines.front();
    const auto active = view->host.matrices.find(leave.matrix);
    const auto queues = active != view->host.matrices.end() ? active->second.effective.queues() : QueueSet{};
    return queues.empty() ? "no queue, as it sees none" : fmt::format("{} ({})", describe(queues), count(queues.size(), "queue"));
}

std::string preview(const Answer<HostView>& view, const Leave& leave, const Look& look) {
    const auto name = view ? display_name(view->wanted, leave.matrix) : to_string(leave.matrix);
    auto out = fact("Understood", fmt::format("detach {}: matrix {} leaves {}", harmless(leave.guest.name), harmless(name), in_words(leave.places)), look);
    if (leave.places.live) {
        out += fact("Disrupts", "the running guest loses " + harmless(loss(view, leave)), look, Ink::red);
        out += fact("Guest", how_it_notices(), look);
    }
    return out + fact("Note", fmt::format("matrix {} itself stays; to give its queues back as well: apctl unassign {}", harmless(name), harmless(name)), look);
}

std::optional<Failure> objection(const Session& session, const Leave& leave, const Detach& said) {
    if (leave.places.live && !said.disrupt)
        return Failure{Fault::in_use, {fmt::format("guest {} is running and loses its matrix; --disrupt lets it, --config changes its definition only", quote(leave.guest.name))}};
    if (said.yes || said.dry_run) return std::nullopt;
    if (session.options.json) return Failure{Fault::invalid, {"--json does not ask: add --yes to carry it out, or --dry-run to see it"}};
    if (!session.console.in_is_terminal) return Failure{Fault::invalid, {"not a terminal, so nobody can be asked: add --yes to carry it out, or --dry-run to see it"}};
    return std::nullopt;
}

Answer<int> finish(Session& session, const Leave& leave, const char* outcome, const std::string& text) {
    if (!session.options.json) {
        session.say(text);
        return 0;
    }
    Json places = Json::array();
    if (leave.places.live) places.push_back("live");
    if (leave.places.config) places.push_back("config");
    session.say_json({{"format", 1}, {"outcome", outcome}, {"guest", json_of(leave.guest)}, {"detach", std::move(places)}});
    return 0;
}

Answer<int> carry_out(Session& session, const Leave& leave, const Detach& said) {
    const std::chrono::seconds wait(said.wait.value_or(usual_wait));
    const auto gone = session.libvirt.detach(leave.guest.uuid, hostdev_of(leave.matrix), leave.places, std::chrono::steady_clock::now() + wait);
    if (!gone) return std::unexpected(gone.error());
    if (*gone) return finish(session, leave, "done", fmt::format("done: the matrix has left {} ({})\n", in_words(leave.places), harmless(leave.guest.name)));
    if (session.options.json) (void)finish(session, leave, "not_let_go", "");
    return fail(Fault::timed_out, fmt::format("guest {} has been asked to let go of the matrix and has not done so within {} s{}; whether it has by now: apctl show {}", quote(leave.guest.name), wait.count(),
                                              leave.places.config ? "; its definition has none any more" : "", leave.guest.name));
}

Answer<int> detach(Session& session, const Detach& said) {
    const auto leave = understand(session, said);
    if (!leave) return std::unexpected(leave.error());
    if (!leave->places.any()) return finish(session, *leave, "already_so", fmt::format("already so: guest {} has no matrix{}\n", harmless(leave->guest.name), said.live || said.config ? " there" : ""));
    if (!session.options.json) session.say(preview(session.proxy.host(), *leave, session.look()));
    if (auto no = objection(session, *leave, said)) return std::unexpected(*std::move(no));
    if (said.dry_run) return finish(session, *leave, "planned", "");
    if (!said.yes && !session.console.ask("Carry out?")) return finish(session, *leave, "declined", "nothing changed\n");
    return carry_out(session, *leave, said);
}

} // namespace

void add_detach(Grammar& grammar) {
    auto said = std::make_shared<Detach>();
    grammar.commanding("detach", "take its matrix out of a guest of libvirt", [said](Session& session) { return detach(session, *said); })
        .position("guest", said->guest, "GUEST", "name or uuid of the guest")
        .flag("--live", said->live, "out of the running guest only")
        .flag("--config", said->config, "out of its definition only")
        .flag("--disrupt", said->disrupt, "a running guest may lose its queues")
        .flag("-y,--yes", said->yes, "do not ask")
        .flag("-n,--dry-run", said->dry_run, "show it, change nothing")
        .number("--wait", said->wait, "SECONDS", "wait so long for a running guest (10)")
        .example("apctl detach web --disrupt");
}

} // namespace ap::cli
