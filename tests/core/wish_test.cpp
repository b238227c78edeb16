// SPDX-License-Identifier: LGPL-2.1-or-later
// From text to wishes: the verb table, every argument, every refusal.
#include "arbitrary.hpp"
#include "hosts.hpp"

#include "core/wish.hpp"

#include <algorithm>
#include <set>

namespace ap {
namespace {

using namespace std::string_literals;
using namespace fixtures;

Wish wish(std::string_view verb, const WishArguments& arguments) {
    auto parsed = parse_wish(verb, arguments);
    EXPECT_TRUE(parsed) << to_string(parsed.error());
    return parsed.value_or(Wish{});
}

TEST(VerbTable, HasEveryVerbOnceAndASentenceForEach) {
    std::set<Verb> verbs;
    for (const auto& row : verb_table()) {
        EXPECT_TRUE(verbs.insert(row.verb).second) << row.name;
        EXPECT_FALSE(row.summary.empty());
    }
    EXPECT_EQ(verbs.size(), 18U);
}

TEST(ParseWish, PoolVerbsTakeQueuesOrARectangle) {
    EXPECT_EQ(wish("reserve", {{"queues", "03.002f"}}).queues, queues({3}, {0x2f}));
    EXPECT_EQ(wish("keep", {{"adapters", "3,4"}, {"domains", "0x2f"}}).queues, queues({3, 4}, {0x2f}));
    EXPECT_EQ(wish("release", {{"adapters", "3"}, {"domains", "all"}}).queues, QueueSet::rectangle(adapters({3}), DomainSet::all()));
}

TEST(ParseWish, ControlFollowsTheDomainsUnlessSaidOtherwise) {
    EXPECT_TRUE(wish("assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}}).control_same);
    EXPECT_TRUE(wish("define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}, {"control", "same"}}).control_same);
    const auto none = wish("assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "1"}, {"control", "none"}});
    EXPECT_FALSE(none.control_same);
    EXPECT_EQ(none.control, DomainSet{});
    EXPECT_FALSE(wish("modify", {{"matrix", "web"}, {"add-domains", "1"}}).control_same);
}

TEST(ParseWish, AMatrixGivenByUuidCarriesItAndAName) {
    const auto parsed =
        wish("define", {{"matrix", "669D9B23-FE1B-4ECB-BE08-A2FABCA99B71"}, {"name", "web"}, {"adapters", "3"}, {"domains", "1"}});
    EXPECT_EQ(parsed.matrix, "669d9b23-fe1b-4ecb-be08-a2fabca99b71");
    EXPECT_EQ(parsed.uuid, parse_uuid(parsed.matrix));
    EXPECT_EQ(parsed.name, "web");
}

TEST(ParseWish, ModifyKnowsEveryKindOfChange) {
    const auto parsed = wish("modify", {{"matrix", "web"}, {"name", "www"}, {"add-adapters", "3"}, {"remove-adapters", "4"},
                                        {"add-domains", "5"}, {"remove-domains", "6"}, {"add-control", "7"},
                                        {"remove-control", "8"}, {"autostart", "no"}});
    EXPECT_EQ(parsed.name, "www");
    EXPECT_EQ(parsed.add_adapters, adapters({3}));
    EXPECT_EQ(parsed.remove_adapters, adapters({4}));
    EXPECT_EQ(parsed.add_domains, domains({5}));
    EXPECT_EQ(parsed.remove_domains, domains({6}));
    EXPECT_EQ(parsed.add_control, domains({7}));
    EXPECT_EQ(parsed.remove_control, domains({8}));
    EXPECT_EQ(parsed.autostart, false);
}

TEST(ParseWish, SeveralMatricesAreNamedInTheirOrder) {
    const auto move = wish("move", {{"from", "web"}, {"into", "669D9B23-FE1B-4ECB-BE08-A2FABCA99B71"}, {"domains", "1"}});
    EXPECT_EQ(move.matrices, (std::vector<std::string>{"web", "669d9b23-fe1b-4ecb-be08-a2fabca99b71"}));
    EXPECT_EQ(move.domains, domains({1}));
    const auto swap = wish("swap", {{"matrices", "web,db,mail"}, {"what", "domains,adapters"}});
    EXPECT_EQ(swap.matrices, (std::vector<std::string>{"web", "db", "mail"}));
    EXPECT_TRUE(swap.swap_adapters && swap.swap_domains);
    EXPECT_EQ(wish("restore", {{"adapters", "4"}, {"without", "web"}, {"forget", "no"}}).matrices, std::vector<std::string>{"web"});
}

struct BadWish {
    const char* name;
    std::string verb;
    WishArguments arguments;
    const char* says;
};
class BadWishes : public testing::TestWithParam<BadWish> {};

TEST_P(BadWishes, AreRefusedInOneShortLine) {
    const auto parsed = parse_wish(GetParam().verb, GetParam().arguments);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().fault, Fault::invalid);
    const auto line = to_string(parsed.error());
    EXPECT_NE(line.find(GetParam().says), std::string::npos) << line;
    EXPECT_LT(line.size(), 400U);
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) >= ' '; })) << line;
}
INSTANTIATE_TEST_SUITE_P(
    ParseWish, BadWishes,
    testing::Values(
        BadWish{"noVerb", "", {}, "is not a verb"}, BadWish{"unknownVerb", "destroy", {}, "\"destroy\": is not"},
        BadWish{"verbWithNul", "stop\0"s, {{"matrix", "web"}}, "stop\\x00"},
        BadWish{"longVerb", std::string(1 << 20, 'v'), {}, "…"},
        BadWish{"unknownKey", "stop", {{"matrix", "web"}, {"force", "yes"}}, "does not know \"force\"; it knows matrix"},
        BadWish{"keyOfAnotherVerb", "reserve", {{"matrix", "web"}}, "does not know \"matrix\""},
        BadWish{"longKey", "stop", {{std::string(1 << 20, 'k'), ""}}, "…"},
        BadWish{"missingMatrix", "start", {}, "start: needs matrix"},
        BadWish{"missingDomains", "define", {{"matrix", "web"}, {"adapters", "3"}}, "needs domains"},
        BadWish{"poolOfNothing", "reserve", {}, "needs queues, or adapters and domains"},
        BadWish{"poolOfHalf", "reserve", {{"adapters", "3"}}, "needs queues, or adapters and domains"},
        BadWish{"poolOfBoth", "reserve", {{"queues", "03.0001"}, {"adapters", "3"}}, "not both"},
        BadWish{"emptyQueues", "reserve", {{"queues", ""}}, "reserve queues"},
        BadWish{"badAdapters", "assign", {{"matrix", "web"}, {"adapters", "3;4"}}, "assign adapters: \"3;4\""},
        BadWish{"badAddDomains", "modify", {{"matrix", "web"}, {"add-domains", "x"}}, "modify add-domains: \"x\""},
        BadWish{"allForAMatrix", "assign", {{"matrix", "web"}, {"adapters", "all"}, {"domains", "1"}}, "\"all\""},
        BadWish{"badControl", "assign", {{"matrix", "web"}, {"control", "all"}}, "assign control"},
        BadWish{"badName", "assign", {{"matrix", "../etc"}, {"adapters", "3"}}, "is not a name"},
        BadWish{"matrixWithNul", "stop", {{"matrix", "web\0"s}}, "web\\x00"},
        BadWish{"longMatrix", "stop", {{"matrix", std::string(1 << 20, 'm')}}, "…"},
        BadWish{"emptyMatrix", "stop", {{"matrix", ""}}, "is not a name"},
        BadWish{"notUtf8", "stop", {{"matrix", "\xff\xfe"}}, "\\xff"},
        BadWish{"badAutostart", "modify", {{"matrix", "web"}, {"autostart", "maybe"}}, "neither yes nor no"},
        BadWish{"nameIsUuid", "modify", {{"matrix", "web"}, {"name", "669d9b23-fe1b-4ecb-be08-a2fabca99b71"}}, "is a UUID"},
        BadWish{"twoNames", "assign", {{"matrix", "web"}, {"name", "db"}, {"adapters", "3"}}, "two names"},
        BadWish{"uuidWithoutName", "define",
                {{"matrix", "669d9b23-fe1b-4ecb-be08-a2fabca99b71"}, {"adapters", "3"}, {"domains", "1"}}, "needs a name"},
        BadWish{"nothingToChange", "modify", {{"matrix", "web"}}, "nothing to change"},
        BadWish{"addedAndRemoved", "modify", {{"matrix", "web"}, {"add-domains", "3,4"}, {"remove-domains", "4,5"}}, "domains 4 are both"},
        BadWish{"wholeAndAdded", "modify", {{"matrix", "web"}, {"adapters", "3"}, {"add-adapters", "4"}}, "adapters are given whole"},
        BadWish{"moveWithoutGoal", "move", {{"from", "web"}}, "move: needs into"},
        BadWish{"moveSame", "move", {{"from", "web"}, {"into", "db"}, {"control", "same"}}, "move control"},
        BadWish{"swapOfOne", "swap", {{"matrices", "web"}, {"what", "adapters"}}, "needs at least two matrices"},
        BadWish{"swapOfNobody", "swap", {{"matrices", "web,"}, {"what", "adapters"}}, "is not a name"},
        BadWish{"swapOfControl", "swap", {{"matrices", "web,db"}, {"what", "control"}}, "\"control\" cannot be exchanged"},
        BadWish{"drainAll", "drain", {{"adapters", "all"}}, "\"all\""},
        BadWish{"forgetMaybe", "restore", {{"adapters", "4"}, {"forget", "maybe"}}, "neither yes nor no"},
        BadWish{"forgetWithout", "restore", {{"adapters", "4"}, {"forget", "yes"}, {"without", "web"}}, "nobody can be left out"},
        BadWish{"controlTwice", "modify", {{"matrix", "web"}, {"control", "same"}, {"add-control", "4"}}, "control domains"}),
    [](const auto& row) { return std::string(row.param.name); });

RC_GTEST_PROP(ParseWishProperty, RandomTextIsReadOrRefusedButNeverEchoedRaw,
              (const std::string& key, const std::string& value)) {
    const auto row = *rc::gen::elementOf(std::vector<VerbRow>(verb_table().begin(), verb_table().end()));
    const auto known = *rc::gen::elementOf(std::vector<std::string>{key, "matrix", "queues", "adapters", "control", "autostart"});
    const auto parsed = parse_wish(row.name, {{known, value}});
    RC_PRE(!parsed);
    for (char c : to_string(parsed.error())) RC_ASSERT(static_cast<unsigned char>(c) >= ' ');
}

// --- warnings ----------------------------------------------------------------------------------------------------------

HostState host_with_hex_ids() {
    auto host = small_host();
    host.host_domains = host.host_control = domains({1, 10, 0x10, 0x30});
    return host;
}

TEST(NumberWarnings, SayThatABareNumberNamesAnExistingIdInTheOtherBase) {
    const auto warnings = number_warnings(host_with_hex_ids(), "assign", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "30"}});
    EXPECT_EQ(warnings, std::vector{"domains: 30 is read as decimal (0x1e), which this host does not have; 0x30 exists"s});
}

