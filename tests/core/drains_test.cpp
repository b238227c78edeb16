// SPDX-License-Identifier: LGPL-2.1-or-later
// drain and restore: everybody loses the adapter, it is remembered who had it, and it comes back as it was or not at all.
#include "hosts.hpp"

#include "core/explainer.hpp"
#include "core/planner.hpp"
#include "core/wish.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

namespace ap {
namespace {

using namespace fixtures;

const Uuid web{uuid("1111")}, db{uuid("2222")}, mail{uuid("3333")};
const Apid a4{4};

class Drains : public testing::Test {
  protected:
    HostState host = small_host();
    Wanted wanted = with_definitions({{web, running("web", {3, 4}, {1})}, {db, running("db", {4}, {2})}, {mail, defined("mail", {4, 5}, {3})}});

    Drains() {
        free_adapter(host, Apid{3});
        free_adapter(host, a4);
        host.matrices[web] = active({3, 4}, {1});
        host.matrices[db] = active({4}, {2});
        wanted.reserved = queues({4}, {3});
    }
    std::expected<Wanted, std::vector<Error>> folded(std::string_view verb, const WishArguments& arguments) const {
        return fold(host, wanted, {parse_wish(verb, arguments).value()});
    }
    /// The wish is carried out, on definitions and mdevs alike.
    void carry_out(std::string_view verb, const WishArguments& arguments) {
        const auto result = folded(verb, arguments);
        if (!result)
            for (const auto& error : result.error()) ADD_FAILURE() << to_string(error);
        wanted = result.value_or(wanted);
        for (auto& [uuid, matrix] : host.matrices)
            if (const auto d = wanted.definitions.find(uuid); d != wanted.definitions.end()) matrix.assigned = matrix.effective = d->second.matrix;
        std::erase_if(host.matrices, [&](const auto& m) { return !wanted.definitions.contains(m.first); });
    }
    [[nodiscard]] std::string refusal(std::string_view verb, const WishArguments& arguments) const {
        const auto result = folded(verb, arguments);
        if (result) return "accepted";
        std::string out;
        for (const auto& error : result.error()) out += fmt::format("{}{} {}", out.empty() ? "" : "\n", row_of(error.fault).name, to_string(error));
        return out;
    }
    /// The notes of a plan for the wish.
    [[nodiscard]] std::vector<std::string> notes(std::string_view verb, const WishArguments& arguments) const {
        const std::vector wishes{parse_wish(verb, arguments).value()};
        const auto made = plan(host, wanted, fold(host, wanted, wishes).value(), {.disrupt = true, .touched = matrices_named(host, wanted, wishes)});
        return made ? made->notes : std::vector{to_string(made.error().front())};
    }
};

bool contains(const std::vector<std::string>& lines, std::string_view line) { return std::ranges::find(lines, line) != lines.end(); }

TEST_F(Drains, EverybodyLosesTheAdapterAndItIsRememberedWhoHadIt) {
    carry_out("drain", {{"adapters", "4"}});
    EXPECT_EQ(wanted.definitions.at(web), running("web", {3}, {1}));
    EXPECT_EQ(wanted.definitions.at(db), running("db", {}, {2})) << "it may be left with none";
    EXPECT_EQ(wanted.definitions.at(mail), defined("mail", {5}, {3}));
    EXPECT_EQ(wanted.reserved, QueueSet{});
    const Drain drain{{{web, {"web", domains({1})}}, {db, {"db", domains({2})}}, {mail, {"mail", domains({3})}}}, domains({3})};
    EXPECT_EQ(wanted.drains, (std::map<Apid, Drain>{{a4, drain}}));
}

TEST_F(Drains, ARestoreGivesAllOfItBack) {
    const auto before = wanted;
    carry_out("drain", {{"adapters", "4"}});
    carry_out("restore", {{"adapters", "4"}});
    EXPECT_EQ(wanted, before);
}

TEST_F(Drains, TheAdapterMayBeAwayMeanwhile) {
    const auto before = wanted;
    carry_out("drain", {{"adapters", "4"}});
    host.adapters.erase(a4);
    host.host_adapters.erase(a4);
    for (auto* set : {&host.present, &host.host, &host.guest}) set->set_row(a4, {});
    carry_out("drain", {{"adapters", "4"}});
    carry_out("restore", {{"adapters", "4"}});
    EXPECT_EQ(wanted, before);
}

TEST_F(Drains, TwiceIsOnce) {
    carry_out("drain", {{"adapters", "4"}});
    const auto once = wanted;
    carry_out("drain", {{"adapters", "4"}});
    EXPECT_EQ(wanted, once);
    EXPECT_EQ(matrices_named(host, wanted, {parse_wish("drain", {{"adapters", "4"}}).value()}), std::set<Uuid>{});
}

TEST_F(Drains, AnMdevWithoutADefinitionLosesItToo) {
    wanted.definitions.erase(db);
    carry_out("drain", {{"adapters", "4"}});
    EXPECT_EQ(wanted.definitions.at(db).matrix, matrix({}, {2}));
    EXPECT_EQ(wanted.drains.at(a4).matrices.at(db), (Drain::Share{"", domains({2})}));
    carry_out("restore", {{"adapters", "4"}});
    EXPECT_EQ(wanted.definitions.at(db).matrix, matrix({4}, {2}));
}

TEST_F(Drains, AnAdapterThatNobodyKnowsIsASlip) {
    EXPECT_EQ(refusal("drain", {{"adapters", "4,40"}}),
              "not_found adapter 40 (0x28): is neither on this host nor in any matrix; apctl list adapters shows those there are");
}

TEST_F(Drains, NobodyGetsADrainedAdapterByAnyOtherVerb) {
    carry_out("drain", {{"adapters", "4"}});
    const std::string no = ": cannot get adapter 4: drained, taken from db, mail, web; apctl restore 4 first";
    EXPECT_EQ(refusal("assign", {{"matrix", "web"}, {"adapters", "4"}}), "conflict web" + no);
    EXPECT_EQ(refusal("modify", {{"matrix", "mail"}, {"add-adapters", "4"}}), "conflict mail" + no);
    EXPECT_EQ(refusal("define", {{"matrix", "new"}, {"adapters", "4"}, {"domains", "1"}}), "conflict new" + no);
    EXPECT_EQ(refusal("reserve", {{"queues", "04.0001"}}), "conflict adapter 4: cannot be reserved: drained; apctl restore 4 first, or leave it out");
    wanted.definitions[uuid("4444")] = defined("foreign", {4}, {3}); // somebody else defined it meanwhile
    EXPECT_EQ(refusal("start", {{"matrix", "foreign"}}), "conflict foreign" + no);
    EXPECT_EQ(refusal("modify", {{"matrix", "foreign"}, {"add-domains", "2"}}), "accepted") << "it gets nothing of it";
}

TEST_F(Drains, WhatSomebodyElseGaveMeanwhileCanBeTakenOverAndDrainedAgain) {
    carry_out("drain", {{"adapters", "4"}});
    host.matrices[uuid("4444")] = active({4}, {1});
    EXPECT_EQ(refusal("adopt", {{"matrix", "4444"}}), "accepted");
    carry_out("drain", {{"adapters", "4"}});
    EXPECT_EQ(host.matrices.at(uuid("4444")).assigned.adapters, AdapterSet{});
    EXPECT_EQ(wanted.drains.at(a4).matrices.size(), 4U);
}

// --- Restoring what has changed since ------------------------------------------------------------------------------------

TEST_F(Drains, WhoWasUndefinedSinceIsLeftOutAlsoUnderTheSameName) {
    host.matrices.clear();
    wanted = fold(host, {}, {parse_wish("define", {{"matrix", "new"}, {"adapters", "4"}, {"domains", "1"}}).value()}).value();
    const auto made = wanted.definitions.begin()->first;
    carry_out("drain", {{"adapters", "4"}});
    carry_out("unassign", {{"matrix", "new"}});
    EXPECT_TRUE(wanted.drains.at(a4).matrices.at(made).gone);
    EXPECT_TRUE(contains(notes("restore", {{"adapters", "4"}}), "new does not get adapter 4 back: it has been undefined since"));
    carry_out("define", {{"matrix", "new"}, {"adapters", "3"}, {"domains", "1"}});
    EXPECT_EQ(wanted.definitions.begin()->first, made) << "a name has one UUID";
    carry_out("restore", {{"adapters", "4"}});
    EXPECT_EQ(wanted.definitions.at(made).matrix.adapters, adapters({3}));
}

TEST_F(Drains, WhatSomethingElseHasByNowIsNotGivenBackButToTheOthers) {
    carry_out("drain", {{"adapters", "4"}});
    const auto stranger = uuid("4444");
    host.matrices[stranger] = active({4}, {1});
    EXPECT_EQ(refusal("restore", {{"adapters", "4"}}),
              fmt::format("conflict web: cannot get 04.0001 back: {0} has it now; take it from {0} first: apctl modify {0} or apctl unassign {0}; or: apctl restore 4 "
                          "--without web gives it back to the others only",
                          to_string(stranger)));
    EXPECT_TRUE(contains(notes("restore", {{"adapters", "4"}, {"without", "web"}}), "web does not get adapter 4 back"));
    carry_out("restore", {{"adapters", "4"}, {"without", "web"}});
    EXPECT_EQ(wanted.definitions.at(web).matrix.adapters, adapters({3}));
    EXPECT_EQ(wanted.definitions.at(db).matrix.adapters, adapters({4}));
    EXPECT_TRUE(wanted.drains.empty());
}

TEST_F(Drains, WhatTheHostMustKeepByNowIsNotGivenBack) {
    carry_out("drain", {{"adapters", "4"}});
    wanted.keep = queues({4}, {2, 3});
    EXPECT_EQ(refusal("restore", {{"adapters", "4"}}),
              "conflict 04.0003: was reserved for guests when it was drained, and must stay with the host now; apctl keep --remove lets go of it; "
              "apctl restore 4 --forget gives nothing back\n"
              "conflict db: cannot get 04.0002 back: the host must keep it now; let go of it with apctl keep --remove, or: apctl restore 4 --without db gives it "
              "back to the others only");
    EXPECT_EQ(refusal("restore", {{"adapters", "4"}, {"forget", "yes"}}), "accepted");
}

TEST_F(Drains, ForgettingGivesNothingBackAndFreesTheAdapter) {
    carry_out("drain", {{"adapters", "4"}});
    carry_out("restore", {{"adapters", "4"}, {"forget", "yes"}});
    EXPECT_EQ(wanted.definitions.at(web).matrix.adapters, adapters({3}));
    EXPECT_EQ(wanted.reserved, QueueSet{});
    carry_out("assign", {{"matrix", "web"}, {"adapters", "4"}});
    EXPECT_EQ(wanted.definitions.at(web).matrix.adapters, adapters({3, 4}));
}

TEST_F(Drains, OnlyThoseThatHadItCanBeLeftOut) {
    carry_out("drain", {{"adapters", "4"}});
    EXPECT_EQ(refusal("restore", {{"adapters", "4"}, {"without", "nobody"}}),
              "not_found nobody: is none of those that adapter 4 was taken from; these are: db, mail, web");
}

TEST_F(Drains, DomainsThatChangedSinceAreSaid) {
    carry_out("drain", {{"adapters", "4"}});
    carry_out("modify", {{"matrix", "mail"}, {"domains", "1"}});
    EXPECT_TRUE(contains(notes("restore", {{"adapters", "4"}}), "mail gets adapter 4 back with the domains it has now, 1; when it was drained it had 3"));
}

TEST_F(Drains, WishesThatContradictADrainAreRefused) {
    const auto fold_both = [&](const Wish& a, const Wish& b) { return to_string(fold(host, wanted, {a, b}).error().front()); };
    const auto drain = parse_wish("drain", {{"adapters", "4"}}).value();
    EXPECT_EQ(fold_both(drain, parse_wish("restore", {{"adapters", "4"}}).value()), "adapter 4: shall be drained and restored");
    EXPECT_EQ(fold_both(drain, parse_wish("assign", {{"matrix", "web"}, {"adapters", "4"}}).value()), "web: adapters 4 are both added and taken away");
    EXPECT_EQ(fold_both(drain, parse_wish("assign", {{"matrix", "new"}, {"adapters", "4"}, {"domains", "3"}}).value()),
              "new: cannot get adapter 4: drained, taken from db, mail, web; apctl restore 4 first");
    EXPECT_EQ(fold_both(drain, parse_wish("unassign", {{"matrix", "web"}}).value()), "web: shall be undefined and also changed or started");
}

// --- What a person is told -----------------------------------------------------------------------------------------------

TEST_F(Drains, ThePreviewSaysWhatEachKeeps) {
    host.matrices[web].in_use = true;
    host.matrices[web].holder = "guest7";
    host.adapters[Apid{5}].mode = Mode::cca;
    const auto said = notes("drain", {{"adapters", "4"}});
    EXPECT_TRUE(contains(said, "web, in use by guest7, keeps 1 adapter, 1 queue: ep11 3"));
    EXPECT_TRUE(contains(said, "db, active, KEEPS NO ADAPTER without adapter 4"));
    EXPECT_TRUE(contains(said, "mail, stopped, keeps 1 adapter, 1 queue: cca 5; NONE of mode ep11 any more"));
    EXPECT_TRUE(contains(notes("drain", {{"adapters", "5"}}), "mail, stopped, keeps 1 adapter, 1 queue: ep11 4; NONE of mode cca any more"));
}

TEST_F(Drains, WhereNobodyHadItThatIsSaid) {
    wanted = {};
    host.matrices.clear();
    EXPECT_TRUE(contains(notes("drain", {{"adapters", "4"}}), "no matrix has adapter 4; until it is restored none gets it"));
}

TEST_F(Drains, AQueueTellsOfIt) {
    carry_out("drain", {{"adapters", "4"}});
    const auto said = explain(host, wanted, queue(4, 1)).sentences;
    EXPECT_TRUE(contains(said, "The adapter 4 is drained: no matrix gets it."));
    EXPECT_TRUE(contains(said, "It was taken from matrix web; apctl restore 4 gives it back."));
}

} // namespace
} // namespace ap
