// SPDX-License-Identifier: LGPL-2.1-or-later
// From words to a host: adopt, fold, plan and the model of the kernel together, over several calls.
#include "arbitrary.hpp"
#include "hosts.hpp"

#include "core/planner.hpp"
#include "core/wish.hpp"

#include <algorithm>

namespace ap {
namespace {

using namespace fixtures;

struct World {
    HostState host;
    Wanted recorded;
};

/// One call of apctl, carried out; nullopt when it is refused.
std::optional<World> call(const World& world, const std::vector<Wish>& wishes, std::string* plan_digest = nullptr) {
    const auto start = adopt(world.host, world.recorded);
    const auto want = fold(world.host, start, wishes);
    if (!want) return std::nullopt;
    const auto made = plan(world.host, world.recorded, *want,
                           {.disrupt = false, .generation = 1, .touched = matrices_named(world.host, start, wishes)});
    if (!made) return std::nullopt;
    if (plan_digest != nullptr) *plan_digest = digest(*made);
    World out{world.host, made->wanted};
    for (const auto& step : made->steps) out.host = after(out.host, step);
    return out;
}

Wish said(std::string_view verb, const WishArguments& arguments) { return parse_wish(verb, arguments).value(); }

rc::Gen<Wish> any_wish() {
    return rc::gen::exec([] {
        const auto name = *rc::gen::element<std::string>("web", "db", "mail");
        const auto a = *rc::gen::element<std::string>("3", "4", "5", "3,4", "6");
        const auto d = *rc::gen::element<std::string>("1", "2", "3", "1-2", "9");
        return *rc::gen::element(said("reserve", {{"adapters", a}, {"domains", d}}), said("release", {{"adapters", a}, {"domains", d}}),
                                 said("keep", {{"adapters", a}, {"domains", d}}), said("unkeep", {{"adapters", "all"}, {"domains", d}}),
                                 said("assign", {{"matrix", name}, {"adapters", a}, {"domains", d}}),
                                 said("unassign", {{"matrix", name}}), said("stop", {{"matrix", name}}), said("start", {{"matrix", name}}));
    });
}

HostState any_host() {
    auto host = small_host();
    host.in_use_rule = *rc::gen::element(InUseRule::current_opposite, InUseRule::all_opposite);
    host.has_ap_config = *rc::gen::arbitrary<bool>();
    const auto missing = *rc::gen::element(QueueSet{}, queues({3}, {1}), queues({4}, {2, 3}));
    host.present -= missing;
    host.host -= missing;
    return host;
}

/// A host after some calls that were not refused.
World any_world() {
    World world{any_host(), {}};
    for (const auto& wish : *rc::gen::container<std::vector<Wish>>(*rc::gen::element<std::size_t>(1, 3, 5, 8), any_wish()))
        if (auto next = call(world, {wish})) world = std::move(*next);
    return world;
}

std::vector<std::string> mask_drift(const World& world) {
    std::vector<std::string> out;
    for (const auto& drift : drift_between(world.host, world.recorded))
        if (drift.kind == Drift::Kind::mask_freed || drift.kind == Drift::Kind::mask_taken) out.push_back(drift.text);
    return out;
}

RC_GTEST_PROP(Flow, WhatApctlDidItselfIsNeverDrift, ()) {
    const auto world = any_world();
    RC_CLASSIFY(world.host.apmask.size() + world.host.aqmask.size() < 512, "masks changed");
    RC_CLASSIFY(!world.host.matrices.empty(), "matrices active");
    RC_ASSERT(mask_drift(world).empty());
    RC_ASSERT(adopt(world.host, world.recorded) == world.recorded);
}

RC_GTEST_PROP(Flow, TakingEverythingBackLeavesTheHostAsItWas, ()) {
    const auto world = any_world();
    std::vector<Wish> back{said("release", {{"adapters", "all"}, {"domains", "all"}}), said("unkeep", {{"adapters", "all"}, {"domains", "all"}})};
    for (const auto& [uuid, definition] : world.recorded.definitions) back.push_back(said("unassign", {{"matrix", definition.name}}));
    const auto end = call(world, back);
    RC_ASSERT(end.has_value());
    RC_ASSERT(end->recorded == Wanted{});
    RC_ASSERT(end->host.apmask == AdapterSet::all());
    RC_ASSERT(end->host.aqmask == DomainSet::all());
    RC_ASSERT(end->host.host == end->host.present);
}

RC_GTEST_PROP(Flow, SayingTheSameAgainChangesNothing, ()) {
    const auto world = any_world();
    const std::vector<Wish> wishes{*any_wish()};
    const auto once = call(world, wishes);
    RC_PRE(once && wishes[0].verb != Verb::unassign); // a second unassign finds no matrix
    const auto again = call(*once, wishes);
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->recorded == once->recorded);
    RC_ASSERT(again->host == once->host);
}

RC_GTEST_PROP(Flow, TheOrderOfWishesInOneCallNeverMatters, ()) {
    const auto world = any_world();
    auto wishes = *rc::gen::container<std::vector<Wish>>(3, any_wish());
    std::string straight, reversed;
    const auto one = call(world, wishes, &straight);
    std::ranges::reverse(wishes);
    const auto other = call(world, wishes, &reversed);
    RC_ASSERT(one.has_value() == other.has_value());
    RC_PRE(one.has_value());
    RC_ASSERT(straight == reversed);
    RC_ASSERT(one->host == other->host);
}

RC_GTEST_PROP(Flow, ADrainThatIsRestoredWasNeverThere, ()) {
    const auto world = any_world();
    const auto adapter = *rc::gen::element<std::string>("3", "4", "5");
    const auto drained = call(world, {said("drain", {{"adapters", adapter}})});
    RC_ASSERT(drained.has_value());
    for (const auto& [uuid, m] : drained->host.matrices) RC_ASSERT(!m.assigned.adapters.intersects(parse_adapters(adapter).value()));
    const auto restored = call(*drained, {said("restore", {{"adapters", adapter}})});
    RC_ASSERT(restored.has_value());
    RC_ASSERT(restored->recorded == world.recorded);
    RC_ASSERT(restored->host.matrices == world.host.matrices);
    if (world.host.in_use_rule == InUseRule::current_opposite) RC_ASSERT(restored->host == world.host);
}

TEST(Flow, TheSameWishesInSeparateCallsInAnyOrderGiveTheSameHost) {
    std::vector<Wish> wishes{said("assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}}),
                             said("assign", {{"matrix", "db"}, {"adapters", "4"}, {"domains", "1"}}),
                             said("reserve", {{"queues", "05.0001"}}), said("keep", {{"queues", "05.0003"}})};
    std::ranges::sort(wishes);
    std::optional<HostState> first;
    do {
        World world{small_host(), {}};
        for (const auto& wish : wishes) world = call(world, {wish}).value();
        if (!first) first = world.host;
        EXPECT_EQ(world.host.apmask, first->apmask);
        EXPECT_EQ(world.host.aqmask, first->aqmask);
        EXPECT_EQ(world.host.matrices, first->matrices);
    } while (std::ranges::next_permutation(wishes).found);
}

TEST(Flow, ForeignMasksSurviveOurOwnChanges) {
    World world{small_host(), {}};
    free_adapter(world.host, Apid{5});
    world = call(world, {said("assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1,2,3"}})}).value();
    EXPECT_FALSE(world.host.apmask.contains(Apid{5}));
    world = call(world, {said("unassign", {{"matrix", "web"}})}).value();
    EXPECT_EQ(world.host.apmask, AdapterSet::all() - adapters({5}));
    EXPECT_EQ(world.host.aqmask, DomainSet::all());
}

TEST(Flow, UnassignRemovesAnMdevThatOthersMade) {
    World world{small_host(), {}};
    free_adapter(world.host, Apid{3});
    world.host.matrices[uuid("abcd")] = active({3}, {1});
    world = call(world, {said("unassign", {{"matrix", "abcd"}})}).value();
    EXPECT_TRUE(world.host.matrices.empty());
    EXPECT_TRUE(world.recorded.definitions.empty());
}

TEST(Flow, AKeepBringsBackWhatOthersFreed) {
    World world{small_host(), {}};
    world = call(world, {said("keep", {{"queues", "05.0001"}})}).value();
    free_adapter(world.host, Apid{5});
    world = call(world, {said("reserve", {{"queues", "03.0002"}})}).value();
    EXPECT_TRUE(world.host.host.contains(queue(5, 1)));
}

} // namespace
} // namespace ap
