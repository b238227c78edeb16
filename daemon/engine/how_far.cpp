// SPDX-License-Identifier: LGPL-2.1-or-later
// Compares the host with each state that the job went through.
#include "engine/how_far.hpp"

#include "engine/verdict.hpp"

#include <algorithm>

namespace ap::engine {
namespace {

const ActiveMatrix* find(const HostState& host, const Uuid& uuid) {
    const auto found = host.matrices.find(uuid);
    return found == host.matrices.end() ? nullptr : &found->second;
}

QueueSet rebound_by(const Plan& plan) {
    QueueSet out;
    for (const auto& step : plan.steps)
        if (const auto* s = std::get_if<RebindQueue>(&step)) out.insert(s->queue);
    return out;
}

/// Each queue apart, if the plan moves queues one by one. One that is gone was not moved by anybody.
bool bound_as_in(const HostState& state, const HostState& now, const QueueSet& queues) {
    bool same = true;
    (queues & now.present).for_each([&](Apqn queue) { same = same && binding_of(state, queue) == binding_of(now, queue); });
    return same;
}

/// What the steps write is as in `state`.
bool written_as_in(const HostState& state, const HostState& now, const std::set<Uuid>& mdevs) {
    if (state.apmask != now.apmask || state.aqmask != now.aqmask) return false;
    return std::ranges::all_of(mdevs, [&](const Uuid& uuid) {
        const auto *then = find(state, uuid), *is = find(now, uuid);
        return then == nullptr || is == nullptr ? then == is : then->assigned == is->assigned;
    });
}

/// And what guests see, which tells two states apart between which an id was taken out and put back.
bool seen_as_in(const HostState& state, const HostState& now, const std::set<Uuid>& mdevs) {
    return std::ranges::all_of(mdevs, [&](const Uuid& uuid) {
        const auto *then = find(state, uuid), *is = find(now, uuid);
        return then == nullptr || is == nullptr || then->effective == is->effective;
    });
}

bool in_effect(const Step& step, const HostState& now) {
    if (const auto* s = std::get_if<SetApmask>(&step)) return now.apmask == s->after;
    if (const auto* s = std::get_if<SetAqmask>(&step)) return now.aqmask == s->after;
    if (const auto* s = std::get_if<SetMatrix>(&step)) {
        const auto* matrix = find(now, s->uuid);
        return matrix != nullptr && matrix->assigned == s->after;
    }
    return took_effect(step, Error{}, now);
}

} // namespace

std::vector<const Step*> kernel_steps_of(const Plan& plan) {
    std::vector<const Step*> steps;
    for (const auto& step : plan.steps)
        if (touches_kernel(step)) steps.push_back(&step);
    return steps;
}

std::optional<std::size_t> steps_that_explain(const Plan& plan, const HostState& found, const HostState& now) {
    const auto steps = kernel_steps_of(plan);
    const auto mdevs = touched_by(plan).matrices;
    const auto rebound = rebound_by(plan);
    std::optional<std::size_t> first;
    auto state = found;
    for (std::size_t done = 0;; ++done) {
        if (written_as_in(state, now, mdevs) && bound_as_in(state, now, rebound)) {
            if (seen_as_in(state, now, mdevs)) return done;
            if (!first) first = done;
        }
        if (done == steps.size()) return first;
        state = after(state, *steps[done]);
    }
}

std::vector<const Step*> steps_in_effect(const Plan& plan, const HostState& now) {
    // Walked back in thought: what one step left is what the step before it found.
    std::vector<const Step*> steps;
    auto state = now;
    const auto all = kernel_steps_of(plan);
    for (auto step = all.rbegin(); step != all.rend(); ++step) {
        if (!in_effect(**step, state)) continue;
        steps.insert(steps.begin(), *step);
        if (const auto back = inverse(**step)) state = after(state, *back);
    }
    return steps;
}

} // namespace ap::engine
