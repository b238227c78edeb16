// SPDX-License-Identifier: LGPL-2.1-or-later
// Folds the pool verbs; a queue can be the host's or the guests', and a matrix that has it decides.
#include "core/wish_pools.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>

#include <utility>

namespace ap {
namespace {

struct PoolChange { QueueSet reserve, release, keep, unkeep; };

PoolChange gathered(const std::vector<Wish>& wishes) {
    PoolChange out;
    for (const auto& wish : wishes) {
        const auto queues = wish.queues.value_or(QueueSet{});
        switch (wish.verb) {
        case Verb::reserve: out.reserve |= queues; break;
        case Verb::release: out.release |= queues; break;
        case Verb::keep: out.keep |= queues; break;
        case Verb::unkeep: out.unkeep |= queues; break;
        default: break;
        }
    }
    return out;
}

} // namespace

std::vector<Holder> holders(const HostState& host, const Wanted& wanted, const std::set<Uuid>& named) {
    std::vector<Holder> out;
    for (const auto& [uuid, definition] : wanted.definitions) {
        const auto active = host.matrices.find(uuid);
        if (definition.active) out.push_back({uuid, definition.matrix, active != host.matrices.end() && active->second.in_use});
    }
    for (const auto& [uuid, active] : host.matrices) {
        const auto definition = wanted.definitions.find(uuid);
        const bool wanted_active = definition != wanted.definitions.end() && definition->second.active;
        if (!named.contains(uuid) && !(wanted_active && definition->second.matrix == active.assigned))
            out.push_back({uuid, active.assigned, active.in_use});
    }
    return out;
}

namespace {

class Pools {
  public:
    Pools(const HostState& host, Wanted& wanted, const std::set<Uuid>& named, const PoolChange& change)
        : wanted_(wanted), change_(change), holders_(holders(host, wanted, named)) {}

    std::vector<Error> fold() {
        refuse_common(change_.reserve & change_.release, Fault::invalid, "shall be reserved and released");
        refuse_common(change_.keep & change_.unkeep, Fault::invalid, "shall be kept and not kept");
        refuse_common(change_.keep & change_.reserve, Fault::conflict, "shall be kept by the host and reserved for guests");
        if (!errors_.empty()) return std::move(errors_);
        wanted_.reserved = (wanted_.reserved - change_.release) | change_.reserve;
        wanted_.keep = (wanted_.keep - change_.unkeep) | change_.keep;
        refuse_common(change_.reserve & wanted_.keep, Fault::conflict, "must stay with the host", "apctl keep --remove lets go of them");
        refuse_common(change_.keep & wanted_.reserved, Fault::conflict, "are reserved for guests", "apctl release them first");
        refuse_held(change_.release, "cannot go back to the host");
        refuse_held(change_.keep, "cannot be kept by the host");
        return std::move(errors_);
    }

  private:
    void refuse_common(const QueueSet& queues, Fault fault, std::string reason, std::string remedy = {}) {
        if (!queues.empty()) errors_.push_back({fault, describe(queues), std::move(reason), std::move(remedy)});
    }
    void refuse_held(const QueueSet& queues, std::string_view what) {
        if (queues.empty()) return;
        for (const auto& holder : holders_) {
            const auto held = queues & holder.matrix.queues();
            if (held.empty()) continue;
            const auto name = display_name(wanted_, holder.uuid);
            errors_.push_back({Fault::conflict, describe(held),
                               fmt::format("{}: matrix {} has them{}", what, name, holder.in_use ? ", in use by a running guest" : ""),
                               fmt::format("take them from it with apctl modify {0}, or apctl stop {0}", name)});
        }
    }

    Wanted& wanted_;
    const PoolChange& change_;
    std::vector<Holder> holders_;
    std::vector<Error> errors_;
};

} // namespace

std::vector<Error> fold_pools(const HostState& host, Wanted& wanted, const std::set<Uuid>& named, const std::vector<Wish>& wishes) {
    const auto change = gathered(wishes);
    return Pools(host, wanted, named, change).fold();
}

} // namespace ap
