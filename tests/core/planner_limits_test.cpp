// SPDX-License-Identifier: LGPL-2.1-or-later
// What the planner keeps away from: what brings kernels down, and what they never do.
#include "core/planner.hpp"

#include "core/predictor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ap {
namespace {

const Uuid web{{1}};
const Apid a3{3}, a4{4};
const DomainSet five{Apqi{1}, Apqi{2}, Apqi{3}, Apqi{4}, Apqi{5}};

/// Adapters 3 and 4, five domains, everything with the host.
HostState host() {
    HostState now;
    now.bus_present = now.vfio_ap_present = now.has_ap_config = true;
    now.host_adapters = {a3, a4};
    now.host_domains = now.host_control = five;
    now.present = now.host = QueueSet::rectangle(now.host_adapters, now.host_domains);
    return now;
}
Wanted with_web(const AdapterSet& adapters) {
    Wanted wanted;
    wanted.definitions[web] = {"web", {adapters, DomainSet::all(), {}}, true, true};
    return wanted;
}
bool warns(const std::expected<Plan, std::vector<Error>>& made, std::string_view part) {
    return made && std::ranges::any_of(made->notes, [&](const auto& note) { return note.find(part) != std::string::npos; });
}

TEST(PlannerLimits, WarnsOfListsThatDoNotFitTheKernelsPage) {
    EXPECT_FALSE(warns(plan(host(), {}, with_web({a3}), {}), "overwrites memory"));
    EXPECT_TRUE(warns(plan(host(), {}, with_web({a3, a4}), {}), "web will have 512 queues"));
}

TEST(PlannerLimits, RefusesAMatrixThatAKernelWithoutApConfigCannotList) {
    auto old = host();
    old.has_ap_config = false;
    EXPECT_TRUE(plan(old, {}, with_web({a3}), {}));
    const auto refused = plan(old, {}, with_web({a3, a4}), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().reason, "would have 512 queues; this kernel has no ap_config, and cannot list more than 511");
}

TEST(PlannerLimits, GivesNoQueueToTheHostWhoseCardHasNoDriver) {
    auto now = host();
    now = after(now, SetApmask{now.apmask, now.apmask - AdapterSet{a3}});
    Wanted was;
    was.reserved = QueueSet::rectangle({a3}, five);
    now.adapters[a3].has_driver = true;
    EXPECT_TRUE(plan(now, was, {}, {}));
    now.adapters[a3].has_driver = false;
    const auto refused = plan(now, was, {}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_string(refused.error().front()), "card03: has no driver; the kernel may crash when 03.0001-0005 come back to the host; "
                                                  "give it its driver first: echo card03 >/sys/bus/ap/drivers/cex4card/bind");
}

TEST(PlannerLimits, RefusesAnAdapterThatVfioApDoesNotTake) {
    auto now = host();
    now.adapters[a3].hwtype = 9;
    now.adapters[a4].hwtype = oldest_hwtype_for_guests;
    Wanted small;
    small.definitions[web] = {"web", {{a3, a4}, {Apqi{1}}, {}}, true, true};
    const auto refused = plan(now, {}, small, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_string(refused.error().front()), "web: adapter 3 is of hardware type 9, older than CEX4 (type 10): vfio_ap does not take it, so no guest can have it; "
                                                  "choose other adapters: apctl list adapters");
    EXPECT_EQ(refused.error().size(), 1u);
    Wanted pool;
    pool.reserved = QueueSet::rectangle({a3}, five);
    EXPECT_FALSE(plan(now, {}, pool, {}));
    small.definitions[web].active = false;
    EXPECT_TRUE(plan(now, small, {}, {})) << "what somebody has defined can be forgotten";
}

TEST(PlannerLimits, SaysThatAnAdapterWithoutADeviceMayBeTooOld) {
    auto now = host();
    now.adapters[a4] = {.hwtype = 14, .online = true};
    now.present -= QueueSet::rectangle({a3}, five), now.host = now.present;
    Wanted small;
    small.definitions[web] = {"web", {{a3, a4}, {Apqi{1}}, {}}, true, true};
    EXPECT_TRUE(warns(plan(now, {}, small, {}), "adapter 3 is in the host's configuration, but the kernel shows no device: no guest can have one that is older than CEX4"));
}

} // namespace
} // namespace ap
