// SPDX-License-Identifier: LGPL-2.1-or-later
// Binding by driver_override: exact, in an order that never takes a queue from under a matrix, and converted from and to masks. What holds for every
// plan is in planner_property_test.
#include "core/planner.hpp"

#include "core/predictor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ap {
namespace {

using Lines = std::vector<std::string>;

const Uuid web{{1}}, db{{2}};
const Apid a3{3}, a4{4}, a5{5};
const Apqi d1{1}, d2{2};

Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }
Matrix matrix(AdapterSet adapters, DomainSet domains) { return {adapters, domains, {}}; }

/// Adapters 3 to 5, domains 1 and 2 on a kernel with driver_override; nothing is bound yet.
struct Scene {
    HostState now;
    Wanted was, want;
    PlanOptions options;

    Scene() {
        now.bus_present = now.vfio_ap_present = now.has_ap_config = now.has_driver_override = true;
        now.in_use_rule = InUseRule::all_opposite;
        now.host_adapters = {a3, a4, a5};
        now.host_domains = now.host_control = {d1, d2};
        now.max_adapter = now.max_domain = 63;
        now.present = now.host = QueueSet::rectangle(now.host_adapters, now.host_domains);
    }
    void give(Apqn queue) { now = after(now, RebindQueue{queue, binding_of(now, queue), {"vfio_ap", Driver::guest}}); }
    /// A matrix that is there and wanted, its queues given by overrides.
    void active(const Uuid& uuid, const std::string& name, const Matrix& m, bool in_use = false) {
        m.queues().for_each([&](Apqn queue) { give(queue); });
        now.matrices[uuid] = {m, effective_matrix(now, m), in_use, in_use ? "guest7" : ""};
        was.definitions[uuid] = want.definitions[uuid] = {name, m, true, true};
    }
    void assign(const Uuid& uuid, const std::string& name, const Matrix& m) { want.definitions[uuid] = {name, m, true, true}; }
    void convert(BindChoice choice) { want.binding = choice, options.convert_to = mode_named(choice); }
    /// What is wanted has come true.
    void carry_out() {
        const auto p = made();
        ASSERT_TRUE(p.has_value()) << to_string(p.error().front());
        for (const auto& step : p->steps) now = after(now, step);
        was = want;
        options = {};
    }

    [[nodiscard]] std::expected<Plan, std::vector<Error>> made() const { return plan(now, was, want, options); }
    [[nodiscard]] Lines steps() const {
        const auto p = made();
        return p ? describe_in_short(p->steps, names_in(*p)) : Lines{"refused: " + to_string(p.error().front())};
    }
    [[nodiscard]] Lines reasons() const {
        Lines out;
        if (const auto p = made(); !p)
            for (const auto& e : p.error()) out.push_back(e.subject + ": " + e.reason);
        return out;
    }
};

bool contains(const Lines& lines, std::string_view part) {
    return std::ranges::any_of(lines, [&](const auto& line) { return line.find(part) != std::string::npos; });
}

TEST(Overrides, AreChosenWhereTheKernelHasThemAndNoMaskIsInUse) {
    Scene s;
    EXPECT_EQ(bind_mode(s.now, BindChoice::automatic), BindMode::overrides);
    EXPECT_EQ(bind_mode(s.now, BindChoice::masks), BindMode::masks);
    s.now.apmask.erase(a3);
    EXPECT_EQ(bind_mode(s.now, BindChoice::overrides), BindMode::masks) << "what is in use comes first";
    EXPECT_EQ(why_bind_mode(s.now, BindChoice::overrides), "bits are clear in the masks; overrides are chosen: apctl convert overrides");
    Scene old;
    old.now.has_driver_override = false;
    EXPECT_EQ(bind_mode(old.now, BindChoice::automatic), BindMode::masks);
}

TEST(Overrides, GiveAMatrixItsQueuesAndNoOthers) {
    Scene s;
    s.assign(web, "web", matrix({a3, a4}, {d2}));
    EXPECT_EQ(s.steps(), (Lines{"bind 2 queues (03-04.0002) to vfio_ap: set their driver_override to vfio_ap", "create the mediated device of web",
                                "in web: add adapters 3-4, add domain 2", "record the definition of web"}));
    EXPECT_EQ(s.made()->collateral, 0u);
    ASSERT_EQ(s.made()->owners.size(), 1u);
}

