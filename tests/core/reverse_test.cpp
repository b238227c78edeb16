// SPDX-License-Identifier: LGPL-2.1-or-later
// A change is taken back where it still stands, and refused with a name where it does not.
#include "core/reverse.hpp"

#include <gtest/gtest.h>

namespace {

using namespace ap;

const Uuid web{{1}}, db{{2}};
const Definition old_web{.name = "web", .matrix = {{Apid{3}}, {Apqi{4}}, {}}, .autostart = true, .active = true};
const Definition new_web{.name = "web", .matrix = {{Apid{3}, Apid{4}}, {Apqi{4}}, {}}, .autostart = true, .active = true};
const QueueSet a = QueueSet::rectangle({Apid{3}}, {Apqi{1}}), b = QueueSet::rectangle({Apid{3}}, {Apqi{2}}), c = QueueSet::rectangle({Apid{3}}, {Apqi{3}});

TEST(Reverse, PutsDefinitionsBackAndLeavesOthersAlone) {
    const Wanted now{{{web, new_web}, {db, Definition{.name = "db"}}}, {}, {}};
    const auto want = reverse(now, {5, {SetDefinition{web, old_web, new_web}}}, {});
    ASSERT_TRUE(want);
    EXPECT_EQ(want->definitions, (std::map<Uuid, Definition>{{web, old_web}, {db, Definition{.name = "db"}}}));
}

TEST(Reverse, TakesAwayWhatWasMadeAndBringsBackWhatWasForgotten) {
    EXPECT_EQ(reverse({{{web, new_web}}, {}, {}}, {5, {SetDefinition{web, std::nullopt, new_web}}}, {}).value(), Wanted{});
    EXPECT_EQ(reverse({}, {5, {SetDefinition{web, old_web, std::nullopt}}}, {}).value(), (Wanted{{{web, old_web}}, {}, {}}));
}

TEST(Reverse, ReversesOnlyWhatThePoolsGainedAndLost) {
    const Wanted now{{}, b | c, a};
    const auto want = reverse(now, {5, {SetPools{a, b, QueueSet{}, a}}}, {});
    ASSERT_TRUE(want);
    EXPECT_EQ(want->reserved, a | c);
    EXPECT_EQ(want->keep, QueueSet{});
}

TEST(Reverse, LeavesWhatOthersHadTakenFromTheHostBefore) {
    const PastChange change{5, {SetPools{QueueSet{}, a | b, QueueSet{}, QueueSet{}, b}}};
    EXPECT_EQ(reverse({{}, a | b, {}}, change, {}).value().reserved, b);
    EXPECT_EQ(reverse({{}, a, {}}, change, {}).value().reserved, QueueSet{}) << "released meanwhile";
    EXPECT_EQ(taken_over_by(change), b);
}

TEST(Reverse, NamesTheLaterJobForEachThingThatChangedSince) {
    const auto newest = [] { auto d = new_web; d.autostart = false; return d; }();
    const Wanted now{{{web, newest}}, {}, {}};
    const auto refused = reverse(now, {5, {SetDefinition{web, old_web, new_web}, SetPools{QueueSet{}, a, QueueSet{}, QueueSet{}}}},
                                 {{6, {SetDefinition{db, std::nullopt, Definition{}}}},
                                  {7, {SetDefinition{web, new_web, newest}}},
                                  {9, {SetPools{a, QueueSet{}, QueueSet{}, QueueSet{}}}}});
    ASSERT_FALSE(refused);
    ASSERT_EQ(refused.error().size(), 2U);
    EXPECT_EQ(refused.error()[0].subject, "web");
    EXPECT_NE(refused.error()[0].reason.find("by job 7"), std::string::npos) << refused.error()[0].reason;
    EXPECT_EQ(refused.error()[1].subject, "03.0001");
    EXPECT_NE(refused.error()[1].reason.find("by job 9"), std::string::npos) << refused.error()[1].reason;
}

TEST(Reverse, SaysSomebodyElseWhereNoJobOfOursDidIt) {
    const auto refused = reverse({}, {5, {SetDefinition{web, old_web, new_web}}}, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("somebody else"), std::string::npos);
}

TEST(Reverse, RefusesANameThatAnotherMatrixHasByNow) {
    const Wanted now{{{db, Definition{.name = "web"}}}, {}, {}};
    const auto refused = reverse(now, {5, {SetDefinition{web, old_web, std::nullopt}}}, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().fault, Fault::conflict);
}

Wanted bound_by(BindChoice choice) {
    Wanted wanted;
    wanted.binding = choice;
    return wanted;
}
const PastChange conversion{5, {SetBindChoice{BindChoice::automatic, BindChoice::overrides, BindMode::masks, BindMode::overrides}}};

TEST(Reverse, AConversionIsTakenBackToWhatWasChosenAndToWhatWasInUse) {
    EXPECT_EQ(reverse(bound_by(BindChoice::overrides), conversion, {}).value().binding, BindChoice::automatic);
    EXPECT_EQ(binding_reversed(conversion), BindMode::masks);
}

TEST(Reverse, AnotherChoiceAloneIsNoConversion) {
    const PastChange choice{5, {SetBindChoice{BindChoice::automatic, BindChoice::overrides, BindMode::overrides, BindMode::overrides}}};
    EXPECT_EQ(reverse(bound_by(BindChoice::overrides), choice, {}).value().binding, BindChoice::automatic);
    EXPECT_EQ(binding_reversed(choice), std::nullopt);
    EXPECT_EQ(binding_reversed({5, {SetDefinition{web, old_web, new_web}}}), std::nullopt);
}

TEST(Reverse, AConversionAfterAnotherOneNamesThatJob) {
    const auto refused = reverse(bound_by(BindChoice::masks), conversion,
                                 {{6, {SetDrain{Apid{4}, {}, Drain{}}}}, {7, {SetBindChoice{BindChoice::overrides, BindChoice::masks, BindMode::overrides, BindMode::masks}}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().subject, "the way of binding");
    EXPECT_NE(refused.error().front().reason.find("by job 7"), std::string::npos) << refused.error().front().reason;
}

TEST(Reverse, AConversionOfWhichNobodyRecordedWhatWasInUseIsNotTakenBack) {
    const auto refused = reverse(bound_by(BindChoice::overrides), {5, {SetBindChoice{BindChoice::automatic, BindChoice::overrides}}}, {});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().front().reason.find("has not recorded which was in use before"), std::string::npos);
    EXPECT_NE(refused.error().front().remedy.find("apctl convert"), std::string::npos);
}

TEST(Reverse, ADrainIsTakenBackUnlessItIsNotWhatItWas) {
    const Drain drain{{{web, {"web", {Apqi{4}}}}}, {}}, later{{{web, {"web", {Apqi{4}}, true}}}, {}};
    Wanted now;
    now.drains = {{Apid{4}, drain}, {Apid{5}, {}}};
    const PastChange change{5, {SetDrain{Apid{4}, {}, drain}}};
    EXPECT_EQ(reverse(now, change, {}).value().drains, (std::map<Apid, Drain>{{Apid{5}, {}}}));
    now.drains[Apid{4}] = later;
    const auto refused = reverse(now, change, {{6, {SetDrain{Apid{5}, {}, Drain{}}}}, {7, {SetDrain{Apid{4}, drain, later}}}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().front().subject, "the drain of adapter 4");
    EXPECT_NE(refused.error().front().reason.find("by job 7"), std::string::npos);
    const Wanted restored;
    EXPECT_EQ(reverse(restored, {8, {SetDrain{Apid{4}, drain, {}}}}, {}).value().drains, (std::map<Apid, Drain>{{Apid{4}, drain}}));
}

TEST(Reverse, TheMdevGoesAlongWhereTheMatrixWasOrIsActive) {
    auto stopped = new_web;
    stopped.active = false;
    EXPECT_EQ(matrices_reversed({5, {SetDefinition{web, old_web, stopped}, SetDefinition{db, std::nullopt, stopped}}}), std::set<Uuid>{web});
}

} // namespace
