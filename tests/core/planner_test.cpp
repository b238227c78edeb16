// SPDX-License-Identifier: LGPL-2.1-or-later
// The planner on one small host: what it decides, one decision at a time. What holds for every plan is in planner_property_test.
#include "core/planner.hpp"

#include "core/predictor.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ap {
namespace {

using Lines = std::vector<std::string>;

const Uuid web{{1}}, db{{2}}, mail{{3}};
const Apid a3{3}, a4{4}, a5{5}, a6{6};
const Apqi d1{1}, d2{2}, d3{3};

Apqn q(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }
Matrix matrix(AdapterSet adapters, DomainSet domains) { return {adapters, domains, {}}; }

/// Adapters 3 to 6, domains 1 to 5, everything with the host; and the story told about it so far.
struct Scene {
    HostState now;
    Wanted was, want;
    PlanOptions options;

    Scene() {
        now.bus_present = now.vfio_ap_present = now.has_ap_config = true;
        now.host_adapters = {a3, a4, a5, a6};
        now.host_domains = now.host_control = {d1, d2, d3, Apqi{4}, Apqi{5}};
        now.max_adapter = now.max_domain = 63;
        now.present = now.host = QueueSet::rectangle(now.host_adapters, now.host_domains);
    }
    void free(AdapterSet adapters, DomainSet domains) {
        now = after(after(now, SetApmask{now.apmask, now.apmask - adapters}), SetAqmask{now.aqmask, now.aqmask - domains});
    }
    /// An mdev, with or without a definition.
    void active(const Uuid& uuid, const std::string& name, const Matrix& m, bool in_use = false) {
        foreign(uuid, m, in_use);
        was.definitions[uuid] = want.definitions[uuid] = {name, m, true, true};
    }
    void foreign(const Uuid& uuid, const Matrix& m, bool in_use = false) {
        now.matrices[uuid] = {m, effective_matrix(now, m), in_use, in_use ? "guest7" : ""};
    }
    void assign(const Uuid& uuid, const std::string& name, const Matrix& m) { want.definitions[uuid] = {name, m, true, true}; }

    [[nodiscard]] std::expected<Plan, std::vector<Error>> made() const { return plan(now, was, want, options); }
    [[nodiscard]] Lines steps() const {
        Lines out;
        const auto p = made();
        if (!p) return {"refused: " + to_string(p.error().front())};
        for (const auto& step : p->steps) out.push_back(describe(step, want));
        return out;
    }
    [[nodiscard]] Lines reasons() const {
        Lines out;
        if (const auto p = made(); !p)
            for (const auto& e : p.error()) out.push_back(e.subject + ": " + e.reason);
        return out;
    }
    [[nodiscard]] Lines notes() const { return made()->notes; }
};

bool contains(const Lines& lines, std::string_view part) {
    return std::ranges::any_of(lines, [&](const auto& line) { return line.find(part) != std::string::npos; });
}

// --- Giving queues to guests -------------------------------------------------------------------------------------------

TEST(Planner, StartsAMatrixFromNothing) {
    Scene s;
    s.assign(web, "web", matrix({a3, a4}, {d2}));
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask", "create the mediated device of web",
                                "in web: add adapters 3-4, add domain 2", "record the definition of web"}));
    const auto p = s.made();
    EXPECT_EQ(p->collateral, 2u);
    EXPECT_TRUE(p->exact);
    ASSERT_EQ(p->owners.size(), 2u);
    EXPECT_EQ(p->owners[0], (OwnerChange{{Owner::Kind::host, {}},
                                         {Owner::Kind::matrix, web},
                                         QueueSet::rectangle({a3, a4}, {d2}),
                                         false}));
    EXPECT_EQ(
        p->owners[1],
        (OwnerChange{
            {Owner::Kind::host, {}}, {Owner::Kind::pool, {}}, QueueSet::rectangle({a5, a6}, {d2}), true}));
    ASSERT_EQ(p->matrices.size(), 1u);
    EXPECT_EQ(p->matrices[0].effective_after, matrix({a3, a4}, {d2}));
    EXPECT_EQ(p->wanted, s.want);
}

