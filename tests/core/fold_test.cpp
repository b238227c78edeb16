// SPDX-License-Identifier: LGPL-2.1-or-later
// What wishes make of the wanted state, which contradict each other, and that their order never matters.
#include "arbitrary.hpp"
#include "hosts.hpp"

#include "core/wish.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

using namespace fixtures;

struct Said {
    std::string_view verb;
    WishArguments arguments;
};

std::expected<Wanted, std::vector<Error>> folded(const HostState& host, const Wanted& wanted, const std::vector<Said>& said) {
    std::vector<Wish> wishes;
    for (const auto& [verb, arguments] : said) {
        auto wish = parse_wish(verb, arguments);
        EXPECT_TRUE(wish) << to_string(wish.error());
        if (wish) wishes.push_back(*wish);
    }
    return fold(host, wanted, wishes);
}

Wanted accepted(const HostState& host, const Wanted& wanted, const std::vector<Said>& said) {
    auto result = folded(host, wanted, said);
    if (!result)
        for (const auto& error : result.error()) ADD_FAILURE() << to_string(error);
    return result.value_or(Wanted{});
}

/// The refusals, one line each.
std::string refused(const HostState& host, const Wanted& wanted, const std::vector<Said>& said) {
    const auto result = folded(host, wanted, said);
    if (result) return "accepted";
    std::string out;
    for (const auto& error : result.error())
        out += fmt::format("{}{} {}", out.empty() ? "" : "\n", row_of(error.fault).name, to_string(error));
    return out;
}

const Definition& only_definition(const Wanted& wanted) {
    EXPECT_EQ(wanted.definitions.size(), 1U);
    static const Definition none;
    return wanted.definitions.empty() ? none : wanted.definitions.begin()->second;
}

const Uuid web_id = uuid("11112222"), db_id = uuid("33334444");
Wanted web_running() { return with_definitions({{web_id, running("web", {3}, {1, 2})}}); }
Wanted web_stopped() { return with_definitions({{web_id, defined("web", {3}, {1, 2})}}); }
HostState host_with_web() {
    auto host = small_host();
    free_adapter(host, Apid{3});
    host.matrices[web_id] = active({3}, {1, 2});
    return host;
}

// --- matrices ----------------------------------------------------------------------------------------------------------

TEST(Fold, DefineMakesAStoppedMatrixThatStartsWithTheHost) {
    const auto wanted = accepted(small_host(), {}, {{"define", {{"matrix", "web"}, {"adapters", "3,4"}, {"domains", "1"}}}});
    EXPECT_EQ(only_definition(wanted), defined("web", {3, 4}, {1}));
}

TEST(Fold, TheSameNameAlwaysGetsTheSameUuid) {
    const Said said{"define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}}};
    const auto once = accepted(small_host(), {}, {said}), again = accepted(host_with_web(), {}, {said});
    EXPECT_EQ(to_string(once.definitions.begin()->first), to_string(again.definitions.begin()->first));
    EXPECT_EQ(to_string(once.definitions.begin()->first)[14], '5') << "a name-based UUID";
}

TEST(Fold, AUuidFromTheCallerIsUsed) {
    const auto wanted = accepted(small_host(), {}, {{"assign", {{"matrix", to_string(web_id)}, {"name", "web"}, {"adapters", "3"}, {"domains", "1"}}}});
    EXPECT_EQ(wanted, with_definitions({{web_id, running("web", {3}, {1})}}));
}

TEST(Fold, ANewMatrixDoesNotTakeTheUuidOfARenamedOne) {
    const Said define{"define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}}};
    auto wanted = accepted(small_host(), {}, {define});
    wanted = accepted(small_host(), wanted, {{"modify", {{"matrix", "web"}, {"name", "old"}}}});
    wanted = accepted(small_host(), wanted, {define});
    EXPECT_EQ(wanted.definitions.size(), 2U);
}

TEST(Fold, DefiningTheSameAgainIsAlreadySo) {
    EXPECT_EQ(accepted(host_with_web(), web_running(), {{"define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1,2"}}}}), web_running());
}

