// SPDX-License-Identifier: LGPL-2.1-or-later
// Names, finding matrices, drift, and taking over what others did.
#include "arbitrary.hpp"
#include "hosts.hpp"

#include "core/mask_solver.hpp"
#include "core/wanted.hpp"

#include <algorithm>

namespace ap {
namespace {

using namespace std::string_literals;
using namespace fixtures;

class BadNames : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(BadNames, AreRefusedInOneShortLine) {
    const auto name = parse_name(GetParam().second);
    ASSERT_FALSE(name);
    EXPECT_EQ(name.error().fault, Fault::invalid);
    const auto line = to_string(name.error());
    EXPECT_LT(line.size(), 320U);
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return static_cast<unsigned char>(c) >= ' '; })) << line;
}
INSTANTIATE_TEST_SUITE_P(Name, BadNames,
                         testing::Values(std::pair{"empty", ""s}, std::pair{"dot", "."s}, std::pair{"dotDot", ".."s},
                                         std::pair{"hidden", ".web"s}, std::pair{"dash", "-web"s}, std::pair{"slash", "a/b"s},
                                         std::pair{"blank", "a b"s}, std::pair{"newline", "web\n"s}, std::pair{"nul", "web\0"s},
                                         std::pair{"xml", "a<b"s}, std::pair{"amp", "a&b"s}, std::pair{"at", "a@b"s},
                                         std::pair{"percent", "a%n"s}, std::pair{"umlaut", "b\xc3\xa4r"s},
                                         std::pair{"notUtf8", "\xff"s}, std::pair{"tooLong", std::string(65, 'a')},
                                         std::pair{"mebibyte", std::string(1 << 20, 'a')},
                                         std::pair{"uuid", "669d9b23-fe1b-4ecb-be08-a2fabca99b71"s},
                                         std::pair{"uuidInCapitals", "669D9B23-FE1B-4ECB-BE08-A2FABCA99B71"s}),
                         [](const auto& row) { return std::string(row.param.first); });

TEST(Name, MayHaveSixtyFourLettersDigitsDotsAndDashes) {
    EXPECT_EQ(parse_name("web-1.prod_A"), "web-1.prod_A");
    EXPECT_TRUE(parse_name(std::string(64, 'a')));
    EXPECT_TRUE(parse_name("4"));
}

TEST(FindMatrix, ByNameByUuidAndByTheBeginningOfAUuid) {
    const auto wanted = with_definitions({{uuid("11112222"), defined("web", {3}, {0x2f})}, {uuid("11113333"), defined("db", {4}, {1})}});
    const auto host = small_host();
    EXPECT_EQ(find_matrix(host, wanted, "web"), uuid("11112222"));
    EXPECT_EQ(find_matrix(host, wanted, to_string(uuid("11113333"))), uuid("11113333"));
    EXPECT_EQ(find_matrix(host, wanted, "11113"), uuid("11113333"));
}

TEST(FindMatrix, KnowsMdevsWithoutADefinition) {
    auto host = small_host();
    host.matrices[uuid("abcd1234")] = active({3}, {1});
    EXPECT_EQ(find_matrix(host, {}, "ABCD"), uuid("abcd1234"));
}

TEST(FindMatrix, PrefersANameToTheBeginningOfAUuid) {
    const auto wanted = with_definitions({{uuid("beef0001"), defined("web", {3}, {1})}, {uuid("11112222"), defined("beef", {4}, {1})}});
    EXPECT_EQ(find_matrix(small_host(), wanted, "beef"), uuid("11112222"));
}

TEST(FindMatrix, RefusesAnAmbiguousBeginning) {
    const auto wanted = with_definitions({{uuid("11112222"), defined("web", {3}, {1})}, {uuid("11113333"), defined("db", {4}, {1})}});
    const auto found = find_matrix(small_host(), wanted, "1111");
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().fault, Fault::invalid);
    EXPECT_EQ(found.error().remedy, "give more digits");
}

TEST(FindMatrix, RefusesABeginningOfThreeDigits) {
    const auto wanted = with_definitions({{uuid("11112222"), defined("web", {3}, {1})}});
    EXPECT_FALSE(find_matrix(small_host(), wanted, "111"));
}