TEST(Overrides, MarkQueuesForAVfioApThatIsYetToBeLoaded) {
    Scene s;
    s.now.vfio_ap_present = false;
    s.want.reserved.insert(q(3, 2));
    const auto p = s.made();
    ASSERT_TRUE(p);
    ASSERT_EQ(p->steps.size(), 2U);
    EXPECT_EQ(p->steps.front(), (Step{RebindQueue{q(3, 2), {"", Driver::host}, {"vfio_ap", Driver::none}}}));
    EXPECT_EQ(p->owners, (std::vector{OwnerChange{{Owner::Kind::host, {}}, {Owner::Kind::unbound, {}}, QueueSet::rectangle({a3}, {d2}), false}}));
    s.carry_out();
    EXPECT_EQ(s.steps(), Lines{});
    s.want.reserved = {};
    s.carry_out();
    EXPECT_EQ(binding_of(s.now, q(3, 2)), (QueueBinding{"", Driver::host})) << "nobody else gives it back";
}

TEST(Overrides, TakeQueuesBackWhenNoMatrixHasThemAnyMore) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d2}));
    s.want.definitions.erase(web);
    EXPECT_EQ(s.steps(), (Lines{"empty web", "remove the mediated device of web", "bind 03.0002 to the host's driver: clear its driver_override",
                                "forget the definition of web"}));
}

TEST(Overrides, LetARunningGuestSwapWithoutAGap) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1, d2}), true);
    s.want.definitions[web].matrix.adapters = {a4};
    s.options.disrupt = true;
    EXPECT_EQ(s.steps(), (Lines{"bind 2 queues (04.0001-0002) to vfio_ap: set their driver_override to vfio_ap", "in web: add adapter 4", "in web: remove adapter 3",
                                "bind 2 queues (03.0001-0002) to the host's driver: clear their driver_override", "record the new definition of web"}));
}

TEST(Overrides, KeepWhatTheHostMustKeepAloneOnItsAdapterAndDomain) { // no masks can
    Scene s;
    s.want.keep.insert(q(3, 1));
    s.want.keep.insert(q(4, 2));
    s.want.reserved.insert(q(3, 2));
    s.want.reserved.insert(q(4, 1));
    EXPECT_TRUE(s.made().has_value());
}

TEST(Overrides, HaveNoPlaceForAbsentQueuesInAMatrix) {
    Scene s;
    s.now.present.erase(q(4, 2));
    s.now.host.erase(q(4, 2));
    s.assign(web, "web", matrix({a3, a4}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"web: 04.0002 does not exist, and with overrides a matrix can only have queues that do"}));
}

TEST(Overrides, BringBackAQueueThatLostItsOverrideBeforeTheMatrixIsWritten) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1, d2}));
    // It was unplugged and came back (kernel-abi, G15).
    set_override(s.now, q(3, 2), "");
    s.now.guest.erase(q(3, 2));
    s.now.host.insert(q(3, 2));
    s.assign(db, "db", matrix({a4}, {d1}));
    EXPECT_EQ(s.steps().front(), "bind 2 queues (03.0002, 04.0001) to vfio_ap: set their driver_override to vfio_ap");
    const auto drift = drift_between(s.now, s.was);
    ASSERT_EQ(drift.size(), 1u);
    EXPECT_EQ(drift.front().kind, Drift::Kind::override_missing);
}

TEST(Overrides, AreClearedIdByIdWhereAMatrixKeepsAQueueThatHasGone) {
    Scene s;
    s.active(web, "web", matrix({a3, a4}, {d1, d2}));
    s.now.present.erase(q(3, 2));
    s.now.guest.erase(q(3, 2));
    set_override(s.now, q(3, 2), "");
    s.want.definitions[web].matrix.adapters = {a3};
    EXPECT_EQ(s.steps().front(), "in web: remove adapter 4") << "the kernel takes no whole matrix with an absent queue in it";
    EXPECT_TRUE(contains(s.made()->notes, "cannot be put back as it is: 03.0002 not bound to vfio_ap"));
}