TEST(Fold, DefiningAnExistingMatrixDifferentlyIsRefusedWithTheWayOut) {
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"define", {{"matrix", "web"}, {"adapters", "4"}, {"domains", "1"}}}}),
              "conflict web: web exists (adapters 3, domains 1-2, control domains 1-2); apctl modify web changes it");
}

TEST(Fold, DefiningAnMdevWithoutDefinitionIsRefused) {
    const auto line = refused(host_with_web(), {}, {{"define", {{"matrix", to_string(web_id)}, {"name", "web"}, {"adapters", "3"}, {"domains", "1"}}}});
    EXPECT_TRUE(line.starts_with("conflict ")) << line;
    EXPECT_NE(line.find("apctl adopt " + to_string(web_id)), std::string::npos) << line;
}

TEST(Fold, AssignDefinesAndStartsANewMatrix) {
    const auto wanted = accepted(small_host(), {}, {{"assign", {{"matrix", "web"}, {"adapters", "3,4"}, {"domains", "0x2f"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3, 4}, {0x2f}));
}

TEST(Fold, AssignNeedsBothSidesOfANewMatrix) {
    EXPECT_EQ(refused(small_host(), {}, {{"assign", {{"matrix", "web"}, {"adapters", "3"}}}}), "invalid web: is new and needs adapters and domains");
}

TEST(Fold, AssignExtendsAndStartsAnExistingMatrix) {
    const auto wanted = accepted(small_host(), web_stopped(), {{"assign", {{"matrix", "web"}, {"adapters", "4"}, {"domains", "3"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3, 4}, {1, 2, 3}));
}

TEST(Fold, AssignWithoutControlLeavesTheGuestWithoutControl) {
    const auto wanted = accepted(small_host(), {}, {{"assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}, {"control", "none"}}}});
    EXPECT_EQ(only_definition(wanted).matrix.control, DomainSet{});
}

TEST(Fold, ControlDomainsFollowWhenDomainsComeAndGoInOneCall) {
    const auto wanted = accepted(host_with_web(), web_running(),
                                 {{"assign", {{"matrix", "web"}, {"domains", "3"}}}, {"unassign", {{"matrix", "web"}, {"domains", "2"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3}, {1, 3}));
}

TEST(Fold, AssignAddsToControlDomainsOfTheirOwn) {
    auto wanted = web_running();
    wanted.definitions[web_id].matrix.control = domains({7});
    wanted = accepted(host_with_web(), wanted, {{"assign", {{"matrix", "web"}, {"domains", "3"}}}});
    EXPECT_EQ(only_definition(wanted).matrix.control, domains({3, 7}));
}

TEST(Fold, UnassignMayTakeControlDomainsAlong) {
    auto wanted = web_running();
    wanted.definitions[web_id].matrix.control = domains({2, 7});
    wanted = accepted(host_with_web(), wanted, {{"unassign", {{"matrix", "web"}, {"domains", "2"}, {"control", "same"}}}});
    EXPECT_EQ(only_definition(wanted).matrix.control, domains({7}));
}

TEST(Fold, AssignByUuidUnderAnotherNameIsRefused) {
    const auto line = refused(small_host(), web_stopped(), {{"assign", {{"matrix", to_string(web_id)}, {"name", "db"}, {"adapters", "4"}}}});
    EXPECT_NE(line.find("is called web already; apctl modify web renames it"), std::string::npos) << line;
}

TEST(Fold, ModifyAddsAndRemoves) {
    const auto wanted = accepted(host_with_web(), web_running(),
                                 {{"modify", {{"matrix", "web"}, {"add-adapters", "5"}, {"remove-domains", "2"}, {"add-domains", "3"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3, 5}, {1, 3})) << "control domains follow, because they did before";
}

TEST(Fold, ModifyLeavesControlDomainsOfTheirOwnAlone) {
    auto wanted = web_running();
    wanted.definitions[web_id].matrix.control = domains({7});
    wanted = accepted(host_with_web(), wanted, {{"modify", {{"matrix", "web"}, {"add-domains", "3"}}}});
    EXPECT_EQ(only_definition(wanted).matrix.control, domains({7}));
    wanted = accepted(host_with_web(), wanted, {{"modify", {{"matrix", "web"}, {"control", "same"}}}});
    EXPECT_EQ(only_definition(wanted).matrix.control, domains({1, 2, 3}));
}

TEST(Fold, ModifyMayGiveTheWhole) {
    const auto wanted = accepted(host_with_web(), web_running(), {{"modify", {{"matrix", "web"}, {"adapters", "4"}, {"autostart", "no"}}}});
    EXPECT_EQ(only_definition(wanted), (Definition{"web", matrix({4}, {1, 2}), false, true}));
}

TEST(Fold, ModifyOfAnUnknownMatrixSuggestsOne) {
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"modify", {{"matrix", "wbe"}, {"add-adapters", "5"}}}}),
              "not_found \"wbe\": no matrix has this name or UUID; apctl list matrices shows those there are");
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"modify", {{"matrix", "Web"}, {"add-adapters", "5"}}}}),
              "not_found \"Web\": no matrix has this name or UUID; did you mean web?");
}

TEST(Fold, TakingAwayTheLastAdapterIsRefused) {
    const std::string line = "invalid web: would be left without adapters; use apctl unassign web to remove it";
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"unassign", {{"matrix", "web"}, {"adapters", "3"}}}}), line);
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"modify", {{"matrix", "web"}, {"remove-adapters", "0-255"}}}}), line);
}