TEST(FindMatrix, SuggestsNamesThatAreNear) {
    const auto wanted = with_definitions({{uuid("1"), defined("web-front", {3}, {1})}, {uuid("2"), defined("db", {4}, {1})}});
    const auto found = find_matrix(small_host(), wanted, "web-frnt");
    ASSERT_FALSE(found);
    EXPECT_EQ(to_string(found.error()), "\"web-frnt\": no matrix has this name or UUID; did you mean web-front?");
}

TEST(FindMatrix, RefusesGarbageInOneShortLine) {
    for (const auto& text : {""s, "\n"s, "a\0b"s, "\xff"s, std::string(1 << 20, 'x')}) {
        const auto found = find_matrix(small_host(), with_definitions({{uuid("1"), defined("web", {3}, {1})}}), text);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().fault, Fault::not_found);
        EXPECT_LT(to_string(found.error()).size(), 320U);
    }
}

TEST(GuestPool, HoldsReservationsAndActiveMatricesOnly) {
    auto wanted = with_definitions({{uuid("1"), defined("web", {3}, {1})}, {uuid("2"), running("db", {4}, {2})}});
    wanted.reserved = queues({3}, {7});
    EXPECT_EQ(guest_pool_of(wanted), queues({3}, {7}) | queues({4}, {2}));
}

// --- adopt -------------------------------------------------------------------------------------------------------------

TEST(Adopt, LeavesAnUntouchedHostAlone) { EXPECT_EQ(adopt(small_host(), {}), Wanted{}); }

RC_GTEST_PROP(AdoptProperty, OnAHostNeverTouchedEverythingOutsideTheMasksIsReserved,
              (const AdapterSet& apmask, const DomainSet& aqmask, const QueueSet& present, bool newer)) {
    auto host = small_host();
    host.apmask = apmask;
    host.aqmask = aqmask;
    host.present = present;
    host.in_use_rule = newer ? InUseRule::all_opposite : InUseRule::current_opposite;
    const auto adopted = adopt(host, {});
    RC_ASSERT(adopted.reserved == QueueSet::rectangle(AdapterSet::all(), DomainSet::all()) - reserved_by_masks(host));
    RC_ASSERT(adopt(host, adopted) == adopted);
    // Where the host has a queue left, the same masks are the only best choice.
    RC_PRE(reserved_by_masks(host).intersects(present));
    const auto masks = choose_masks({adopted.reserved, {}, present, {}, {}});
    RC_ASSERT(masks.has_value());
    RC_ASSERT(masks->apmask == apmask);
    RC_ASSERT(masks->aqmask == aqmask);
}

RC_GTEST_PROP(AdoptProperty, MasksOfOurOwnChoiceAreNotTakenOver, (const QueueSet& pool, const QueueSet& keep, const QueueSet& present)) {
    Wanted wanted;
    wanted.reserved = pool & QueueSet::rectangle(few_adapters(), few_domains());
    wanted.keep = (keep & QueueSet::rectangle(few_adapters(), few_domains())) - wanted.reserved;
    auto host = small_host();
    host.present = present;
    const auto masks = choose_masks({wanted.reserved, wanted.keep, present, {}, {}});
    RC_PRE(masks.has_value());
    host.apmask = masks->apmask;
    host.aqmask = masks->aqmask;
    RC_ASSERT(adopt(host, wanted) == wanted);
}

RC_GTEST_PROP(AdoptProperty, NeverReservesWhatTheHostMustKeep,
              (const AdapterSet& apmask, const DomainSet& aqmask, const QueueSet& keep)) {
    auto host = small_host();
    host.apmask = apmask;
    host.aqmask = aqmask;
    Wanted wanted;
    wanted.keep = keep;
    RC_ASSERT(!adopt(host, wanted).reserved.intersects(keep));
}

TEST(Adopt, TakesOverAnAdapterThatSomebodyFreedBesideOurs) {
    auto host = small_host();
    Wanted wanted;
    wanted.reserved = queues({3}, {1});
    host.aqmask.erase(Apqi{1}); // ours: collateral is 04.0001 and 05.0001
    host.apmask.erase(Apid{5}); // somebody else's
    EXPECT_EQ(adopt(host, wanted).reserved, wanted.reserved | QueueSet::rectangle({Apid{5}}, DomainSet::all()));
}

