// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl monitor: what happens on the host, a line each, until Ctrl-C.
#include "render/json.hpp"
#include "render/lists.hpp"
#include "verbs/verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace ap::cli {
namespace {

struct EventText {
    std::string operator()(const Changed& e) const {
        if (e.what.empty()) return fmt::format("generation {}\n", e.generation);
        return fmt::format("generation {}: changed {}\n", e.generation,
                           harmless(fmt::format("{}", fmt::join(e.what, ", "))));
    }
    std::string operator()(const DriftChanged& e) const {
        if (e.drift.empty()) return "drift: none any more\n";
        std::string out;
        for (const auto& drift : e.drift) out += "drift: " + harmless(drift.text) + "\n";
        return out;
    }
    std::string operator()(const JobChanged& e) const {
        return fmt::format("job {} ({}): {}\n", e.job.id, harmless(e.job.description), job_state(e.job));
    }
    std::string operator()(const CheckpointChanged& e) const {
        if (e.what == "overdue")
            return fmt::format("job {} was not confirmed, and cannot be taken back: {}\n", e.job, harmless(e.text));
        const auto state = e.what == "begun" ? "waits to be confirmed" : harmless(e.what);
        return fmt::format("job {} ({}): {}\n", e.job, harmless(e.text), state);
    }
    std::string operator()(const ServiceGone&) const { return "the daemon has ended\n"; }
    std::string operator()(const ServiceBack&) const { return "the daemon runs\n"; }
    std::string operator()(const Interrupted&) const { return {}; }
};

Answer<int> monitor(Session& session) {
    for (;;) {
        const auto event = session.proxy.next_event(std::nullopt);
        if (!event) return std::unexpected(event.error());
        if (std::holds_alternative<Interrupted>(**event)) return 0;
        if (session.options.json)
            session.console.out << print_line(json_of(**event));
        else
            session.say(std::visit(EventText{}, **event));
        // Whoever reads a pipe wants each line when it happens; and when nobody reads any more, there is
        // nothing left to do.
        if (!session.console.out.flush()) return fail(Fault::host_io, "standard output cannot be written");
    }
}

} // namespace

void add_monitor(Grammar& grammar) {
    grammar.looking("monitor", "print what happens, until Ctrl-C", monitor);
}

} // namespace ap::cli