TEST(Fold, UnassignWithIdsTakesTheseAway) {
    const auto wanted = accepted(host_with_web(), web_running(), {{"unassign", {{"matrix", "web"}, {"domains", "2"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3}, {1}));
}

TEST(Fold, UnassignWithoutIdsForgetsTheMatrix) {
    EXPECT_EQ(accepted(host_with_web(), web_running(), {{"unassign", {{"matrix", "web"}}}}), Wanted{});
}

TEST(Fold, StartAndStopChangeOnlyWhatIsWantedActive) {
    EXPECT_EQ(accepted(small_host(), web_stopped(), {{"start", {{"matrix", "web"}}}}), web_running());
    EXPECT_EQ(accepted(host_with_web(), web_running(), {{"stop", {{"matrix", "web"}}}}), web_stopped());
    EXPECT_EQ(accepted(host_with_web(), web_running(), {{"start", {{"matrix", "web"}}}}), web_running());
}

TEST(Fold, UndefineForgetsAStoppedMatrix) {
    EXPECT_EQ(accepted(small_host(), web_stopped(), {{"undefine", {{"matrix", "web"}}}}), Wanted{});
}

TEST(Fold, UndefineOfAnActiveMatrixIsRefusedWithTheWayOut) {
    const std::string line = "conflict web: is active; apctl stop web, then undefine it; apctl unassign web does both";
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"undefine", {{"matrix", "web"}}}}), line);
    EXPECT_EQ(refused(host_with_web(), web_stopped(), {{"undefine", {{"matrix", "web"}}}}), line) << "active though it shall not be";
}

TEST(Fold, StopAndUndefineInOneCallAreAnUnassign) {
    EXPECT_EQ(accepted(host_with_web(), web_running(), {{"undefine", {{"matrix", "web"}}}, {"stop", {{"matrix", "web"}}}}), Wanted{});
}