TEST(Adopt, KeepsCollateralOursAlsoWhenTheHostGrewSince) {
    auto host = small_host();
    Wanted wanted;
    wanted.reserved = queues({3}, {1});
    host.present = queues({3, 4}, {1, 2, 3});
    host.aqmask.erase(Apqi{1}); // the best choice then: only 04.0001 goes along
    for (unsigned a = 5; a < 20; ++a) host.present |= queues({a}, {1, 2, 3});
    ASSERT_FALSE(choose_masks({wanted.reserved, {}, host.present, {}, {}})->apmask.contains(Apid{3})) << "the best choice now";
    EXPECT_EQ(adopt(host, wanted), wanted);
}

TEST(Adopt, BitsThatAKernelDoesNotLetUsSetAgainStayOurs) {
    auto host = small_host();
    host.in_use_rule = InUseRule::all_opposite;
    host.apmask.erase(Apid{3}); // was needed once; matrix web, which has adapter 3, keeps it from being set
    host.aqmask.erase(Apqi{1});
    host.matrices[uuid("1")] = active({3}, {1});
    const auto wanted = with_definitions({{uuid("1"), running("web", {3}, {1})}});
    EXPECT_EQ(adopt(host, wanted), wanted);
}

// --- drift -------------------------------------------------------------------------------------------------------------

std::vector<Drift::Kind> kinds(const std::vector<Drift>& drift) {
    std::vector<Drift::Kind> out;
    for (const auto& d : drift) out.push_back(d.kind);
    return out;
}

TEST(Drift, IsNothingWhereTheHostIsAsWanted) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    host.matrices[uuid("1")] = active({3}, {1, 2, 3});
    EXPECT_TRUE(drift_between(host, with_definitions({{uuid("1"), running("web", {3}, {1, 2, 3})}})).empty());
}

TEST(Drift, NamesQueuesThatOthersFreed) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    const auto drift = drift_between(host, {});
    ASSERT_EQ(kinds(drift), std::vector{Drift::Kind::mask_freed});
    EXPECT_EQ(drift[0].queues, queues({3}, {1, 2, 3}));
    EXPECT_EQ(drift[0].subject, "03.0001");
    EXPECT_NE(drift[0].text.find("adapter 3 is clear in apmask"), std::string::npos) << drift[0].text;
}

TEST(Drift, DoesNotBlameOthersForCollateral) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    Wanted wanted;
    wanted.reserved = queues({3}, {1, 2});
    EXPECT_TRUE(drift_between(host, wanted).empty());
}

/// As when the record of names and wishes was lost, and the definitions of mdevctl were not.
TEST(Drift, DoesNotBlameOthersForWhatAMatrixNeedsThatRuns) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    free_adapter(host, Apid{4});
    host.matrices[uuid("1")] = active({3}, {1, 2, 3});
    const auto drift = drift_between(host, with_definitions({{uuid("1"), defined("", {3}, {1, 2, 3})}}));
    ASSERT_EQ(kinds(drift), std::vector{Drift::Kind::mask_freed});
    EXPECT_EQ(drift[0].queues, queues({4}, {1, 2, 3}));
}

TEST(Drift, NamesWantedQueuesThatTheMasksGiveToTheHost) {
    Wanted wanted;
    wanted.reserved = queues({4}, {2});
    const auto drift = drift_between(small_host(), wanted);
    ASSERT_EQ(kinds(drift), std::vector{Drift::Kind::mask_taken});
    EXPECT_EQ(drift[0].queues, queues({4}, {2}));
}

TEST(Drift, NamesQueuesOfVfioApThatNoDriverHas) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    host.guest.erase(queue(3, 2));
    Wanted wanted;
    wanted.reserved = queues({3}, {1, 2, 3});
    const auto drift = drift_between(host, wanted);
    ASSERT_EQ(kinds(drift), std::vector{Drift::Kind::unbound});
    EXPECT_EQ(drift[0].subject, "03.0002");
}

