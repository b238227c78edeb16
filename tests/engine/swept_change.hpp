// SPDX-License-Identifier: LGPL-2.1-or-later
// A scenario's change as the sweeps play it, and how it ends when nothing is in the way.
#pragma once

#include "engine/scenarios.hpp"

#include <gtest/gtest.h>

namespace ap::engine {

class SweptChange : public testing::TestWithParam<Scenario> {
  protected:
    World found;   ///< when the job begins
    World planned; ///< how it ends when nothing is in the way
    unsigned calls = 0;

    void SetUp() override {
        Rig rig(start_of(GetParam()));
        prepare(rig, GetParam());
        found = rig.world();
        ASSERT_EQ(run(rig).state, JobState::done);
        ASSERT_TRUE(rig.rescan());
        calls = rig.gate.calls();
        planned = rig.world();
    }
    static JobView run(Rig& rig) { return rig.apply(GetParam().wishes, {.disrupt = GetParam().disrupt, .digest = {}, .said = {}, .confirm_within = GetParam().confirm_within}); }

    /// From here on each write is a failure of the test after which a queue is in two matrices, or one that the host must keep with a guest.
    void guard(Rig& rig) const {
        const auto keep = found.wanted.keep & planned.wanted.keep;
        rig.host.watch([keep](const HostState& host) {
            EXPECT_FALSE(host.guest.intersects(keep));
            QueueSet held;
            for (const auto& [uuid, matrix] : host.matrices) {
                EXPECT_FALSE(held.intersects(matrix.assigned.queues())) << "a queue in two matrices";
                held |= matrix.assigned.queues();
            }
        });
    }
};

} // namespace ap::engine
