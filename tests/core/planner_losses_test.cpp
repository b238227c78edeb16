// SPDX-License-Identifier: LGPL-2.1-or-later
// The last queues of a kind: said, and taken from the host only when somebody says so.
#include "hosts.hpp"
#include "planner_world.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

using namespace fixtures;
using Kind = HostLoss::Kind;

/// Adapter 3 is an accelerator, 4 a CCA and 5 an EP11 coprocessor, with domains 1 to 3; the default domain is 2.
HostState one_of_each() {
    auto host = small_host();
    host.adapters[Apid{3}].mode = Mode::accelerator;
    host.adapters[Apid{4}].mode = Mode::cca;
    host.default_domain = Apqi{2};
    return host;
}
Wanted reserved(const QueueSet& queues) {
    Wanted wanted;
    wanted.reserved = queues;
    return wanted;
}
std::vector<std::string> reasons(const std::expected<Plan, std::vector<Error>>& made) {
    std::vector<std::string> out;
    if (!made)
        for (const auto& error : made.error()) out.push_back(to_string(error));
    return out;
}
const PlanOptions disrupt{.disrupt = true, .touched = {}};

TEST(HostLosses, TheLastOnlineQueuesOfAModeAreTakenOnlyWhenSaid) {
    const auto host = one_of_each();
    const auto refused = plan(host, {}, reserved(queues({4}, {1, 2, 3})), {});
    EXPECT_EQ(reasons(refused), (std::vector<std::string>{"the host: would lose its last online CCA queues: 04.0001-0003; say --disrupt to take them from the host's own programs, "
                                                          "or name some that it keeps: apctl keep"}));
    EXPECT_EQ(refused.error().front().fault, Fault::in_use);
    const auto made = plan(host, {}, reserved(queues({4}, {1, 2, 3})), disrupt);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->host_losses, (std::vector<HostLoss>{{Kind::cca, queues({4}, {1, 2, 3})}}));
    EXPECT_FALSE(made->disrupts) << "no guest loses anything";
}

TEST(HostLosses, OneQueueOfTheModeIsEnough) {
    auto host = one_of_each();
    host.adapters[Apid{5}].mode = Mode::cca;
    EXPECT_TRUE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {}));
}

TEST(HostLosses, QueuesThatDoNotWorkDoNotCount) {
    auto host = one_of_each();
    host.adapters[Apid{5}].mode = Mode::cca;
    host.offline = queues({5}, {1, 2});
    EXPECT_TRUE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {})) << "05.0003 is left";
    host.offline.insert(queue(5, 3));
    EXPECT_FALSE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {}));
    host.offline = {};
    host.adapters[Apid{5}].online = false;
    EXPECT_FALSE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {}));
    host.offline = queues({4}, {1, 2, 3});
    EXPECT_TRUE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {})) << "what does not work is not missed";
}

TEST(HostLosses, AllOfTheDefaultDomainIsAKindOfItsOwn) {
    const auto host = one_of_each();
    EXPECT_EQ(reasons(plan(host, {}, reserved(queues({3, 4, 5}, {2})), {})).front(),
              "the host: would lose its last queues of the default domain: 03-05.0002; say --disrupt to take them from the host's own programs, or name some that it keeps: apctl keep");
    EXPECT_TRUE(plan(host, {}, reserved(queues({3, 4, 5}, {1})), {})) << "another domain";
}

TEST(HostLosses, EveryKindIsAReason) {
    EXPECT_EQ(reasons(plan(one_of_each(), {}, reserved(one_of_each().present), {})).size(), 4u);
    const auto made = plan(one_of_each(), {}, reserved(one_of_each().present), disrupt);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->host_losses.size(), 4u);
}

TEST(HostLosses, WhatIsTakenAlongCountsToo) {
    auto host = one_of_each();
    host.adapters[Apid{3}].mode = host.adapters[Apid{5}].mode = Mode::cca;
    host.present -= queues({4}, {2, 3}), host.host -= queues({4}, {2, 3});
    host.adapters[Apid{4}].mode = Mode::ep11; // 04.0001 alone
    const auto made = plan(host, {}, reserved(queues({3, 5}, {1})), disrupt);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->host_losses, (std::vector<HostLoss>{{Kind::ep11, queues({4}, {1})}}));
}

TEST(HostLosses, WhoNeverHadAnyLosesNone) {
    auto host = one_of_each();
    free_adapter(host, Apid{4}); // by somebody else
    EXPECT_TRUE(plan(host, {}, reserved(queues({4}, {1, 2, 3})), {}));
}

TEST(HostLosses, WhatTheTrialGaveTheHostItMayLoseAgain) {
    EXPECT_TRUE(plan(one_of_each(), {}, reserved(queues({4}, {1, 2, 3})), {.host_may_lose = true, .touched = {}}));
}

TEST(HostLosses, AreInTheDigest) {
    auto made = *plan(one_of_each(), {}, reserved(queues({4}, {1, 2, 3})), disrupt);
    const auto before = digest(made);
    made.host_losses.clear();
    EXPECT_NE(digest(made), before);
}

/// Without the word, whatever is planned: a host that had queues of a mode that work has some in the end.
RC_GTEST_PROP(HostLossProperties, NoKindIsLostUnsaid, ()) {
    auto w = world::some_world();
    for (auto& [id, adapter] : w.now.adapters) adapter.mode = static_cast<Mode>(1 + to_int(id) % 3);
    w.options.disrupt = false;
    const auto made = plan(w.now, w.was, w.want, w.options);
    RC_PRE(made.has_value());
    auto end = w.now;
    for (const auto& step : made->steps) end = after(end, step);
    for (auto mode : {Mode::accelerator, Mode::cca, Mode::ep11}) {
        const auto of_mode = [&](const HostState& host) {
            AdapterSet adapters;
            for (const auto& [id, adapter] : host.adapters)
                if (adapter.mode == mode) adapters.insert(id);
            return host.host & QueueSet::rectangle(adapters, DomainSet::all());
        };
        RC_ASSERT(of_mode(w.now).empty() || !of_mode(end).empty());
    }
}

} // namespace
} // namespace ap