TEST(Planner, DoesNothingWhenEverythingIsAlreadySo) {
    Scene s;
    s.free({}, {d2});
    s.active(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.steps(), Lines{});
    EXPECT_TRUE(s.made()->owners.empty());
}

TEST(Planner, OnlyRecordsAMatrixThatIsNotToBeActive) {
    Scene s;
    s.want.definitions[web] = {"web", matrix({a3}, {d2}), true, false};
    EXPECT_EQ(s.steps(), (Lines{"record the definition of web"}));
}

TEST(Planner, ReservesAndReleases) {
    Scene s;
    s.want.reserved.insert(q(3, 2));
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask", "record: reserve 03.0002"}));
    std::swap(s.was, s.want);
    s.free({}, {d2});
    EXPECT_EQ(s.steps(), (Lines{"set domain 2 in aqmask", "record: no longer reserve 03.0002"}));
    const auto p = s.made();
    ASSERT_EQ(p->owners.size(), 2u) << "what was asked for, and what comes along";
    EXPECT_FALSE(p->owners[0].collateral);
    EXPECT_EQ(p->owners[0].queues, QueueSet::rectangle({a3}, {d2}));
    EXPECT_TRUE(p->owners[1].collateral);
}

TEST(Planner, TurnsFromOneMaskToTheOtherByWayOfWhatBothLeave) {
    Scene s;
    s.free({a3}, {});
    s.was.reserved = s.want.reserved = QueueSet::rectangle({a3}, {d1, d2, d3});
    s.want.reserved = QueueSet::rectangle({a3, a4, a5, a6}, {d2});
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask", "set adapter 3 in apmask",
                                "record: reserve 04-06.0002, no longer reserve 03.0001, 03.0003"}));
}

TEST(Planner, BindsQueuesThatMasksAloneWouldLeaveUnbound) {
    Scene s;
    s.now.host.erase(q(3, 2));
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask", "bind 03.0002, which has no driver",
                                "create the mediated device of web", "in web: add adapter 3, add domain 2",
                                "record the definition of web"}));
}

TEST(Planner, WritesSingleIdsWhereTheKernelHasNoApConfig) {
    Scene s;
    s.now.has_ap_config = false;
    s.assign(web, "web", {{a3, a4}, {d2}, {d2}});
    EXPECT_EQ(s.steps(),
              (Lines{"clear domain 2 in aqmask", "create the mediated device of web",
                     "in web: add control domain 2", "in web: add domain 2", "in web: add adapter 3",
                     "in web: add adapter 4", "record the definition of web"}));
}

// --- From one to another -----------------------------------------------------------------------------------------------

TEST(Planner, TakesAQueueFromOneMatrixBeforeAnotherGetsIt) {
    Scene s;
    s.free({a3, a4}, {});
    s.active(web, "web", matrix({a3}, {d1}));
    s.active(db, "db", matrix({a4}, {d1}));
    s.assign(web, "web", matrix({a3, a4}, {d1})); // comes first by uuid, yet waits for db
    s.assign(db, "db", matrix({a4}, {d2}));
    const auto steps = s.steps();
    const auto gives = std::ranges::find(steps, "in db: remove domain 1");
    const auto gets = std::ranges::find(steps, "in web: add adapter 4");
    ASSERT_NE(gives, steps.end());
    ASSERT_NE(gets, steps.end());
    EXPECT_LT(gives, gets);
}

TEST(Planner, GrowsBeforeItShrinksWhereNobodyWaits) {
    Scene s;
    s.free({a3, a4}, {});
    s.was.reserved = s.want.reserved = QueueSet::rectangle({a3, a4}, {d1, d2, d3});
    s.active(web, "web", matrix({a3}, {d1}), true);
    s.assign(web, "web", matrix({a4}, {d1}));
    s.options.disrupt = true;
    EXPECT_EQ(s.steps(), (Lines{"in web: add adapter 4", "in web: remove adapter 3", "record the new definition of web"}));
}

