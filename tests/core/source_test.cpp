// SPDX-License-Identifier: LGPL-2.1-or-later
// Who decides about binding beside us: in words, against the host, against what is wanted, and against plans.
#include "core/source_clash.hpp"
#include "core/source_view.hpp"

#include "core/planner.hpp"
#include "core/policy.hpp"
#include "hosts.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

using namespace fixtures;

const std::string rules = "/etc/udev/rules.d/41-ap.rules";

Source apmask_rule(AdapterSet mask) { return {Source::Kind::chzdev, rules, 8, SaysApmask{mask}, {}}; }
Source aqmask_rule(DomainSet mask) { return {Source::Kind::chzdev, rules, 9, SaysAqmask{mask}, {}}; }
Source boot_apmask(AdapterSet mask) { return {Source::Kind::boot, "/proc/cmdline", 0, SaysApmask{mask}, {}}; }
Source override_file(Apqn q, std::string driver) {
    return {Source::Kind::driverctl, "/etc/driverctl.d/ap-" + to_string(q), 1, SaysOverride{q, std::move(driver)}, {}};
}
const Source dra_driver{Source::Kind::dra_driver, "/var/lib/kubelet/plugins/cex-driver.ibm.com", 0, OwnsBinding{}, {}};

HostState with_overrides() {
    auto host = small_host();
    host.has_driver_override = true;
    host.in_use_rule = InUseRule::all_opposite;
    return host;
}
Wanted reserving(const QueueSet& queues) {
    Wanted wanted;
    wanted.reserved = queues;
    return wanted;
}
SourceView only(const Source& source, const HostState& host, const Wanted& wanted) { return view_sources({source}, host, wanted).front(); }
/// The plan that makes `want` of a host on which nothing is wanted.
Plan plan_for(const HostState& now, const Wanted& want) {
    auto made = plan(now, {}, want, {});
    EXPECT_TRUE(made) << to_string(made.error().front());
    return made.value_or(Plan{});
}

// --- Words ---------------------------------------------------------------------------------------------------------------

TEST(Source, IsNamedByFileAndLine) {
    EXPECT_EQ(place_of(apmask_rule({})), rules + " line 8");
    EXPECT_EQ(place_of(boot_apmask({})), "/proc/cmdline");
}

TEST(Source, SaysMasksInBothBases) {
    EXPECT_EQ(asks_for(apmask_rule(~adapters({3, 16}))), "adapters 3, 16 (0x10) are clear in apmask at boot");
    EXPECT_EQ(asks_for(aqmask_rule(~domains({47}))), "domain 47 (0x2f) is clear in aqmask at boot");
    EXPECT_EQ(asks_for(aqmask_rule(DomainSet::all())), "no domain is clear in aqmask at boot");
}

TEST(Source, TheRuleComesAfterTheParameters) {
    const std::vector<Source> sources{boot_apmask(~adapters({3})), apmask_rule(~adapters({4}))};
    const auto boot = masks_at_boot(sources);
    EXPECT_EQ(boot.apmask, ~adapters({4}));
    EXPECT_EQ(boot.apmask_from, &sources[1]);
    EXPECT_EQ(boot.aqmask, DomainSet::all());
    EXPECT_EQ(places_of(boot), rules + " line 8");
}

TEST(Policy, HasThreeWordsAndNoMore) {
    for (auto policy : {Policy::report, Policy::yield, Policy::enforce}) EXPECT_EQ(parse_policy(to_string(policy)), policy);
    EXPECT_FALSE(parse_policy("fight"));
}

// --- Against host and wishes -------------------------------------------------------------------------------------------------

TEST(SourceView, MasksAgreeWithAHostThatHasThem) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    const auto view = only(apmask_rule(host.apmask), host, reserving(queues({3}, {1})));
    EXPECT_EQ(view.host.stand, Stand::agrees);
    EXPECT_EQ(view.wanted.stand, Stand::agrees) << view.wanted.text;
    EXPECT_EQ(view.remedy, "");
}

