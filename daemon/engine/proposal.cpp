// SPDX-License-Identifier: LGPL-2.1-or-later
// Folding wishes onto the wanted state and planning for it.
#include "engine/proposal.hpp"

#include "core/parse.hpp"

#include <fmt/format.h>


namespace ap::engine {
namespace {

std::string_view name_of(Verb verb) {
    for (const auto& row : verb_table())
        if (row.verb == verb) return row.name;
    return "change";
}

std::string object_of(const Wish& wish) {
    if (!wish.matrix.empty()) return wish.matrix;
    if (wish.queues) return describe(*wish.queues, 2);
    if (wish.adapters && wish.domains) return describe(QueueSet::rectangle(*wish.adapters, *wish.domains), 2);
    return {};
}

} // namespace

std::expected<Plan, std::vector<Error>> propose(const HostState& host, const Wanted& recorded, const std::vector<Wish>& wishes, bool disrupt,
                                                std::uint64_t generation) {
    const auto adopted = adopt(host, recorded);
    const auto wanted = fold(host, adopted, wishes);
    if (!wanted) return std::unexpected(wanted.error());
    auto proposed = plan(host, recorded, *wanted,
                         {.disrupt = disrupt, .generation = generation, .touched = matrices_named(host, adopted, wishes)});
    const auto taken_over = (adopted.reserved - recorded.reserved) & wanted->reserved;
    if (proposed && !proposed->steps.empty() && !taken_over.empty())
        proposed->notes.push_back(fmt::format("somebody else took {} from the host: from now on reserved for guests; apctl release gives back",
                                              describe(taken_over, 4)));
    return proposed;
}

std::string describe(const std::vector<Wish>& wishes) {
    std::string text;
    for (const auto& wish : wishes) text += fmt::format("{}{} {}", text.empty() ? "" : "; ", name_of(wish.verb), object_of(wish));
    return text;
}

} // namespace ap::engine
