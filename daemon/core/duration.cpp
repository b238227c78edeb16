// SPDX-License-Identifier: LGPL-2.1-or-later
// vfio_ap resets a queue whenever it loses it, and waits for the end of it, at least one interval of 20 ms (kernel-abi 9). Queues that leave the driver, by masks or by
// their override, do so one after another; those that only leave a matrix are waited for together. A queue that leaves the host's driver is not waited for.
#include "core/duration.hpp"

namespace ap {
namespace {

/// As measured: a mask write that takes 1,600 queues from vfio_ap is back after 49 s.
constexpr std::uint32_t milliseconds_of(std::uint32_t resets) { return resets * 490 / 16; }
static_assert(milliseconds_of(1600) == 49'000);

void add_one_by_one(Duration& sum, unsigned queues) {
    sum.milliseconds -= milliseconds_of(sum.resets);
    sum.resets += queues;
    sum.milliseconds += milliseconds_of(sum.resets); // rounded once
}

/// An override beats the masks.
void add_masks(const HostState& before, const AdapterSet& apmask, const DomainSet& aqmask, Duration& sum) {
    add_one_by_one(sum, ((before.guest - before.overridden) & QueueSet::rectangle(apmask, aqmask)).size());
}

/// What leaves a matrix is reset if a guest could see it: first the queues of adapters that go, then those of domains (kernel-abi 7.5).
void add_matrix(const Matrix& seen, const Matrix& after, Duration& sum) {
    const auto adapters = seen.adapters - after.adapters;
    if (!adapters.empty() && !seen.domains.empty()) sum.milliseconds += milliseconds_of(1);
    if (!(seen.domains - after.domains).empty() && !(seen.adapters - adapters).empty()) sum.milliseconds += milliseconds_of(1);
}

Matrix seen_in(const HostState& before, const Uuid& uuid) {
    const auto at = before.matrices.find(uuid);
    return at == before.matrices.end() ? Matrix{} : at->second.effective;
}

} // namespace

void add_time_of(const Step& step, const HostState& before, Duration& sum) {
    if (const auto* s = std::get_if<SetApmask>(&step)) add_masks(before, s->after, before.aqmask, sum);
    if (const auto* s = std::get_if<SetAqmask>(&step)) add_masks(before, before.apmask, s->after, sum);
    if (const auto* s = std::get_if<RebindQueue>(&step); s != nullptr && s->before.driver == Driver::guest && s->after.driver != Driver::guest)
        add_one_by_one(sum, 1);
    if (const auto* s = std::get_if<SetMatrix>(&step)) add_matrix(seen_in(before, s->uuid), s->after, sum);
    if (const auto* s = std::get_if<EditMatrix>(&step); s != nullptr && !s->assign) {
        auto after = seen_in(before, s->uuid);
        const auto seen = after;
        if (s->what == EditMatrix::What::adapter) after.adapters.erase(static_cast<Apid>(s->id));
        if (s->what == EditMatrix::What::domain) after.domains.erase(static_cast<Apqi>(s->id));
        add_matrix(seen, after, sum);
    }
}

} // namespace ap
