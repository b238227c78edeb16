// SPDX-License-Identifier: LGPL-2.1-or-later
// Who has a queue, what a person sees of it, and the sentences of `apctl why`.
#include "hosts.hpp"

#include "core/explainer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ap {
namespace {

using namespace fixtures;

const Uuid web_id = uuid("1");

/// Adapters 3 and 4 with vfio_ap; web has 3 x {1,2}.
HostState host_with_web() {
    auto host = small_host();
    free_adapter(host, Apid{3});
    free_adapter(host, Apid{4});
    host.matrices[web_id] = active({3}, {1, 2});
    return host;
}
Wanted web_running() {
    auto wanted = with_definitions({{web_id, running("web", {3}, {1, 2})}});
    wanted.reserved = queues({4}, {1});
    return wanted;
}

TEST(Owner, IsTheMatrixBeforeAllElse) {
    auto host = host_with_web();
    EXPECT_EQ(owner_of(host, queue(3, 1)), (Owner{Owner::Kind::matrix, web_id}));
    host.present.erase(queue(3, 1));
    host.guest.erase(queue(3, 1));
    EXPECT_EQ(owner_of(host, queue(3, 1)), (Owner{Owner::Kind::matrix, web_id})) << "also of a queue that does not exist";
}

TEST(Owner, IsWhoseDriverHasIt) {
    auto host = host_with_web();
    EXPECT_EQ(owner_of(host, queue(3, 3)).kind, Owner::Kind::pool);
    EXPECT_EQ(owner_of(host, queue(5, 3)).kind, Owner::Kind::host);
    EXPECT_EQ(owner_of(host, queue(9, 3)).kind, Owner::Kind::absent);
    host.host.erase(queue(5, 3));
    EXPECT_EQ(owner_of(host, queue(5, 3)).kind, Owner::Kind::unbound);
}

struct Seen {
    QueueCondition expected;
    Apqn queue;
    void (*change)(HostState&);
};
class Conditions : public testing::TestWithParam<Seen> {};

TEST_P(Conditions, AreSeen) {
    auto host = host_with_web();
    GetParam().change(host);
    EXPECT_EQ(to_string(condition_of(host, GetParam().queue)), to_string(GetParam().expected));
}
INSTANTIATE_TEST_SUITE_P(
    Explainer, Conditions,
    testing::Values(
        Seen{QueueCondition::absent, queue(9, 1), [](HostState&) {}},
        Seen{QueueCondition::missing, queue(3, 1), [](HostState& h) { h.present.erase(queue(3, 1)); }},
        Seen{QueueCondition::unbound, queue(4, 1), [](HostState& h) { h.guest.erase(queue(4, 1)); }},
        Seen{QueueCondition::host, queue(5, 1), [](HostState&) {}},
        Seen{QueueCondition::host_offline, queue(5, 1), [](HostState& h) { h.offline.insert(queue(5, 1)); }},
        Seen{QueueCondition::pool, queue(4, 1), [](HostState&) {}},
        Seen{QueueCondition::matrix, queue(3, 1), [](HostState&) {}},
        Seen{QueueCondition::in_use, queue(3, 1), [](HostState& h) { h.matrices[web_id].in_use = true; }},
        Seen{QueueCondition::filtered, queue(3, 1), [](HostState& h) { h.matrices[web_id].effective.adapters = {}; }},
        Seen{QueueCondition::checkstop, queue(3, 1), [](HostState& h) { h.adapters[Apid{3}].checkstopped = true; }},
        Seen{QueueCondition::deconfigured, queue(5, 1), [](HostState& h) { h.adapters[Apid{5}].configured = false; }}),
    [](const auto& row) { return to_string(row.param.expected); });

TEST(Conditions, HaveNamesOfTheirOwn) {
    std::set<std::string> names;
    for (int i = 0; i <= static_cast<int>(QueueCondition::deconfigured); ++i) names.insert(to_string(static_cast<QueueCondition>(i)));
    EXPECT_EQ(names.size(), 11U);
}

TEST(QueueView, AgreesWithAskingForEachQueue) {
    auto host = host_with_web();
    host.matrices[uuid("2")] = active({4, 9}, {3});
    host.matrices[web_id].in_use = true;
    host.matrices[web_id].effective.domains = domains({1});
    host.adapters[Apid{5}].checkstopped = true;
    const QueueView view(host);
    QueueSet::rectangle(AdapterSet::all(), DomainSet::all()).for_each([&](Apqn q) {
        ASSERT_EQ(view.owner(q), owner_of(host, q)) << to_string(q);
        ASSERT_EQ(view.condition(q), condition_of(host, q)) << to_string(q);
    });
}

using Sentences = std::vector<std::string>;

TEST(Explain, AQueueOfARunningGuest) {
    auto host = host_with_web();
    host.matrices[web_id].in_use = true;
    host.matrices[web_id].holder = "guest web01";
    const auto why = explain(host, web_running(), queue(3, 1));
    EXPECT_EQ(why.condition, QueueCondition::in_use);
    EXPECT_EQ(why.sentences, (Sentences{"03.0001 is used by guest web01 through matrix web.",
                                        "The masks give it to vfio_ap: adapter 3 is clear in apmask, domain 1 is set in aqmask.",
                                        "It is bound to vfio_ap."}));
}

TEST(Explain, AGuestThatSleepsAndWillWantTheMatrix) {
    const GuestMap guests{.guests = {{.name = "db2", .state = "shut off", .next_matrix = web_id}, {.name = "other", .state = "shut off", .next_matrix = Uuid{{9}}}}};
    EXPECT_EQ(explain(host_with_web(), web_running(), queue(3, 1), guests).sentences.back(),
              "Guest \"db2\" (shut off) names matrix web: it has it from its next start on.");
}

TEST(Explain, AFilteredAdapterNamesTheQueueToBlame) {
    auto host = host_with_web();
    host.guest.erase(queue(3, 2));
    host.matrices[web_id].effective.adapters = {};
    EXPECT_EQ(explain(host, web_running(), queue(3, 1)).sentences,
              (Sentences{"03.0001 is in matrix web, which nobody uses now.",
                         "The guest of web does not see adapter 3 at all, because 03.0002 is not bound to vfio_ap.",
                         "The masks give it to vfio_ap: adapter 3 is clear in apmask, domain 1 is set in aqmask.",
                         "It is bound to vfio_ap.", "apctl show web lists what its guest does not see."}));
}

TEST(Explain, AMissingQueueSaysWhatTheHostLacks) {
    auto host = host_with_web();
    host.host_domains.erase(Apqi{2});
    host.present.erase(queue(3, 2));
    host.guest.erase(queue(3, 2));
    host.matrices[web_id].effective.domains.erase(Apqi{2});
    EXPECT_EQ(explain(host, web_running(), queue(3, 2)).sentences,
              (Sentences{"03.0002 is in matrix web, but this host has no such queue.", "The domain 2 is not a usage domain of this host.",
                         "The masks give it to vfio_ap: adapter 3 is clear in apmask, domain 2 is set in aqmask.",
                         "apctl show web lists what its guest does not see."}));
}

TEST(Explain, AStaleFilterOfTheKernel) {
    auto host = host_with_web();
    host.matrices[web_id].effective.adapters = {};
    EXPECT_EQ(explain(host, web_running(), queue(3, 1)).sentences.at(1),
              "The kernel has left adapter 3 out of what the guest of web sees and looks again only at the next change of this matrix.");
}

TEST(Explain, CollateralIsNobodysWish) {
    const auto why = explain(host_with_web(), web_running(), queue(4, 2));
    EXPECT_EQ(why.owner.kind, Owner::Kind::pool);
    EXPECT_FALSE(why.reserved);
    EXPECT_EQ(why.sentences.back(),
              "Nobody asked for it: the masks know only whole adapters and domains, so it left the host with queues that were asked for.");
}

TEST(Explain, AQueueThatOthersFreed) {
    auto host = small_host();
    free_adapter(host, Apid{5});
    EXPECT_EQ(explain(host, {}, queue(5, 1)).sentences.back(), "Nobody wished this here: the masks were changed without apctl.");
}

TEST(Explain, AReservedQueueAndTheWayBack) {
    const auto why = explain(host_with_web(), web_running(), queue(4, 1));
    EXPECT_TRUE(why.reserved);
    EXPECT_EQ(why.sentences.front(), "04.0001 is free in the guest pool: no matrix has it.");
    EXPECT_EQ(why.sentences.back(), "apctl release 04.0001 gives it back to the host.");
}

TEST(Explain, AQueueTheHostMustKeep) {
    Wanted wanted;
    wanted.keep = queues({5}, {1});
    const auto why = explain(small_host(), wanted, queue(5, 1));
    EXPECT_TRUE(why.keep);
    EXPECT_EQ(why.sentences, (Sentences{"05.0001 belongs to the host.",
                                        "The masks give it to the host: adapter 5 is set in apmask and domain 1 in aqmask.",
                                        "It is bound to the host's driver.", "It is marked: the host must keep it.",
                                        "apctl keep --remove 05.0001 allows the host to lose it."}));
}

TEST(Explain, AnUnboundQueueWithoutTheModule) {
    auto host = small_host();
    free_adapter(host, Apid{4});
    host.guest = {};
    host.vfio_ap_present = false;
    const auto why = explain(host, web_running(), queue(4, 1));
    EXPECT_EQ(why.condition, QueueCondition::unbound);
    EXPECT_TRUE(std::ranges::count(why.sentences, "It is bound to no driver, because the module vfio_ap is not loaded."));
    EXPECT_EQ(why.sentences.back(), "modprobe vfio_ap loads the module.");
}

TEST(Explain, DefinitionsThatWouldHaveIt) {
    auto wanted = web_running();
    wanted.definitions[uuid("2")] = defined("spare", {3}, {1});
    EXPECT_TRUE(std::ranges::count(explain(host_with_web(), wanted, queue(3, 1)).sentences,
                                   "The definition of matrix spare has it; it is stopped."));
}

TEST(Explain, AnMdevMadeByOthers) {
    EXPECT_TRUE(std::ranges::count(explain(host_with_web(), {}, queue(3, 1)).sentences,
                                   "This matrix has no definition: it was made without apctl."));
}

TEST(UsersOf, AreDefinitionsAndMdevsWithTheQueuesTheyHave) {
    auto host = host_with_web();
    host.matrices[web_id].in_use = true;
    host.matrices[web_id].effective.domains = domains({1});
    host.matrices[uuid("9")] = active({4}, {1});
    auto wanted = web_running();
    wanted.definitions[uuid("2")] = defined("spare", {3, 5}, {1});
    const auto users = users_of(host, wanted, queues({3}, {1, 2, 3}));
    ASSERT_EQ(users.size(), 2U);
    EXPECT_EQ(users[0].uuid, web_id);
    EXPECT_TRUE(users[0].active && users[0].in_use);
    EXPECT_EQ(users[0].queues, queues({3}, {1, 2}));
    EXPECT_EQ(users[0].effective, queues({3}, {1}));
    EXPECT_EQ(users[1].uuid, uuid("2"));
    EXPECT_FALSE(users[1].active);
    EXPECT_EQ(users[1].queues, queues({3}, {1}));
}

} // namespace
} // namespace ap