/// The kernel takes no matrix with such a queue in it, so neither the two of them together.
TEST(Overrides, LetAMatrixSwapAQueueThatVfioApHasLost) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1}), true);
    s.assign(web, "web", matrix({a4}, {d1}));
    s.options.disrupt = true;
    s.now.guest.erase(q(3, 1));
    EXPECT_EQ(s.steps(), (Lines{"in web: remove adapter 3", "bind 04.0001 to vfio_ap: set its driver_override to vfio_ap", "in web: add adapter 4",
                                "record the new definition of web"}));
}

TEST(Overrides, OfSomebodyElseAreNotFought) {
    Scene s;
    set_override(s.now, q(3, 2), "nosuch");
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"03.0002: somebody else has set its driver_override to \"nosuch\""}));
    s.want = s.was;
    s.want.reserved.insert(q(4, 2));
    EXPECT_EQ(s.steps(), (Lines{"bind 04.0002 to vfio_ap: set its driver_override to vfio_ap", "record: reserve 04.0002"})) << "elsewhere they are no hindrance";
}

TEST(Overrides, ThatNobodyWishedAreTakenOver) {
    Scene s;
    s.give(q(3, 2));
    EXPECT_TRUE(adopt(s.now, s.was).reserved.contains(q(3, 2)));
    EXPECT_EQ(drift_between(s.now, s.was).front().kind, Drift::Kind::override_set);
    Scene begun;
    set_override(begun.now, q(3, 2), "vfio_ap");
    EXPECT_FALSE(adopt(begun.now, begun.was).reserved.contains(q(3, 2))) << "somebody is moving it just now";
}

TEST(Overrides, LockTheMasksWhenTheirQueueVanishes) {
    Scene s;
    s.now.masks_locked = true;
    EXPECT_EQ(drift_between(s.now, s.was).front().kind, Drift::Kind::masks_locked);
    s.was.binding = s.want.binding = BindChoice::masks;
    s.want.reserved.insert(q(3, 2));
    EXPECT_TRUE(contains(s.reasons(), "this kernel takes no mask until the next boot"));
}

TEST(Conversion, EmptiesEveryMatrixOnTheWayThere) {
    Scene s;
    s.was.binding = s.want.binding = BindChoice::masks;
    s.assign(web, "web", matrix({a3}, {d1}));
    s.carry_out();
    s.convert(BindChoice::overrides);
    EXPECT_EQ(s.steps(), (Lines{"empty web", "set adapter 3 in apmask", "bind 03.0001 to vfio_ap: set its driver_override to vfio_ap",
                                "in web: add adapter 3, add domain 1", "record: bind by overrides"}));
    EXPECT_TRUE(contains(s.made()->notes, "1 queue is with the host for a moment"));
}

TEST(Conversion, AndOnTheWayBack) {
    Scene s;
    s.was.binding = s.want.binding = BindChoice::overrides;
    s.active(web, "web", matrix({a3}, {d1}));
    s.convert(BindChoice::masks);
    EXPECT_EQ(s.steps(), (Lines{"empty web", "bind 03.0001 to the host's driver: clear its driver_override", "clear adapter 3 in apmask",
                                "in web: add adapter 3, add domain 1", "record: bind by masks"}));
}

TEST(Conversion, IsRefusedWhileAGuestRunsAlsoWithTheWord) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1}), true);
    s.convert(BindChoice::masks);
    s.options.disrupt = true;
    EXPECT_EQ(s.reasons(), (Lines{"web: a running guest (guest7) has it open, and while the host is converted every matrix is empty for a moment"}));
}

TEST(Conversion, IsRefusedWhereSomebodyElsesOverrideWouldLockTheMasks) {
    Scene s;
    set_override(s.now, q(5, 1), "nosuch");
    s.convert(BindChoice::masks);
    EXPECT_TRUE(contains(s.reasons(), "05.0001: somebody else has set its driver_override to \"nosuch\""));
}

TEST(Conversion, IsRefusedOnAKernelWithoutOverrides) {
    Scene s;
    s.now.has_driver_override = false;
    s.convert(BindChoice::overrides);
    EXPECT_EQ(s.reasons(), (Lines{"overrides: this kernel has no driver_override for queues"}));
}

TEST(Conversion, OfAHostThatUsesNeitherIsOnlyRecorded) {
    Scene s;
    s.convert(BindChoice::masks);
    EXPECT_EQ(s.steps(), (Lines{"record: bind by masks"}));
    EXPECT_EQ(s.made()->steps.back(), Step(SetBindChoice{BindChoice::automatic, BindChoice::masks, BindMode::overrides, BindMode::overrides})) << "nothing is converted";
}