TEST(Planner, ShrinksFirstWhereTheHostWaits) {
    Scene s;
    s.free({a3}, {});
    s.active(web, "web", matrix({a3}, {d1, d2, d3}));
    s.assign(web, "web", matrix({a4}, {d1, d2, d3}));
    EXPECT_EQ(s.steps(), (Lines{"in web: remove adapter 3", "clear adapter 4 in apmask", "set adapter 3 in apmask",
                                "in web: add adapter 4", "record the new definition of web"}));
}

TEST(Planner, StopsAMatrixByEmptyingItFirst) {
    Scene s;
    s.free({}, {d2});
    s.active(web, "web", matrix({a3}, {d2}));
    s.want.definitions[web].active = false;
    EXPECT_EQ(s.steps(), (Lines{"empty web", "remove the mediated device of web", "set domain 2 in aqmask",
                                "record that web is to be stopped"}));
}

TEST(Planner, WritesAMatrixBackThatTheKernelFilteredForNothing) {
    Scene s;
    s.free({}, {d2});
    s.active(web, "web", matrix({a3}, {d2}));
    s.now.matrices[web].effective.adapters = {};
    s.options.touched = {web};
    EXPECT_EQ(s.steps(), (Lines{"in web: write the matrix back, so that the kernel filters it anew"}));
    s.now.has_ap_config = false;
    EXPECT_EQ(s.steps(), (Lines{"in web: remove adapter 3", "in web: add adapter 3"}));
}

/// Without ap_config only an assign makes the kernel filter; so that undo ends with one, what the guest loses goes out first.
TEST(Planner, LetsUndoEndWithAnAssignWhereADomainHidesAnAdapter) {
    Scene s;
    s.now.has_ap_config = false;
    s.now.present.erase(q(4, 2)), s.now.host.erase(q(4, 2));
    s.free({a3, a4}, {});
    s.was.reserved = s.want.reserved = QueueSet::rectangle({a3, a4}, s.now.host_domains);
    s.active(web, "web", matrix({a3, a4}, {d1}));
    s.assign(web, "web", matrix({a3, a4}, {d1, d2}));
    EXPECT_EQ(s.steps(), (Lines{"in web: remove adapter 4", "in web: add domain 2", "in web: add adapter 4",
                                "record the new definition of web"}));
}

// --- Drift and foreign mdevs -------------------------------------------------------------------------------------------

TEST(Planner, LeavesDriftAloneUntilSomebodySpeaksOfIt) {
    Scene s;
    s.free({}, {d2});
    s.active(web, "web", matrix({a3}, {d2}));
    s.now.matrices.clear();
    EXPECT_EQ(s.steps(), Lines{});
    s.options.touched = {web};
    EXPECT_EQ(s.steps(), (Lines{"create the mediated device of web", "in web: add adapter 3, add domain 2"}));
}

TEST(Planner, LeavesAnMdevAloneWhenOnlyItsStoppedDefinitionChanges) {
    Scene s;
    s.free({}, {d2});
    s.active(web, "web", matrix({a3}, {d2}));
    s.was.definitions[web].active = s.want.definitions[web].active = false; // somebody else started it
    s.want.definitions[web].matrix = matrix({a4}, {d2});
    EXPECT_EQ(s.steps(), (Lines{"record the new definition of web"}));
    s.options.touched = {web};
    EXPECT_TRUE(contains(s.steps(), "remove the mediated device of web"));
}

TEST(Planner, StopsAnMdevWithoutDefinition) {
    Scene s;
    s.free({}, {d2});
    s.foreign(web, matrix({a3}, {d2}));
    EXPECT_EQ(s.steps(), Lines{}) << "a holder as long as nobody speaks of it";
    s.options.touched = {web};
    EXPECT_EQ(s.steps().size(), 3u);
    EXPECT_TRUE(contains(s.steps(), "remove the mediated device"));
}

TEST(Planner, SaysThatItTakesAMatrixOver) {
    Scene s;
    s.free({}, {d2});
    s.foreign(web, matrix({a3}, {d2}));
    s.assign(web, "web", matrix({a3, a4}, {d2}));
    EXPECT_EQ(s.notes(), (Lines{"web was started by somebody else; apctl takes it over"}));
}

