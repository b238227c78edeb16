// SPDX-License-Identifier: LGPL-2.1-or-later
// How long the kernel will be at it: what is reset one after another, and what together.
#include "core/duration.hpp"

#include "core/planner.hpp"
#include "hosts.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

using namespace fixtures;

Duration time_of(const HostState& before, const Step& step) {
    Duration out;
    add_time_of(step, before, out);
    return out;
}

/// 40 adapters x 40 domains, all of it with vfio_ap.
HostState everything_with_guests() {
    HostState host;
    for (unsigned a = 0; a < 40; ++a)
        for (unsigned d = 0; d < 40; ++d) host.present.insert(queue(a, d));
    host.guest = host.present;
    host.apmask = {};
    return host;
}

TEST(Duration, IsLongForAMaskThatTakesManyQueuesFromVfioAp) {
    const auto takes = time_of(everything_with_guests(), SetApmask{{}, AdapterSet::all()});
    EXPECT_EQ(takes.resets, 1600u);
    EXPECT_EQ(takes.milliseconds, 49'000u);
}

TEST(Duration, IsNothingForAMaskThatTakesQueuesFromTheHost) {
    EXPECT_EQ(time_of(small_host(), SetAqmask{DomainSet::all(), {}}), Duration{});
}

TEST(Duration, CountsOnlyQueuesThatTheMaskMoves) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    EXPECT_EQ(time_of(host, SetApmask{host.apmask, AdapterSet::all()}).resets, 3u);
    host.aqmask = ~domains({1});
    EXPECT_EQ(time_of(host, SetApmask{host.apmask, AdapterSet::all()}).resets, 2u) << "the other mask still frees 03.0001";
    set_override(host, queue(3, 2), guest_driver_name);
    EXPECT_EQ(time_of(host, SetApmask{host.apmask, AdapterSet::all()}).resets, 1u) << "an override beats the masks";
}

TEST(Duration, AddsUpOverRebindings) {
    Duration sum;
    const auto host = everything_with_guests();
    for (unsigned d = 0; d < 32; ++d) add_time_of(RebindQueue{queue(3, d), {guest_driver_name, Driver::guest}, {"", Driver::host}}, host, sum);
    EXPECT_EQ(sum, (Duration{32, 980}));
    add_time_of(RebindQueue{queue(4, 1), {"", Driver::host}, {guest_driver_name, Driver::guest}}, host, sum);
    EXPECT_EQ(sum.resets, 32u) << "the host's driver lets go without waiting";
}

TEST(Duration, OfAMatrixIsOneWaitForAdaptersAndOneForDomains) {
    auto host = small_host();
    host.matrices[uuid("1")] = active({3, 4}, {1, 2});
    const auto becomes = [&](std::initializer_list<unsigned> a, std::initializer_list<unsigned> d) {
        return time_of(host, SetMatrix{uuid("1"), matrix({3, 4}, {1, 2}), matrix(a, d)});
    };
    const auto one = time_of(host, EditMatrix{uuid("1"), EditMatrix::What::adapter, 3, false}).milliseconds;
    EXPECT_GT(one, 20u);
    EXPECT_EQ(becomes({3}, {1, 2}), (Duration{0, one}));
    EXPECT_EQ(becomes({3}, {1}).milliseconds, 2 * one);
    EXPECT_EQ(becomes({}, {}).milliseconds, one) << "without adapters no queue is left";
    EXPECT_EQ(becomes({3, 4, 5}, {1, 2}), Duration{});
    host.matrices[uuid("1")].effective = {};
    EXPECT_EQ(becomes({3}, {1}), Duration{}) << "no guest could see it";
}

TEST(Duration, IsPartOfThePlan) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    Wanted was;
    was.reserved = queues({3}, {1, 2, 3});
    const auto back = plan(host, was, {}, {});
    ASSERT_TRUE(back);
    EXPECT_EQ(back->duration, (Duration{3, 91}));
    const auto away = plan(small_host(), {}, was, {});
    ASSERT_TRUE(away);
    EXPECT_EQ(away->duration, Duration{});
}

} // namespace
} // namespace ap
