// SPDX-License-Identifier: LGPL-2.1-or-later
// Why not by this way of binding: what overrides cannot do that masks can, and what stands in the way of a conversion.
#include "core/parse.hpp"
#include "core/planner_goal.hpp"
#include "core/quote.hpp"
#include "core/rectangles.hpp"

#include <fmt/format.h>

namespace ap::planning {
namespace {

Error conflict(std::string subject, std::string reason, std::string remedy) {
    return {Fault::conflict, std::move(subject), std::move(reason), std::move(remedy), 0};
}

/// Somebody else's driver_override: the queue is not ours to move.
Error foreign(const HostState& now, Apqn queue) {
    return conflict(to_string(queue), fmt::format("somebody else has set its driver_override to {}", quote(now.other_overrides.at(queue))),
                    fmt::format("clear it first, if nobody needs it: echo >/sys/bus/ap/devices/{}/driver_override", to_string(queue)));
}

/// What the wish brings to vfio_ap that the wishes before it did not.
QueueSet newly_wanted(const Goal& goal) {
    auto out = goal.pool - goal.pool_before;
    for (const auto& t : goal.targets)
        if (t.wanted && (goal.converts || !t.exists || exceeds(t.after, t.before))) insert(out, t.after);
    return out;
}

/// With masks a matrix may have queues that come one day; with overrides the kernel knows nobody but existing queues (kernel-abi 5.3).
void check_absent(std::vector<Error>& errors, const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal) {
    for (const auto& t : goal.targets) {
        if (!t.wanted || !(goal.converts || !t.exists || exceeds(t.after, t.before))) continue;
        const auto absent = t.after.queues() - now.present;
        if (absent.empty()) continue;
        errors.push_back(conflict(name_of(was, want, t.uuid),
                                  fmt::format("{} {} not exist, and with overrides a matrix can only have queues that do", describe(absent),
                                              absent.size() == 1 ? "does" : "do"),
                                  "choose queues that exist, or bind by masks: apctl convert masks"));
    }
}

void check_foreign(std::vector<Error>& errors, const HostState& now, const Goal& goal) {
    const auto newly = newly_wanted(goal);
    const bool all = goal.converts && goal.mode == BindMode::masks;
    for (const auto& [queue, text] : now.other_overrides)
        if (all || newly.contains(queue)) errors.push_back(foreign(now, queue));
}

void check_kernel(std::vector<Error>& errors, const HostState& now, const Goal& goal) {
    if (goal.mode == BindMode::overrides && !now.has_driver_override)
        errors.push_back(conflict("overrides", "this kernel has no driver_override for queues",
                                  "use a kernel of at least 6.19, or bind by masks: apctl convert masks"));
}

void check_guests(std::vector<Error>& errors, const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal) {
    for (const auto& t : goal.targets) {
        if (!t.in_use || !exceeds(t.before, {})) continue;
        const auto& holder = now.matrices.at(t.uuid).holder;
        errors.push_back({Fault::in_use, name_of(was, want, t.uuid),
                          fmt::format("a running guest{} has it open, and while the host is converted every matrix is empty for a moment",
                                      holder.empty() ? "" : fmt::format(" ({})", holder)),
                          "shut the guest down or detach the device from it first", 0});
    }
}

} // namespace

std::vector<Error> refusals_of_binding(const HostState& now, const Wanted& was, const Wanted& want, const Goal& goal) {
    std::vector<Error> errors;
    check_kernel(errors, now, goal);
    if (goal.converts) check_guests(errors, now, was, want, goal);
    if (goal.mode == BindMode::overrides) check_absent(errors, now, was, want, goal);
    if (goal.mode == BindMode::overrides || goal.converts) check_foreign(errors, now, goal);
    return errors;
}

} // namespace ap::planning