// --- Refusals ----------------------------------------------------------------------------------------------------------

TEST(Planner, RefusesAQueueAnotherGuestHolds) {
    Scene s;
    s.free({a3}, {});
    s.active(db, "db", matrix({a3}, {d1, d2}), true);
    s.assign(web, "web", matrix({a3}, {d2, d3}));
    EXPECT_EQ(s.reasons(), (Lines{"web: 03.0002 belongs to db, which is in use by a running guest (guest7)"}));
    EXPECT_EQ(s.made().error().front().fault, Fault::conflict);
}

TEST(Planner, RefusesAQueueThatAnMdevWithoutDefinitionHolds) {
    Scene s;
    s.free({a3}, {});
    s.foreign(db, matrix({a3}, {d2}));
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"web: 03.0002 belongs to " + to_string(db) + ", which is active"}));
}

TEST(Planner, RefusesAQueueThatIsMeantForAnother) {
    Scene s;
    s.free({a3}, {});
    s.active(db, "db", matrix({a3}, {d2}));
    s.now.matrices.clear();
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"web: 03.0002 belongs to db, which is to be active"}));
}

TEST(Planner, RefusesTwoNewMatricesThatShareAQueueOnce) {
    Scene s;
    s.assign(web, "web", matrix({a3}, {d2}));
    s.assign(db, "db", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"db: 03.0002 belongs to web, which is to be active"}));
}

TEST(Planner, RefusesToChangeAMatrixThatTheKernelDoesNotTellInFull) {
    Scene s;
    s.free({a3, a4}, {});
    s.active(web, "web", matrix({a3}, {d2}));
    s.active(db, "db", matrix({a4}, {d1}));
    s.now.matrices[web].cut = true;
    s.want.definitions[web].matrix = matrix({a3}, {d2, d3});
    ASSERT_EQ(s.reasons().size(), 1u);
    EXPECT_NE(s.reasons().front().find("only the first 511"), std::string::npos);
    s.want.definitions[web].matrix = matrix({a3}, {d2});
    s.want.definitions[db].matrix = matrix({a4}, {d1, d2});
    EXPECT_TRUE(s.made().has_value()) << "the others can be changed";
}

TEST(Planner, LetsDefinitionsShareQueuesWhileStopped) {
    Scene s;
    s.assign(web, "web", matrix({a3}, {d2}));
    s.want.definitions[db] = {"db", matrix({a3}, {d2}), true, false};
    EXPECT_TRUE(s.made().has_value());
}

TEST(Planner, RefusesWhatTheHostMustKeep) {
    Scene s;
    s.was.keep = s.want.keep = QueueSet::rectangle({a3}, {d2});
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"web: is to have 03.0002, which the host must keep"}));
}

TEST(Planner, RefusesWhatNoMasksCanFree) {
    Scene s;
    s.was.keep = s.want.keep = QueueSet::rectangle({a3}, {d1}) | QueueSet::rectangle({a4}, {d2});
    s.assign(web, "web", matrix({a3}, {d2}));
    ASSERT_EQ(s.reasons().size(), 1u);
    EXPECT_TRUE(contains(s.reasons(), "masks: 03.0002 cannot leave the host while the host keeps 03.0001, 04.0002"));
}

TEST(Planner, RefusesToTakeFromARunningGuestWithoutTheWord) {
    Scene s;
    s.free({a3, a4}, {});
    s.active(web, "web", matrix({a3, a4}, {d1}), true);
    s.assign(web, "web", matrix({a3}, {d1}));
    EXPECT_EQ(s.reasons(), (Lines{"web: its running guest would lose 04.0001"}));
    EXPECT_EQ(s.made().error().front().fault, Fault::in_use);
    s.options.disrupt = true;
    ASSERT_TRUE(s.made().has_value());
    EXPECT_TRUE(s.made()->disrupts);
}

TEST(Planner, CountsAnAdapterThatWouldBeFilteredAsALoss) {
    Scene s;
    s.now.present.erase(q(3, 2)), s.now.host.erase(q(3, 2));
    s.free({a3, a4}, {});
    s.active(web, "web", matrix({a3, a4}, {d1}), true);
    s.assign(web, "web", matrix({a3, a4}, {d1, d2}));
    EXPECT_EQ(s.reasons(), (Lines{"web: its running guest would lose 03.0001"}));
}