TEST(SourceView, MasksThatTakeAQueueFromGuestsDiffer) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    const auto view = only(apmask_rule(~adapters({4})), host, reserving(queues({3}, {1})));
    EXPECT_EQ(view.host, (Opinion{Stand::differs, "adapter 4 set now; adapter 3 clear now"}));
    EXPECT_EQ(view.wanted, (Opinion{Stand::differs, "after a boot the host has 03.0001, wanted for guests here"}));
    EXPECT_EQ(view.remedy, "write it anew: chzdev -t ap -p apmask=0-2,4-255 aqmask=0-255");
}

TEST(SourceView, MasksThatFreeWhatTheHostMustKeepDiffer) {
    Wanted wanted;
    wanted.keep = queues({4}, {2});
    EXPECT_EQ(only(apmask_rule(~adapters({4})), small_host(), wanted).wanted.text, "after a boot guests may have 04.0002, which the host must keep");
}

TEST(SourceView, MasksThatFreeWhatNobodyWishedDiffer) {
    const auto view = only(apmask_rule(~adapters({4})), small_host(), {});
    EXPECT_EQ(view.wanted.text, "after a boot adapter 4 is for guests though nobody wished it here");
}

TEST(SourceView, OfTwoThatSetTheSameMaskTheFirstOnlyTellsWhoSupersedesIt) {
    const auto views = view_sources({boot_apmask(~adapters({4})), apmask_rule(AdapterSet::all())}, small_host(), {});
    EXPECT_EQ(views[0].wanted, (Opinion{Stand::silent, "superseded by " + rules + " line 8"}));
    EXPECT_EQ(views[1].wanted.stand, Stand::agrees);
}

TEST(SourceView, MasksDifferWhereOverridesAreInUse) {
    auto host = with_overrides();
    host = after(host, RebindQueue{queue(3, 1), {}, {"vfio_ap", Driver::guest}});
    EXPECT_EQ(only(apmask_rule(~adapters({3})), host, reserving(queues({3}, {1}))).wanted.stand, Stand::differs);
    EXPECT_EQ(only(apmask_rule(AdapterSet::all()), host, reserving(queues({3}, {1}))).wanted.stand, Stand::agrees);
}

TEST(SourceView, AnOverrideIsHeldAgainstThatOfTheQueue) {
    auto host = with_overrides();
    EXPECT_EQ(only(override_file(queue(3, 1), "vfio_ap"), host, {}).host, (Opinion{Stand::differs, "it has none now"}));
    EXPECT_EQ(only(override_file(queue(9, 1), "vfio_ap"), host, {}).host, (Opinion{Stand::silent, "there is no such queue"}));
    set_override(host, queue(3, 1), "vfio_ap");
    EXPECT_EQ(only(override_file(queue(3, 1), "vfio_ap"), host, {}).host.stand, Stand::agrees);
    EXPECT_EQ(only(override_file(queue(3, 1), "cex4queue"), host, {}).host.text, "it is \"vfio_ap\" now");
}

TEST(SourceView, AnOverrideIsWantedWhereTheQueueIs) {
    const auto host = with_overrides();
    const auto wanted = reserving(queues({3}, {1}));
    EXPECT_EQ(only(override_file(queue(3, 1), "vfio_ap"), host, wanted).wanted.stand, Stand::agrees);
    EXPECT_EQ(only(override_file(queue(3, 1), "cex4queue"), host, wanted).wanted.text, "it is wanted for guests here");
    const auto unwanted = only(override_file(queue(3, 2), "vfio_ap"), host, wanted);
    EXPECT_EQ(unwanted.wanted.text, "nobody wished it for guests here");
    EXPECT_EQ(unwanted.remedy, "driverctl -b ap unset-override 03.0002");
}

TEST(SourceView, TheDraDriverDiffersAsSoonAsGuestsShallHaveAnything) {
    EXPECT_EQ(only(dra_driver, with_overrides(), {}).wanted.stand, Stand::agrees);
    EXPECT_EQ(only(dra_driver, with_overrides(), reserving(queues({3}, {1}))).wanted.text, "it may give 03.0001 back to the host at any time");
}