TEST(NumberWarnings, AlsoWhereTheDecimalIdExists) {
    const auto warnings = number_warnings(host_with_hex_ids(), "modify", {{"matrix", "web"}, {"add-control", "10"}});
    EXPECT_EQ(warnings, std::vector{"add-control: 10 is read as decimal (0xa); this host has 0x10 as well"s});
}

TEST(NumberWarnings, LookAtBothEndsOfARange) {
    EXPECT_EQ(number_warnings(host_with_hex_ids(), "modify", {{"matrix", "web"}, {"add-domains", "10-30"}}).size(), 2U);
}

TEST(NumberWarnings, AreSilentAboutWhatCannotBeMistaken) {
    const auto host = host_with_hex_ids();
    EXPECT_TRUE(number_warnings(host, "assign", {{"matrix", "web"}, {"adapters", "3,card10"}, {"domains", "1,0x30"}}).empty());
    EXPECT_TRUE(number_warnings(host, "assign", {{"matrix", "web"}, {"adapters", "99"}, {"control", "none"}}).empty());
    EXPECT_TRUE(number_warnings(host, "reserve", {{"adapters", "3"}, {"domains", "all"}}).empty());
    EXPECT_TRUE(number_warnings(host, "reserve", {{"domains", "30,"}}).empty()) << "refused anyway";
}

} // namespace
} // namespace ap