TEST(Drift, ComparesDefinitionsWithMdevs) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    host.matrices[uuid("2")] = active({3}, {1});
    host.matrices[uuid("3")] = active({3}, {2});
    host.matrices[uuid("4")] = active({3}, {3});
    auto wanted = with_definitions({{uuid("1"), running("gone", {3}, {9})}, {uuid("2"), running("other", {3}, {1, 7})},
                                    {uuid("3"), defined("stopped", {3}, {2})}});
    const auto drift = drift_between(host, wanted);
    std::vector<std::pair<Drift::Kind, std::string>> found;
    for (const auto& d : drift)
        if (d.kind != Drift::Kind::mask_freed && d.kind != Drift::Kind::mask_taken) found.emplace_back(d.kind, d.subject);
    const std::vector<std::pair<Drift::Kind, std::string>> expected{{Drift::Kind::matrix_missing, "gone"},
                                                                    {Drift::Kind::matrix_differs, "other"},
                                                                    {Drift::Kind::matrix_active, "stopped"},
                                                                    {Drift::Kind::matrix_foreign, to_string(uuid("4"))}};
    EXPECT_EQ(found, expected);
    const auto differs = std::ranges::find(drift, Drift::Kind::matrix_differs, &Drift::kind);
    EXPECT_EQ(differs->queues, queues({3}, {7}));
}

TEST(Drift, NamesTheGuestUnderWhichAMatrixIsRemoved) {
    auto host = small_host();
    host.matrices[uuid("1")] = active({3}, {1});
    host.matrices[uuid("1")].holder = "guest db2 (pid 4711)";
    const auto wanted = with_definitions({{uuid("1"), running("web", {3}, {1})}});
    const auto removed = [&] {
        const auto drift = drift_between(host, wanted);
        const auto found = std::ranges::find(drift, Drift::Kind::removed_in_use, &Drift::kind);
        return found == drift.end() ? std::string() : found->subject + ": " + found->text;
    };
    EXPECT_EQ(removed(), "");
    host.matrices[uuid("1")].going = true;
    EXPECT_EQ(removed(), "web: web is being removed by somebody else while guest db2 (pid 4711) has it open, which sees its queues no more; the removal waits until it lets go");
    host.matrices.clear();
    host.bereft[uuid("1")] = "guest db2 (pid 4711)";
    host.bereft[uuid("7")] = "pid 4712 (mdev-hold)";
    EXPECT_EQ(removed(), "web: web was removed by somebody else while guest db2 (pid 4711) had it open, which goes on without its queues; apctl start web makes the matrix again, "
                         "then it is to be attached to the guest");
}

TEST(Drift, NamesQueuesOfTwoDefinitionsThatShallBothRun) {
    const auto overlap = [](const Definition& one, const Definition& other) {
        const auto drift = drift_between(small_host(), with_definitions({{uuid("1"), one}, {uuid("2"), other}}));
        const auto found = std::ranges::find(drift, Drift::Kind::definitions_overlap, &Drift::kind);
        return found == drift.end() ? QueueSet{} : found->queues;
    };
    const Definition theirs{"", matrix({3, 4}, {2, 3}), true, false};
    const Definition stopped_by_hand{"", matrix({3, 4}, {2, 3}), false, false};
    EXPECT_EQ(overlap(running("web", {3}, {1, 2}), theirs), queues({3}, {2}));
    EXPECT_EQ(overlap(defined("web", {3}, {1, 2}), theirs), queues({3}, {2})) << "both start with the host";
    EXPECT_EQ(overlap(running("web", {3}, {1, 2}), stopped_by_hand), QueueSet{});
    EXPECT_EQ(overlap(running("web", {3}, {1}), theirs), QueueSet{});
    EXPECT_EQ(overlap(running("web", {5}, {2}), theirs), QueueSet{});
}

TEST(Drift, IsNoneWhereTheKernelCutsAMatrixThatFitsItsDefinition) {
    auto host = small_host();
    host.apmask = AdapterSet{}; // all of it is vfio_ap's
    host.matrices[uuid("2")] = active({3}, {1, 2});
    host.matrices[uuid("2")].cut = true;
    const auto differs = [&](const Definition& definition) {
        const auto drift = drift_between(host, with_definitions({{uuid("2"), definition}}));
        return std::ranges::count(drift, Drift::Kind::matrix_differs, &Drift::kind) != 0;
    };
    EXPECT_FALSE(differs(running("web", {3, 4}, {1, 2})));
    EXPECT_TRUE(differs(running("web", {3, 4}, {1}))) << "the domains are certain";
    EXPECT_TRUE(differs(running("web", {4}, {1, 2})));
}

TEST(Drift, SaysNothingWithoutABus) {
    EXPECT_TRUE(drift_between(HostState{}, with_definitions({{uuid("1"), running("web", {3}, {1})}})).empty());
}

} // namespace
} // namespace ap