TEST(SourceView, TheModuleIsNeededForGuests) {
    const Source blacklist{Source::Kind::boot, "/proc/cmdline", 0, SaysModule{false}, {}};
    EXPECT_EQ(only(blacklist, small_host(), {}).wanted.stand, Stand::agrees);
    EXPECT_EQ(only(blacklist, small_host(), reserving(queues({3}, {1}))).wanted.stand, Stand::differs);
    EXPECT_EQ(only(blacklist, small_host(), {}).host.text, "it is loaded now");
}

TEST(SourceView, WhatIsNotUnderstoodIsComparedWithNothing) {
    const auto view = only({Source::Kind::chzdev, rules, 3, NotUnderstood{}, "is no rule"}, small_host(), reserving(queues({3}, {1})));
    EXPECT_EQ(view.host.stand, Stand::silent);
    EXPECT_EQ(view.wanted.stand, Stand::silent);
    EXPECT_NE(view.remedy, "");
}

// --- Against plans ---------------------------------------------------------------------------------------------------------

TEST(SourceClash, APlanThatGivesAwayWhatTheMasksOfTheBootKeepContradictsThem) {
    const auto found = clashes(plan_for(small_host(), reserving(queues({3}, {1}))), {apmask_rule(~adapters({4})), aqmask_rule(DomainSet::all())});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().place, rules + " lines 8 and 9");
    EXPECT_TRUE(found.front().queues.contains(queue(3, 1)));
    EXPECT_EQ(found.front().text, "gives 03.0001, 05.0001 to the host at every boot") << "04.0001 is free then as well";
    EXPECT_NE(note_of(found.front()).find("chzdev -t ap -p"), std::string::npos);
    EXPECT_EQ(refusal_of(found.front()).fault, Fault::foreign_owner);
}

TEST(SourceClash, APlanThatTheMasksOfTheBootAgreeWithContradictsNobody) {
    EXPECT_TRUE(clashes(plan_for(small_host(), reserving(queues({3}, {1, 2, 3}))), {apmask_rule(~adapters({3}))}).empty());
}

TEST(SourceClash, MasksThatAreAllOnesContradictNoOverride) {
    EXPECT_TRUE(clashes(plan_for(with_overrides(), reserving(queues({3}, {1}))), {apmask_rule(AdapterSet::all()), aqmask_rule(DomainSet::all())}).empty());
}

TEST(SourceClash, AnOverrideSpeaksOfItsQueueOnly) {
    const std::vector<Source> sources{override_file(queue(3, 1), "cex4queue"), override_file(queue(4, 1), "cex4queue")};
    const auto found = clashes(plan_for(with_overrides(), reserving(queues({3}, {1}))), sources);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().place, "/etc/driverctl.d/ap-03.0001 line 1");
    EXPECT_EQ(found.front().text, "gives 03.0001 to \"cex4queue\" whenever it appears");
    EXPECT_TRUE(clashes(plan_for(with_overrides(), reserving(queues({5}, {1}))), sources).empty());
    EXPECT_TRUE(clashes(plan_for(with_overrides(), reserving(queues({3}, {1}))), {override_file(queue(3, 1), "vfio_ap")}).empty());
}

TEST(SourceClash, TheDraDriverSpeaksOfAll) {
    EXPECT_EQ(clashes(plan_for(with_overrides(), reserving(queues({5}, {1}))), {dra_driver}).size(), 1U);
}

TEST(SourceClash, APlanThatMovesNoQueueContradictsNobody) {
    Wanted want;
    want.definitions[uuid("11")] = defined("web", {3}, {1});
    EXPECT_TRUE(clashes(plan_for(with_overrides(), want), {dra_driver, apmask_rule(~adapters({4}))}).empty());
}

TEST(SourceClash, WhatComesBackToTheHostContradictsMasksThatFreeIt) {
    auto host = small_host();
    free_adapter(host, Apid{3});
    const auto made = plan(host, reserving(queues({3}, {1, 2, 3})), {}, {});
    ASSERT_TRUE(made);
    const auto found = clashes(*made, {apmask_rule(host.apmask)});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().text, "gives 03.0001-0003 to guests at every boot");
}

} // namespace
} // namespace ap