TEST(Fold, DefineAndStartInOneCallWork) {
    const auto wanted = accepted(small_host(), {}, {{"start", {{"matrix", "web"}}}, {"define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}}}});
    EXPECT_EQ(only_definition(wanted), running("web", {3}, {1}));
}

TEST(Fold, ANameCannotBeTakenTwice) {
    auto wanted = web_stopped();
    wanted.definitions[db_id] = defined("db", {4}, {1});
    const auto line = refused(small_host(), wanted, {{"modify", {{"matrix", "db"}, {"name", "web"}}}});
    EXPECT_TRUE(line.starts_with("conflict web: would be the name of ")) << line;
}

TEST(Fold, TwoMatricesMaySwapTheirNames) {
    auto wanted = web_stopped();
    wanted.definitions[db_id] = defined("db", {4}, {1});
    wanted = accepted(small_host(), wanted, {{"modify", {{"matrix", "db"}, {"name", "web"}}}, {"modify", {{"matrix", "web"}, {"name", "db"}}}});
    EXPECT_EQ(wanted.definitions[db_id].name, "web");
    EXPECT_EQ(wanted.definitions[web_id].name, "db");
}

// --- mdevs that others made --------------------------------------------------------------------------------------------

TEST(Fold, ModifyTakesOverAnMdevWithoutDefinition) {
    const auto wanted = accepted(host_with_web(), {}, {{"modify", {{"matrix", to_string(web_id)}, {"add-domains", "3"}}}});
    EXPECT_EQ(wanted, with_definitions({{web_id, {"", matrix({3}, {1, 2, 3}), false, true}}}));
}

TEST(Fold, ChangingAMatrixThatSomebodyElseStartedTakesItOver) {
    const auto defined = with_definitions({{web_id, {"", matrix({3}, {1, 2}), false, false}}});
    const auto id = to_string(web_id);
    EXPECT_EQ(accepted(host_with_web(), defined, {{"modify", {{"matrix", id}, {"add-domains", "3"}}}}),
              with_definitions({{web_id, {"", matrix({3}, {1, 2, 3}), false, true}}}));
    EXPECT_EQ(accepted(host_with_web(), defined, {{"unassign", {{"matrix", id}, {"domains", "2"}}}}),
              with_definitions({{web_id, {"", matrix({3}, {1}), false, true}}}));
    EXPECT_EQ(accepted(host_with_web(), defined, {{"modify", {{"matrix", id}, {"add-domains", "3"}}}, {"stop", {{"matrix", id}}}}),
              with_definitions({{web_id, {"", matrix({3}, {1, 2, 3}), false, false}}}));
}

TEST(Fold, ChangingAStoppedMatrixDoesNotStartIt) {
    const auto defined = with_definitions({{web_id, {"", matrix({3}, {1, 2}), false, false}}});
    EXPECT_EQ(accepted(small_host(), defined, {{"modify", {{"matrix", to_string(web_id)}, {"add-domains", "3"}}}}),
              with_definitions({{web_id, {"", matrix({3}, {1, 2, 3}), false, false}}}));
}

TEST(Fold, StopTakesOverAnMdevWithoutDefinition) {
    const auto wanted = accepted(host_with_web(), {}, {{"stop", {{"matrix", "11112222"}}}});
    EXPECT_EQ(wanted, with_definitions({{web_id, {"", matrix({3}, {1, 2}), false, false}}}));
}

TEST(Fold, AssignMayNameAnMdevWithoutDefinition) {
    const auto wanted = accepted(host_with_web(), {}, {{"assign", {{"matrix", to_string(web_id)}, {"name", "web"}, {"adapters", "4"}}}});
    EXPECT_EQ(wanted, with_definitions({{web_id, running("web", {3, 4}, {1, 2})}}));
}

TEST(Fold, UndefineOfAnMdevWithoutDefinitionSaysSo) {
    const auto line = refused(host_with_web(), {}, {{"undefine", {{"matrix", to_string(web_id)}}}});
    EXPECT_TRUE(line.starts_with("not_found ")) << line;
    EXPECT_NE(line.find("apctl unassign"), std::string::npos) << line;
}

// --- adopt: what is so becomes the wish ----------------------------------------------------------------------------------

TEST(Adopt, WritesADefinitionForAnMdevThatHasNone) {
    EXPECT_EQ(accepted(host_with_web(), {}, {{"adopt", {{"matrix", to_string(web_id)}, {"name", "web"}}}}),
              with_definitions({{web_id, {"web", matrix({3}, {1, 2}), false, true}}}));
    EXPECT_EQ(accepted(host_with_web(), {}, {{"adopt", {{"matrix", "11112222"}, {"autostart", "yes"}}}}),
              with_definitions({{web_id, {"", matrix({3}, {1, 2}), true, true}}}));
}

TEST(Adopt, MakesTheDefinitionWhatTheMdevHas) {
    const auto differs = with_definitions({{web_id, running("web", {4}, {1})}});
    EXPECT_EQ(accepted(host_with_web(), differs, {{"adopt", {{"matrix", "web"}}}}), web_running());
}

TEST(Adopt, TakesOverADefinitionOfSomebodyElseAsItRuns) {
    const auto theirs = with_definitions({{web_id, {"", matrix({3}, {1, 2}), true, false}}});
    const Said adopt{"adopt", {{"matrix", to_string(web_id)}, {"name", "web"}}};
    EXPECT_EQ(accepted(host_with_web(), theirs, {adopt}), web_running());
    EXPECT_EQ(accepted(small_host(), theirs, {adopt}), web_stopped());
}

TEST(Adopt, AcceptsThatAMatrixRunsOrDoesNot) {
    EXPECT_EQ(accepted(host_with_web(), web_stopped(), {{"adopt", {{"matrix", "web"}}}}), web_running());
    EXPECT_EQ(accepted(small_host(), web_running(), {{"adopt", {{"matrix", "web"}}}}), web_stopped());
}

TEST(Adopt, LeavesNoDrift) {
    for (const auto& wanted : {Wanted{}, web_stopped(), with_definitions({{web_id, running("web", {4}, {1})}})}) {
        const auto adopted = accepted(host_with_web(), wanted, {{"adopt", {{"matrix", to_string(web_id)}}}});
        EXPECT_EQ(drift_between(host_with_web(), adopted), drift_between(host_with_web(), web_running()));
    }
}

TEST(Adopt, RefusesAMatrixOfWhichTheKernelDoesNotShowAll) {
    auto host = host_with_web();
    host.matrices[web_id].cut = true;
    EXPECT_EQ(accepted(host, web_running(), {{"adopt", {{"matrix", "web"}}}}), web_running()) << "it may well be what is defined";
    const auto line = refused(host, {}, {{"adopt", {{"matrix", to_string(web_id)}}}});
    EXPECT_TRUE(line.starts_with("conflict ")) << line;
}

TEST(Adopt, OfWhatIsNotThereIsRefused) {
    const auto line = refused(small_host(), {}, {{"adopt", {{"matrix", "nobody"}}}});
    EXPECT_TRUE(line.starts_with("not_found ")) << line;
}

TEST(MatricesNamed, AlsoHoldThoseThatTheWishesDoNotChange) {
    const auto unassign = parse_wish("unassign", {{"matrix", to_string(web_id)}}).value();
    EXPECT_EQ(fold(host_with_web(), {}, {unassign}), Wanted{}) << "there is no definition before and after";
    EXPECT_EQ(matrices_named(host_with_web(), {}, {unassign}), std::set{web_id});
}

// --- pools -------------------------------------------------------------------------------------------------------------

TEST(Fold, ReserveAndReleaseChangeTheReservation) {
    auto wanted = accepted(small_host(), {}, {{"reserve", {{"queues", "03.0001-0003"}}}, {"reserve", {{"queues", "04.0001"}}}});
    EXPECT_EQ(wanted.reserved, queues({3}, {1, 2, 3}) | queues({4}, {1}));
    wanted = accepted(small_host(), wanted, {{"release", {{"adapters", "3"}, {"domains", "all"}}}});
    EXPECT_EQ(wanted.reserved, queues({4}, {1}));
}

TEST(Fold, KeepAndUnkeepChangeWhatTheHostMustKeep) {
    auto wanted = accepted(small_host(), {}, {{"keep", {{"queues", "03.0001-0003"}}}});
    EXPECT_EQ(wanted.keep, queues({3}, {1, 2, 3}));
    wanted = accepted(small_host(), wanted, {{"unkeep", {{"queues", "03.0001"}}}});
    EXPECT_EQ(wanted.keep, queues({3}, {2, 3}));
}

TEST(Fold, AQueueCannotBeKeptAndReserved) {
    Wanted kept, reserved;
    kept.keep = reserved.reserved = queues({3}, {1});
    EXPECT_EQ(refused(small_host(), {}, {{"reserve", {{"queues", "03.0001"}}}, {"keep", {{"queues", "03.0001"}}}}),
              "conflict 03.0001: shall be kept by the host and reserved for guests");
    EXPECT_EQ(refused(small_host(), kept, {{"reserve", {{"queues", "03.0001-0003"}}}}),
              "conflict 03.0001: must stay with the host; apctl keep --remove lets go of them");
    EXPECT_EQ(refused(small_host(), reserved, {{"keep", {{"queues", "03.0001-0003"}}}}),
              "conflict 03.0001: are reserved for guests; apctl release them first");
}

TEST(Fold, UnkeepMakesRoomForAReservationInTheSameCall) {
    Wanted kept;
    kept.keep = queues({3}, {1});
    const auto wanted = accepted(small_host(), kept, {{"reserve", {{"queues", "03.0001"}}}, {"unkeep", {{"queues", "03.0001"}}}});
    EXPECT_TRUE(wanted.keep.empty());
    EXPECT_EQ(wanted.reserved, queues({3}, {1}));
}

TEST(Fold, ReleaseOfQueuesOfAnActiveMatrixNamesIt) {
    EXPECT_EQ(refused(host_with_web(), web_running(), {{"release", {{"queues", "03.0001,04.0001"}}}}),
              "conflict 03.0001: cannot go back to the host: matrix web has them; take them from it with apctl modify web, or apctl stop web");
}

TEST(Fold, KeepOfQueuesOfARunningGuestNamesItsMatrix) {
    auto host = host_with_web();
    host.matrices[web_id].in_use = true;
    const auto line = refused(host, web_running(), {{"keep", {{"queues", "03.0001"}}}});
    EXPECT_NE(line.find("matrix web has them, in use by a running guest"), std::string::npos) << line;
}

TEST(Fold, KeepOfQueuesOfAForeignMdevNamesItsUuid) {
    const auto line = refused(host_with_web(), {}, {{"keep", {{"queues", "03.0001"}}}});
    EXPECT_NE(line.find("matrix " + to_string(web_id)), std::string::npos) << line;
}

TEST(Fold, StoppingTheMatrixInTheSameCallMakesReleaseRight) {
    auto wanted = web_running();
    wanted.reserved = queues({3}, {1, 2});
    wanted = accepted(host_with_web(), wanted, {{"release", {{"queues", "03.0001-0002"}}}, {"stop", {{"matrix", "web"}}}});
    EXPECT_EQ(wanted, web_stopped());
}

// --- contradictions ----------------------------------------------------------------------------------------------------

TEST(Fold, GivesEveryReasonAtOnce) {
    const auto lines = refused(small_host(), {}, {{"start", {{"matrix", "nobody"}}},
                                                  {"reserve", {{"queues", "03.0001"}}},
                                                  {"release", {{"queues", "03.0001"}}},
                                                  {"assign", {{"matrix", "web"}, {"adapters", "3"}}}});
    EXPECT_EQ(std::ranges::count(lines, '\n'), 2) << lines;
}

struct Contradiction {
    const char* name;
    std::vector<Said> said;
    const char* says;
};
class Contradictions : public testing::TestWithParam<Contradiction> {};

TEST_P(Contradictions, AreRefused) {
    const auto line = refused(host_with_web(), web_running(), GetParam().said);
    EXPECT_NE(line.find(GetParam().says), std::string::npos) << line;
    EXPECT_TRUE(line.starts_with("invalid ")) << line;
}
INSTANTIATE_TEST_SUITE_P(
    Fold, Contradictions,
    testing::Values(
        Contradiction{"startAndStop", {{"start", {{"matrix", "web"}}}, {"stop", {{"matrix", "11112222"}}}}, "web: shall be started and stopped"},
        Contradiction{"assignAndStop", {{"assign", {{"matrix", "web"}, {"adapters", "4"}}}, {"stop", {{"matrix", "web"}}}}, "started and stopped"},
        Contradiction{"addAndTakeAway",
                      {{"assign", {{"matrix", "web"}, {"adapters", "4"}}}, {"unassign", {{"matrix", "web"}, {"adapters", "4"}}}},
                      "adapters 4 are both added and taken away"},
        Contradiction{"unassignAndModify", {{"unassign", {{"matrix", "web"}}}, {"modify", {{"matrix", "web"}, {"add-domains", "3"}}}}, "undefined and also changed"},
        Contradiction{"twoWholes",
                      {{"modify", {{"matrix", "web"}, {"adapters", "4"}}}, {"modify", {{"matrix", "web"}, {"adapters", "5"}}}},
                      "adapters are given twice and differently"},
        Contradiction{"twoNames",
                      {{"modify", {{"matrix", "web"}, {"name", "a"}}}, {"modify", {{"matrix", "web"}, {"name", "b"}}}},
                      "two names"},
        Contradiction{"autostart",
                      {{"modify", {{"matrix", "web"}, {"autostart", "yes"}}}, {"modify", {{"matrix", "web"}, {"autostart", "no"}}}},
                      "start automatically and shall not"},
        Contradiction{"twoDefinitions",
                      {{"define", {{"matrix", "new"}, {"adapters", "4"}, {"domains", "1"}}},
                       {"define", {{"matrix", "new"}, {"adapters", "5"}, {"domains", "1"}}}},
                      "new: is defined twice"},
        Contradiction{"defineAndAssign",
                      {{"define", {{"matrix", "new"}, {"adapters", "4"}, {"domains", "1"}}}, {"assign", {{"matrix", "new"}, {"adapters", "5"}}}},
                      "new: is defined and also changed"},
        Contradiction{"adoptAndChange", {{"adopt", {{"matrix", "web"}}}, {"modify", {{"matrix", "web"}, {"add-domains", "3"}}}}, "taken over as it is and also changed"},
        Contradiction{"adoptAndStop", {{"adopt", {{"matrix", "web"}}}, {"stop", {{"matrix", "web"}}}}, "taken over as it is and also changed"},
        Contradiction{"keepAndUnkeep", {{"keep", {{"queues", "05.0001"}}}, {"unkeep", {{"queues", "05.0001"}}}}, "05.0001: shall be kept and not kept"}),
    [](const auto& row) { return std::string(row.param.name); });

// --- order -------------------------------------------------------------------------------------------------------------

rc::Gen<Said> any_wish() {
    return rc::gen::exec([] {
        const auto name = *rc::gen::element<std::string>("web", "db", "new", "newer", to_string(web_id), "33334444");
        const auto ids = *rc::gen::element<std::string>("1", "2", "3", "4", "5", "3,4", "1-3");
        const auto more = *rc::gen::element<std::string>("1", "2", "3", "6", "2-4");
        const auto queues = *rc::gen::element<std::string>("03.0001", "03-05.0001", "04.0002-0003", "05.0003");
        return *rc::gen::element<Said>(
            Said{"reserve", {{"queues", queues}}}, Said{"release", {{"queues", queues}}}, Said{"keep", {{"queues", queues}}},
            Said{"unkeep", {{"queues", queues}}}, Said{"define", {{"matrix", name}, {"name", name}, {"adapters", ids}, {"domains", more}}},
            Said{"undefine", {{"matrix", name}}}, Said{"start", {{"matrix", name}}}, Said{"stop", {{"matrix", name}}},
            Said{"modify", {{"matrix", name}, {"add-adapters", ids}, {"remove-domains", more}}},
            Said{"modify", {{"matrix", name}, {"adapters", ids}, {"control", more}}},
            Said{"modify", {{"matrix", name}, {"name", "other"}}}, Said{"assign", {{"matrix", name}, {"adapters", ids}, {"domains", more}}},
            Said{"assign", {{"matrix", name}, {"adapters", ids}}}, Said{"unassign", {{"matrix", name}}},
            Said{"unassign", {{"matrix", name}, {"domains", more}}}, Said{"adopt", {{"matrix", name}}},
            Said{"adopt", {{"matrix", name}, {"name", "mine"}}}, Said{"move", {{"from", "web"}, {"into", name}, {"adapters", ids}}},
            Said{"move", {{"from", name}, {"into", "db"}}}, Said{"swap", {{"matrices", "db," + name}, {"what", *rc::gen::element<std::string>("adapters", "domains")}}},
            Said{"drain", {{"adapters", ids}}}, Said{"restore", {{"adapters", ids}}}, Said{"restore", {{"adapters", ids}, {"without", name}}});
    });
}

RC_GTEST_PROP(FoldProperty, TheOrderOfWishesNeverMatters, ()) {
    const auto said = *rc::gen::resize(6, rc::gen::container<std::vector<Said>>(any_wish()));
    std::vector<Wish> wishes;
    for (const auto& [verb, arguments] : said)
        if (auto wish = parse_wish(verb, arguments)) wishes.push_back(*wish);
    auto wanted = web_running();
    wanted.definitions[db_id] = defined("db", {4}, {1, 2});
    wanted.reserved = queues({5}, {3});
    wanted.keep = queues({4}, {3});
    if (*rc::gen::arbitrary<bool>()) wanted.drains[Apid{5}] = {{{web_id, {"web", domains({1, 2})}}, {db_id, {"db", domains({1})}}}, domains({2})};
    const auto straight = fold(host_with_web(), wanted, wishes);
    RC_CLASSIFY(straight.has_value(), "accepted");
    // Sorting by keys drawn at random permutes them; saying one twice changes nothing either.
    auto shuffled = wishes;
    if (!wishes.empty()) shuffled.push_back(*rc::gen::elementOf(wishes));
    const auto keys = *rc::gen::container<std::vector<int>>(shuffled.size(), rc::gen::arbitrary<int>());
    for (std::size_t i = shuffled.size(); i > 1; --i)
        std::swap(shuffled[i - 1], shuffled[static_cast<std::size_t>(static_cast<unsigned>(keys[i - 1])) % i]);
    const bool same = fold(host_with_web(), wanted, shuffled) == straight;
    RC_ASSERT(same);
    RC_ASSERT(matrices_named(host_with_web(), wanted, shuffled) == matrices_named(host_with_web(), wanted, wishes));
}

RC_GTEST_PROP(FoldProperty, ARefusalAlwaysHasASubjectAndAReason, ()) {
    const auto said = *rc::gen::container<std::vector<Said>>(any_wish());
    std::vector<Wish> wishes;
    for (const auto& [verb, arguments] : said)
        if (auto wish = parse_wish(verb, arguments)) wishes.push_back(*wish);
    const auto result = fold(host_with_web(), web_running(), wishes);
    RC_PRE(!result);
    for (const auto& error : result.error()) RC_ASSERT(!error.subject.empty() && !error.reason.empty());
}

} // namespace
} // namespace ap
