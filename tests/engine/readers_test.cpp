// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers never wait, and what they see is whole.
#include "engine/rig.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace {

using namespace ap;
using namespace ap::engine;

TEST(Readers, AreAnsweredWhileAWriteIsStuck) {
    Rig rig(two_adapters());
    rig.start();
    rig.gate.reset();
    rig.gate.block(4); // lock, refresh, load, then the first write
    const auto id = rig.queue({assign_web()});
    rig.gate.wait_until_blocked();

    EXPECT_EQ(rig.engine.snapshot()->host, two_adapters()) << "a half-done change is never shown";
    EXPECT_TRUE(rig.engine.plan({assign_web()}, false));
    EXPECT_EQ(rig.engine.jobs().size(), 1U);
    EXPECT_TRUE(rig.engine.apply({assign_web()}, {}, {}));
    rig.engine.changed(Dirty{.everything = true});
    EXPECT_EQ(rig.job(id).state, JobState::running);
    EXPECT_EQ(rig.gate.calls(), 4U) << "and none of it touched a port";

    rig.gate.release();
    EXPECT_EQ(rig.wait_for_end(id).state, JobState::done);
}

/// Nobody can see an mdev whose queues are the host's: the planner never makes that, so only a torn picture could show it.
void expect_whole(const Snapshot& picture) {
    for (const auto& [uuid, matrix] : picture.host.matrices)
        EXPECT_FALSE(matrix.effective.queues().intersects(reserved_by_masks(picture.host)));
}

TEST(Readers, SeeWholePicturesInRisingOrder) {
    Rig rig(two_adapters());
    rig.start();
    std::atomic<bool> over = false;
    const auto read = [&] {
        std::uint64_t last = 0;
        while (!over) {
            const auto picture = rig.engine.snapshot();
            EXPECT_GE(picture->generation, last);
            last = picture->generation;
            expect_whole(*picture);
            for (const auto& job : rig.engine.jobs()) EXPECT_LE(job.steps_done, job.steps.size());
            (void)rig.engine.look_at_clock(Clock::now());
        }
    };
    std::thread one(read), two(read);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(rig.apply({assign_web()}).state, JobState::done);
        rig.engine.changed(Dirty{.binding = true, .matrix_list = true, .silent = true});
        EXPECT_EQ(rig.apply({wish("unassign", {{"matrix", "web"}})}).state, JobState::done);
    }
    over = true;
    one.join();
    two.join();
}

} // namespace
