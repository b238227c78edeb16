// SPDX-License-Identifier: LGPL-2.1-or-later
// Queue by queue: what the plan makes of it, and what the source does.
#include "core/source_clash.hpp"

#include "core/parse.hpp"
#include "core/quote.hpp"
#include "core/source_view.hpp"

#include <fmt/format.h>

namespace ap {
namespace {

/// Existing queues that change sides.
struct Moves {
    QueueSet to_guests, to_host;
    [[nodiscard]] bool empty() const { return to_guests.empty() && to_host.empty(); }
};

bool is_guests(const Owner& owner) { return owner.kind == Owner::Kind::pool || owner.kind == Owner::Kind::matrix; }

Moves moves_of(const Plan& plan) {
    Moves out;
    for (const auto& change : plan.owners) {
        if (is_guests(change.to) && !is_guests(change.from)) out.to_guests |= change.queues;
        if (change.to.kind == Owner::Kind::host) out.to_host |= change.queues;
    }
    // A marker that goes or comes without a move decides all the same.
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<RebindQueue>(&step))
            (s->after.driver_override == guest_driver_name ? out.to_guests : out.to_host).insert(s->queue);
    return out;
}

/// Both masks all ones ask for nothing that overrides could not live with, and without a source they are so anyway.
void add_masks(std::vector<SourceClash>& out, const Plan& plan, const Moves& moves, const std::vector<Source>& sources) {
    const auto boot = masks_at_boot(sources);
    if (!boot.said() || boot.all_ones()) return;
    const auto reserved = QueueSet::rectangle(boot.apmask, boot.aqmask);
    const auto& named = boot.apmask_from != nullptr ? *boot.apmask_from : *boot.aqmask_from;
    const auto add = [&](const QueueSet& queues, const char* to) {
        if (queues.empty()) return;
        out.push_back({places_of(boot), queues, fmt::format("gives {} to {} at every boot", describe(queues, 4), to),
                       how_to_change(named, plan.apmask, plan.aqmask)});
    };
    add(moves.to_guests & reserved, "the host");
    add(moves.to_host - reserved, "guests");
}

void add_override(std::vector<SourceClash>& out, const Moves& moves, const Source& source, const SaysOverride& says) {
    const bool for_guests = says.driver == guest_driver_name;
    if (!(for_guests ? moves.to_host : moves.to_guests).contains(says.queue)) return;
    out.push_back({place_of(source), QueueSet::rectangle({says.queue.adapter}, {says.queue.domain}),
                   fmt::format("gives {} to {} whenever it appears", to_string(says.queue), quote(says.driver)), how_to_change(source, {}, {})});
}

} // namespace

std::vector<SourceClash> clashes(const Plan& plan, const std::vector<Source>& sources) {
    std::vector<SourceClash> out;
    const auto moves = moves_of(plan);
    if (moves.empty()) return out;
    add_masks(out, plan, moves, sources);
    for (const auto& source : sources) {
        if (const auto* says = std::get_if<SaysOverride>(&source.says)) add_override(out, moves, source, *says);
        if (!std::holds_alternative<OwnsBinding>(source.says)) continue;
        const auto all = moves.to_guests | moves.to_host;
        out.push_back({place_of(source), all, fmt::format("is the CEX DRA driver's, which binds all queues of this node as it needs them, {} too", describe(all, 4)),
                       how_to_change(source, {}, {})});
    }
    return out;
}

std::string note_of(const SourceClash& clash) { return fmt::format("{} {}, not what this change makes of it; {}", clash.place, clash.text, clash.remedy); }

Error refusal_of(const SourceClash& clash) {
    return {Fault::foreign_owner, clash.place, clash.text + ", and the policy is to yield",
            clash.remedy + "; or set foreign-policy = \"report\" in /etc/apctl/apctld.toml and restart apctld", 0};
}

} // namespace ap