TEST(Planner, RefusesToStopAnOpenMatrixEvenWithTheWord) {
    Scene s;
    s.free({a3}, {});
    s.active(web, "web", matrix({a3}, {d1}), true);
    s.want.definitions.erase(web);
    s.options.disrupt = true;
    EXPECT_EQ(s.reasons(), (Lines{"web: a running guest (guest7) has it open, and the kernel cannot remove "
                                  "it from under a guest"}));
    EXPECT_EQ(s.made().error().front().fault, Fault::in_use);
}

TEST(Planner, RefusesIdsAboveTheHostsMaxima) {
    Scene s;
    s.want.definitions[web] = {"web", {{Apid{64}}, {Apqi{200}}, {Apqi{64}}}, true, false};
    EXPECT_EQ(s.reasons(), (Lines{"web: adapter 64 (0x40): this host ends at 63 (0x3f)",
                                  "web: domain 200 (0xc8): this host ends at 63 (0x3f)",
                                  "web: control domain 64 (0x40): this host ends at 63 (0x3f)"}));
    EXPECT_EQ(s.made().error().front().fault, Fault::invalid);
}

TEST(Planner, SaysEveryReasonAtOnce) {
    Scene s;
    s.free({a3, a4}, {});
    s.active(web, "web", matrix({a3, a4}, {d1}), true);
    s.active(db, "db", matrix({a3}, {d3}), true);
    s.was.keep = s.want.keep = QueueSet::rectangle({a5}, {d1, d3}) | QueueSet::rectangle({a6}, {d2});
    s.assign(web, "web", matrix({a3}, {d1}));        // takes from a running guest
    s.want.definitions.erase(db);                    // stops an open one
    s.assign(mail, "mail", matrix({a3, a5}, {d1}));  // overlaps, and must be kept
    s.want.reserved.insert(q(5, 2));                 // no masks
    EXPECT_EQ(s.reasons().size(), 5u);
    for (const auto* part :
         {"mail: 03.0001 belongs to web", "mail: is to have 05.0001", "db: a running guest", "masks: 05.0002",
          "web: its running guest would lose 04.0001"})
        EXPECT_TRUE(contains(s.reasons(), part)) << part;
}

TEST(Planner, SaysThatThereIsNoBusOnlyWhereOneIsNeeded) {
    Scene s;
    s.now = HostState{};
    s.assign(web, "web", matrix({a3}, {d1}));
    EXPECT_EQ(s.made().error().front().fault, Fault::no_ap_bus);
    s.want.definitions[web].active = false;
    EXPECT_EQ(s.steps(), (Lines{"record the definition of web"}));
}

TEST(Planner, NeedsVfioApForMatricesButNotToDecideWhoseAQueueIs) {
    Scene s;
    s.now.vfio_ap_present = false;
    s.assign(web, "web", matrix({a3}, {d2}));
    EXPECT_EQ(s.reasons(), (Lines{"vfio_ap: the kernel module vfio_ap is not loaded, so no matrix can be started"}));
    s.was = s.want; // as after a start of the machine: wished already, and any change binds it
    s.want.reserved.insert(q(3, 2));
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask", "record: reserve 03.0002"}));
    EXPECT_TRUE(contains(s.notes(), "03-06.0002 will have no driver until vfio_ap is loaded"));
    s.want = s.was;
    EXPECT_EQ(s.steps(), (Lines{"clear domain 2 in aqmask"})) << "without a wish, too";
    s = {};
    s.now.vfio_ap_present = false;
    s.was.reserved.insert(q(3, 2));
    s.free({}, {d2});
    EXPECT_EQ(s.steps().front(), "set domain 2 in aqmask");
}