TEST(Conversion, RecordsWhatWasInUseWhateverWasChosen) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1}));
    s.convert(BindChoice::masks);
    EXPECT_EQ(s.made()->steps.back(), Step(SetBindChoice{BindChoice::automatic, BindChoice::masks, BindMode::overrides, BindMode::masks}));
}

TEST(Conversion, ToWhatWasChosenAllTheTimeIsRecordedToo) {
    Scene s;
    s.active(web, "web", matrix({a3}, {d1}));
    s.was.binding = s.want.binding = BindChoice::masks;
    s.convert(BindChoice::masks);
    EXPECT_EQ(s.made()->steps.back(), Step(SetBindChoice{BindChoice::masks, BindChoice::masks, BindMode::overrides, BindMode::masks}));
    EXPECT_EQ(s.steps().back(), "record: bound by masks; what is chosen stays masks");
}

TEST(Conversion, OfAHostThatUsesNeitherYetThoughMuchIsWantedIsOne) {
    Scene s;
    s.assign(web, "web", matrix({a3}, {d1})); // its kernel has just started
    s.was.definitions = s.want.definitions;
    s.was.binding = BindChoice::masks;
    s.convert(BindChoice::overrides);
    EXPECT_EQ(s.made()->steps.back(), Step(SetBindChoice{BindChoice::masks, BindChoice::overrides, BindMode::masks, BindMode::overrides}));
}

TEST(Conversion, TheChoiceAloneIsMadeOnAKernelWithoutOverridesToo) {
    Scene s;
    s.now.has_driver_override = false;
    s.was.binding = BindChoice::automatic, s.want.binding = BindChoice::overrides; // as when `convert auto` is taken back
    EXPECT_EQ(s.steps(), (Lines{"record: bind by overrides"}));
}

// --- Marks of others -------------------------------------------------------------------------------------------------------

struct Marked : testing::Test {
    Scene scene;
    [[nodiscard]] std::string notes() const {
        std::string out;
        if (const auto p = scene.made())
            for (const auto& note : p->notes) out += note + "\n";
        return out;
    }
};

TEST_F(Marked, AMarkThatSomebodyElseLeftOnTheHostsQueueGoesWhenItIsReleased) {
    set_override(scene.now, q(3, 1), "vfio_ap");
    EXPECT_EQ(scene.steps(), Lines{}) << "nobody asked";
    scene.options.released.insert(q(3, 1));
    EXPECT_EQ(scene.steps(), Lines{"leave 03.0001 bound, clear its driver_override"});
    EXPECT_EQ(notes(), "the driver_override of 03.0001, which somebody else set to \"vfio_ap\", is cleared\n");
}

TEST_F(Marked, AMarkForAnotherDriverIsNamed) {
    set_override(scene.now, q(3, 1), "other");
    scene.options.released.insert(q(3, 1));
    EXPECT_EQ(scene.steps(), Lines{"leave 03.0001 bound, clear its driver_override"});
    EXPECT_EQ(notes(), "the driver_override of 03.0001, which somebody else set to \"other\", is cleared\n");
}

TEST_F(Marked, AQueueThatSomebodyElseGaveToVfioApComesBackAndIsNoCollateral) {
    scene.give(q(3, 1));
    scene.options.released.insert(q(3, 1));
    const auto p = scene.made();
    ASSERT_TRUE(p);
    EXPECT_EQ(describe_in_short(p->steps, {}), Lines{"bind 03.0001 to the host's driver: clear its driver_override"});
    ASSERT_EQ(p->owners.size(), 1U);
    EXPECT_FALSE(p->owners.front().collateral);
}

TEST_F(Marked, OtherQueuesThatAreReleasedWithItAreLeftAlone) {
    set_override(scene.now, q(3, 1), "vfio_ap");
    scene.options.released = scene.now.present;
    EXPECT_EQ(scene.steps().size(), 1U);
}

TEST_F(Marked, WhatIsWantedForGuestsKeepsItsMark) {
    scene.active(web, "web", matrix({a3}, {d1}));
    scene.options.released.insert(q(3, 1));
    EXPECT_EQ(scene.steps(), Lines{});
}

} // namespace
} // namespace ap
