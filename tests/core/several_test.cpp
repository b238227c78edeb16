// SPDX-License-Identifier: LGPL-2.1-or-later
// move and swap: what one matrix gives another one gets, and who cannot.
#include "hosts.hpp"

#include "core/wish.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace ap {
namespace {

using namespace fixtures;

const Uuid web{uuid("1111")}, db{uuid("2222")}, mail{uuid("3333")};

struct Said {
    std::string_view verb;
    WishArguments arguments;
};

class Several : public testing::Test {
  protected:
    HostState host = small_host();
    Wanted wanted = with_definitions({{web, running("web", {3, 4}, {1})}, {db, defined("db", {5}, {1})}, {mail, defined("mail", {6}, {2, 3})}});

    Several() {
        free_adapter(host, Apid{3});
        free_adapter(host, Apid{4});
        host.matrices[web] = active({3, 4}, {1});
    }
    [[nodiscard]] std::expected<Wanted, std::vector<Error>> folded(const std::vector<Said>& said) const {
        std::vector<Wish> wishes;
        for (const auto& [verb, arguments] : said) wishes.push_back(parse_wish(verb, arguments).value());
        return fold(host, wanted, wishes);
    }
    [[nodiscard]] Wanted after(const std::vector<Said>& said) const {
        auto result = folded(said);
        if (!result)
            for (const auto& error : result.error()) ADD_FAILURE() << to_string(error);
        return result.value_or(Wanted{});
    }
    /// The refusals, one line each.
    [[nodiscard]] std::string refusal(const std::vector<Said>& said) const {
        const auto result = folded(said);
        if (result) return "accepted";
        std::string out;
        for (const auto& error : result.error()) out += fmt::format("{}{} {}", out.empty() ? "" : "\n", row_of(error.fault).name, to_string(error));
        return out;
    }
};

// --- move --------------------------------------------------------------------------------------------------------------

TEST_F(Several, AMovedAdapterLeavesOneMatrixAndComesToTheOther) {
    const auto want = after({{"move", {{"from", "web"}, {"into", "db"}, {"adapters", "4"}}}});
    EXPECT_EQ(want.definitions.at(web), running("web", {3}, {1}));
    EXPECT_EQ(want.definitions.at(db), defined("db", {4, 5}, {1})) << "one that is stopped stays so";
}

TEST_F(Several, ControlDomainsThatFollowTheDomainsGoOnDoingSo) {
    wanted.definitions.at(web).matrix = matrix({3}, {1, 2});
    wanted.definitions.at(mail).matrix.control = domains({7});
    const auto want = after({{"move", {{"from", "web"}, {"into", "mail"}, {"domains", "1"}}}});
    EXPECT_EQ(want.definitions.at(web).matrix.control, domains({2}));
    EXPECT_EQ(want.definitions.at(mail).matrix.control, domains({7})) << "its own";
}

TEST_F(Several, ControlDomainsCanBeMovedAlone) {
    const auto want = after({{"move", {{"from", "mail"}, {"into", "db"}, {"control", "3"}}}});
    EXPECT_EQ(want.definitions.at(mail).matrix, (Matrix{adapters({6}), domains({2, 3}), domains({2})}));
    EXPECT_EQ(want.definitions.at(db).matrix, (Matrix{adapters({5}), domains({1}), domains({1, 3})}));
}

TEST_F(Several, WithoutListsAllIsMovedAndTheMatrixIsForgotten) {
    const auto want = after({{"move", {{"from", "web"}, {"into", "db"}}}});
    EXPECT_FALSE(want.definitions.contains(web));
    EXPECT_EQ(want.definitions.at(db), defined("db", {3, 4, 5}, {1}));
}

TEST_F(Several, AnMdevWithoutADefinitionCanGiveAndGet) {
    wanted.definitions.erase(web);
    const auto gives = after({{"move", {{"from", "1111"}, {"into", "db"}, {"adapters", "4"}}}});
    EXPECT_EQ(gives.definitions.at(web).matrix, matrix({3}, {1}));
    EXPECT_TRUE(gives.definitions.at(web).active);
    const auto gets = after({{"move", {{"from", "db"}, {"into", "1111"}}}});
    EXPECT_EQ(gets.definitions.at(web).matrix, matrix({3, 4, 5}, {1}));
}

TEST_F(Several, WhatAMatrixDoesNotHaveCannotLeaveIt) {
    EXPECT_EQ(refusal({{"move", {{"from", "web"}, {"into", "db"}, {"adapters", "4,9"}, {"domains", "2"}}}}),
              "not_found web: has no adapters 9; it has 3-4\nnot_found web: has no domains 2; it has 1");
}

TEST_F(Several, AMoveThatLeavesNothingIsRefusedWithBothWaysOut) {
    EXPECT_EQ(refusal({{"move", {{"from", "web"}, {"into", "db"}, {"adapters", "3,4"}}}}),
              "invalid web: would be left without adapters; use apctl unassign web to remove it; apctl move without lists moves all of it");
}

TEST_F(Several, TheOtherMatrixHasToBeThereAndToBeAnother) {
    EXPECT_TRUE(refusal({{"move", {{"from", "web"}, {"into", "nobody"}}}}).starts_with("not_found \"nobody\": no matrix"));
    EXPECT_EQ(refusal({{"move", {{"from", "web"}, {"into", "1111"}}}}), "invalid web: is named twice; name different matrices");
}

TEST_F(Several, WishesThatContradictAMoveAreRefused) {
    const Said move{"move", {{"from", "web"}, {"into", "db"}, {"adapters", "4"}}};
    EXPECT_EQ(refusal({move, {"assign", {{"matrix", "web"}, {"adapters", "4"}}}}), "invalid web: adapters 4 are both added and taken away");
    EXPECT_EQ(refusal({move, {"unassign", {{"matrix", "db"}}}}), "invalid db: shall be undefined and also changed or started");
    EXPECT_EQ(refusal({{"move", {{"from", "web"}, {"into", "db"}}}, {"modify", {{"matrix", "web"}, {"add-domains", "2"}}}}),
              "invalid web: shall be undefined and also changed or started");
}

// --- swap --------------------------------------------------------------------------------------------------------------

TEST_F(Several, TwoExchangeTheirAdapters) {
    const auto want = after({{"swap", {{"matrices", "web,db"}, {"what", "adapters"}}}});
    EXPECT_EQ(want.definitions.at(web), running("web", {5}, {1}));
    EXPECT_EQ(want.definitions.at(db), defined("db", {3, 4}, {1}));
}

TEST_F(Several, ThreeRotateEachGetsWhatTheNextOneHas) {
    const auto want = after({{"swap", {{"matrices", "web,db,mail"}, {"what", "adapters"}}}});
    EXPECT_EQ(want.definitions.at(web).matrix, matrix({5}, {1}));
    EXPECT_EQ(want.definitions.at(db).matrix, matrix({6}, {1}));
    EXPECT_EQ(want.definitions.at(mail).matrix, matrix({3, 4}, {2, 3}));
}

TEST_F(Several, ExchangedDomainsTakeControlDomainsAlongWhereTheyAreTheSame) {
    wanted.definitions.at(db).matrix.control = domains({9});
    const auto want = after({{"swap", {{"matrices", "mail,db"}, {"what", "domains"}}}});
    EXPECT_EQ(want.definitions.at(mail).matrix, matrix({6}, {1}));
    EXPECT_EQ(want.definitions.at(db).matrix, (Matrix{adapters({5}), domains({2, 3}), domains({9})}));
}

TEST_F(Several, WholeMatricesAreExchangedWithTheirControlDomains) {
    wanted.definitions.at(db).matrix.control = domains({9});
    const auto want = after({{"swap", {{"matrices", "mail,db"}, {"what", "adapters,domains"}}}});
    EXPECT_EQ(want.definitions.at(mail).matrix, (Matrix{adapters({5}), domains({1}), domains({9})}));
    EXPECT_EQ(want.definitions.at(db).matrix, matrix({6}, {2, 3}));
}

TEST_F(Several, WhereARingBeginsDoesNotMatter) {
    const auto one = after({{"swap", {{"matrices", "web,db,mail"}, {"what", "adapters"}}}});
    EXPECT_EQ(one, after({{"swap", {{"matrices", "db,mail,web"}, {"what", "adapters"}}}}));
    EXPECT_EQ(one, after({{"swap", {{"matrices", "db,mail,web"}, {"what", "adapters"}}}, {"swap", {{"matrices", "web,db,mail"}, {"what", "adapters"}}}}));
    EXPECT_NE(one, after({{"swap", {{"matrices", "mail,db,web"}, {"what", "adapters"}}}}));
}

TEST_F(Several, EachMatrixIsInARingOnce) {
    EXPECT_EQ(refusal({{"swap", {{"matrices", "web,db,web"}, {"what", "adapters"}}}}), "invalid web: is named twice; name different matrices");
    EXPECT_EQ(refusal({{"swap", {{"matrices", "web,db"}, {"what", "adapters"}}}, {"swap", {{"matrices", "web,mail"}, {"what", "adapters"}}}}),
              "invalid web: adapters are given twice and differently");
}

TEST_F(Several, AllMatricesOfTheWishAreNamed) {
    const std::vector wishes{parse_wish("swap", {{"matrices", "web,db"}, {"what", "domains"}}).value()};
    EXPECT_EQ(matrices_named(host, wanted, wishes), (std::set<Uuid>{web, db}));
    EXPECT_EQ(parties_in_words(wishes[0]), "web, db");
    EXPECT_EQ(parties_in_words(parse_wish("move", {{"from", "web"}, {"into", "db"}}).value()), "web to db");
}

} // namespace
} // namespace ap
