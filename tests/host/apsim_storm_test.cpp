// SPDX-License-Identifier: LGPL-2.1-or-later
// The largest host there can be, all of it changing hands at once; run by `apsim run --host full --`.
#include "apsim_scene.hpp"

namespace ap::host {
namespace {

using ApsimFullHost = testing::ApsimScene;

// One test, since each complete read of such a host takes seconds on a simulated one.
TEST_F(ApsimFullHost, IsFollowedThroughAStormOfAllItsQueues) {
    EXPECT_EQ(state.adapters.size(), 256u);
    EXPECT_EQ(state.host.size(), 65536u);
    ASSERT_TRUE(bus.set_apmask(AdapterSet{}));
    // As the daemon's loop does it: a part of the events, a refresh, the next part.
    auto first = events->drain();
    EXPECT_TRUE(first.binding || first.everything);
    ASSERT_TRUE(bus.refresh(state, first));
    EXPECT_EQ(state.guest.size(), 65536u) << "the first part is enough to see where the queues are";
    follow();
    ASSERT_TRUE(bus.set_apmask(AdapterSet::all()));
    follow();
    EXPECT_EQ(state.host.size(), 65536u);
}

} // namespace
} // namespace ap::host