TEST(Planner, RefusesToChangeMasksWhileQueuesHaveOverrides) {
    Scene s;
    s.free({AdapterSet{a3}}, {}); // kernel-abi 3.4: boot parameters let both be
    set_override(s.now, q(3, 1), "vfio_ap");
    s.was.reserved = s.want.reserved = QueueSet::rectangle({a3}, s.now.host_domains);
    s.want.reserved.insert(q(4, 2));
    ASSERT_EQ(s.reasons().size(), 1u);
    EXPECT_TRUE(contains(s.reasons(), "03.0001: queues have a driver_override"));
    s.want.reserved = s.was.reserved;
    s.want.keep.insert(q(4, 2));
    EXPECT_TRUE(s.made().has_value()) << "records do not care";
}

// --- The in-use rule of newer kernels ----------------------------------------------------------------------------------

/// web has 03.0001 by adapter 3; for db alone domain 1 would be the better bit.
Scene frozen() {
    Scene s;
    s.free({a3}, {});
    s.active(web, "web", matrix({a3}, {d1}));
    s.assign(db, "db", matrix({a4, a5, a6}, {d1}));
    return s;
}

TEST(Planner, TurnsToTheBetterMaskWhereTheKernelLooksAtQueues) {
    auto s = frozen();
    s.now.in_use_rule = InUseRule::current_opposite;
    EXPECT_EQ(s.made()->collateral, 0u);
    EXPECT_EQ(s.steps()[0], "clear domain 1 in aqmask");
    EXPECT_EQ(s.steps()[1], "set adapter 3 in apmask");
}

TEST(Planner, LeavesBitsOfActiveMatricesAloneWhereTheKernelLooksAtIds) {
    auto s = frozen();
    s.now.in_use_rule = InUseRule::all_opposite;
    EXPECT_EQ(s.steps()[0], "clear adapters 4-6 in apmask");
    EXPECT_EQ(s.made()->collateral, 16u);
    EXPECT_TRUE(contains(s.notes(), "16 queues more could stay with the host"));
}

TEST(Planner, SaysWhenTheMasksCouldNotBePutBack) {
    auto s = frozen();
    s.now.in_use_rule = InUseRule::all_opposite;
    s.was.keep = s.want.keep = QueueSet::rectangle({a4, a5, a6}, {d2});
    EXPECT_EQ(s.steps()[0], "clear domain 1 in aqmask");
    EXPECT_TRUE(contains(s.notes(), "the masks cannot be put back"));
}

// --- Remarks -----------------------------------------------------------------------------------------------------------

TEST(Planner, NamesTheQueueThatCostsAGuestTheAdapter) {
    Scene s;
    s.now.present.erase(q(4, 2)), s.now.host.erase(q(4, 2));
    s.assign(web, "web", matrix({a3, a4, Apid{7}}, {d1, d2}));
    s.now.adapters[a3] = s.now.adapters[a4] = {.online = true};
    EXPECT_EQ(s.notes(), (Lines{"the guest of web does not see adapter 7: not in the host's configuration",
                                "the guest of web does not see adapter 4: 04.0002 does not exist"}));
    EXPECT_EQ(s.made()->matrices.front().effective_after, matrix({a3}, {d1, d2}));
}

TEST(Planner, RemarksOnTheHostsOwnCrypto) {
    Scene s;
    s.want.reserved = s.now.present;
    EXPECT_TRUE(contains(s.notes(), "the host keeps no queue for itself"));
}

TEST(Planner, RemarksOnAdaptersThatWorkForNobody) {
    Scene s;
    s.now.adapters[a3].configured = false;
    s.now.adapters[a4].checkstopped = true;
    s.now.adapters[a5].checkstopped = true;
    s.want.reserved = QueueSet::rectangle({a3, a4}, {d2, d3});
    s.want.keep = QueueSet::rectangle({a5}, {d2, d3});
    EXPECT_EQ(s.notes(), (Lines{"adapter 3 is deconfigured: queues change hands, but work for nobody until that is over",
                                "adapter 4 is checkstopped: queues change hands, but work for nobody until that is over"}));
}

TEST(Planner, StampsThePlanWithTheGeneration) {
    Scene s;
    s.options.generation = 17;
    EXPECT_EQ(s.made()->generation, 17u);
}

} // namespace
} // namespace ap
