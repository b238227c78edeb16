// SPDX-License-Identifier: LGPL-2.1-or-later
// The slow poll: only while something can change silently.
#include "pace.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

using namespace std::chrono_literals;

TEST(Pace, SleepsWhereNothingCanChangeSilently) { EXPECT_EQ(silent_poll_interval(HostState{}), std::nullopt); }

TEST(Pace, LooksNowAndThenForCheckstopsWhileThereIsAnAdapter) {
    HostState host;
    host.adapters[Apid{3}] = {};
    EXPECT_EQ(silent_poll_interval(host), 10s);
}

TEST(Pace, LooksMoreOftenWhileAGuestMayComeOrGo) {
    HostState host;
    host.matrices[Uuid{}] = {};
    EXPECT_EQ(silent_poll_interval(host), 2s);
}

} // namespace
} // namespace ap
