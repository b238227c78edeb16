// SPDX-License-Identifier: LGPL-2.1-or-later
// Steps: their inverses, their sentences, their fingerprint.
#include "core/plan.hpp"

#include <gtest/gtest.h>

namespace ap {
namespace {

const Uuid web{{1}};
const Apid a3{3}, a4{4};
const Apqi d2f{0x2f};

Wanted names() {
    Wanted w;
    w.definitions[web] = {"web", {}, true, true};
    return w;
}
Definition defined(Matrix m, bool active) { return {"web", m, true, active}; }
QueueSet one_queue() { return QueueSet::rectangle({a3}, {d2f}); }

struct Sentence {
    Step step;
    std::string text;
};
class PlanText : public testing::TestWithParam<Sentence> {};
TEST_P(PlanText, SaysWhatTheStepDoes) { EXPECT_EQ(describe(GetParam().step, names()), GetParam().text); }

const Matrix some{{a3}, {d2f}, {}}, more{{a3, a4}, {d2f}, {d2f}};
INSTANTIATE_TEST_SUITE_P(
    Steps, PlanText,
    testing::Values(
        Sentence{SetAqmask{DomainSet::all(), ~DomainSet{d2f}}, "clear domain 47 (0x2f) in aqmask"},
        Sentence{SetApmask{~AdapterSet{a3, a4}, AdapterSet::all()}, "set adapters 3-4 in apmask"},
        Sentence{SetApmask{~AdapterSet{a3}, ~AdapterSet{a4}}, "clear adapter 4, set adapter 3 in apmask"},
        Sentence{ProbeQueue{{a3, d2f}}, "bind 03.002f, which has no driver"},
        Sentence{CreateMdev{web}, "create the mediated device of web"},
        Sentence{RemoveMdev{web}, "remove the mediated device of web"},
        Sentence{SetMatrix{web, {}, some}, "in web: add adapter 3, add domain 47 (0x2f)"},
        Sentence{SetMatrix{web, some, more}, "in web: add adapter 4, add control domain 47 (0x2f)"},
        Sentence{SetMatrix{web, more, some}, "in web: remove adapter 4, remove control domain 47 (0x2f)"},
        Sentence{SetMatrix{web, some, {}}, "empty web"},
        Sentence{SetMatrix{web, some, some}, "in web: write the matrix back, so that the kernel filters it anew"},
        Sentence{EditMatrix{web, EditMatrix::What::domain, 0x2f, true}, "in web: add domain 47 (0x2f)"},
        Sentence{EditMatrix{web, EditMatrix::What::adapter, 3, false}, "in web: remove adapter 3"},
        Sentence{EditMatrix{web, EditMatrix::What::control, 0x2f, true}, "in web: add control domain 47 (0x2f)"},
        Sentence{SetDefinition{web, {}, defined(some, true)}, "record the definition of web"},
        Sentence{SetDefinition{web, defined(some, true), {}}, "forget the definition of web"},
        Sentence{SetDefinition{web, defined(some, true), defined(more, true)}, "record the new definition of web"},
        Sentence{SetDefinition{web, defined(some, true), defined(some, false)}, "record that web is to be stopped"},
        Sentence{SetDefinition{web, defined(some, false), defined(some, true)}, "record that web is to be active"},
        Sentence{SetPools{{}, one_queue(), one_queue(), {}}, "record: reserve 03.002f, no longer keep for the host 03.002f"},
        Sentence{SetBindChoice{BindChoice::overrides, BindChoice::automatic, {}, {}}, "record: bind by overrides where the kernel has them and no mask is in use, else by masks"},
        Sentence{SetBindChoice{BindChoice::automatic, BindChoice::masks, BindMode::overrides, BindMode::masks}, "record: bind by masks"},
        Sentence{SetBindChoice{BindChoice::masks, BindChoice::masks, BindMode::masks, BindMode::overrides}, "record: bound by overrides; what is chosen stays masks"},
        Sentence{SetDrain{a4, {}, Drain{}}, "record: adapter 4 is drained"}, Sentence{SetDrain{a4, Drain{}, {}}, "record: adapter 4 is drained no longer"},
        Sentence{SetDrain{a4, Drain{}, Drain{{{web, {"web"}}}}}, "record what adapter 4 comes back to"}));

class PlanStep : public testing::TestWithParam<Step> {};
TEST_P(PlanStep, TwoInversesAreTheStepItself) {
    const auto back = inverse(GetParam());
    ASSERT_TRUE(back.has_value());
    EXPECT_NE(*back, GetParam());
    EXPECT_EQ(inverse(*back), GetParam());
    EXPECT_EQ(touches_kernel(*back), touches_kernel(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(Inverses, PlanStep,
                         testing::Values(Step{SetApmask{AdapterSet::all(), {}}},
                                         Step{SetAqmask{{}, DomainSet::all()}}, Step{CreateMdev{web}},
                                         Step{RemoveMdev{web}}, Step{SetMatrix{web, some, more}},
                                         Step{EditMatrix{web, EditMatrix::What::control, 1, true}},
                                         Step{SetDefinition{web, {}, defined(some, true)}},
                                         Step{SetPools{{}, one_queue(), one_queue(), {}}}, Step{SetDrain{a4, {}, Drain{}}},
                                         Step{SetBindChoice{BindChoice::automatic, BindChoice::masks, BindMode::overrides, BindMode::masks}}));

TEST(PlanSteps, BindingAQueueHasNoInverse) { EXPECT_EQ(inverse(ProbeQueue{{a3, d2f}}), std::nullopt); }

TEST(PlanSteps, OnlyRecordsLeaveTheKernelAlone) {
    EXPECT_FALSE(touches_kernel(SetDefinition{web, {}, {}}));
    EXPECT_FALSE(touches_kernel(SetPools{}));
    EXPECT_FALSE(touches_kernel(SetDrain{}));
    EXPECT_TRUE(touches_kernel(ProbeQueue{{a3, d2f}}));
}

TEST(PlanDigest, IsTheSameForTheSamePreview) {
    Plan plan;
    plan.steps = {SetMatrix{web, some, more}};
    auto later = plan;
    later.generation = 17;
    EXPECT_EQ(digest(plan), digest(later));
    EXPECT_EQ(digest(plan).size(), 16u);
}

/// Whatever a person would see differently.
TEST(PlanDigest, DiffersWhereThePreviewDiffers) {
    Plan plan;
    plan.steps = {SetMatrix{web, some, more}};
    std::vector<Plan> others(8, plan);
    others[0].steps = {SetMatrix{web, more, some}};
    others[1].steps.push_back(ProbeQueue{{a3, d2f}});
    others[2].notes = {"the host keeps no queue for itself"};
    others[3].owners = {{{Owner::Kind::host, {}}, {Owner::Kind::pool, {}}, one_queue(), true}};
    others[4].matrices.emplace_back().lost = one_queue();
    others[5].collateral = 1;
    others[6].host_losses = {{HostLoss::Kind::cca, one_queue()}};
    others[7].duration.resets = 1600;
    std::set<std::string> digests{digest(plan)};
    for (const auto& other : others) digests.insert(digest(other));
    EXPECT_EQ(digests.size(), others.size() + 1);
}

/// Pinned: the daemon and a client on another machine compare digests as text.
TEST(PlanDigest, DoesNotDependOnTheMachine) {
    Plan plan;
    plan.steps = {SetApmask{AdapterSet::all(), ~AdapterSet{a3}}, SetDefinition{web, {}, defined(some, true)}};
    EXPECT_EQ(digest(plan), "43b4d9a7dcf9fefd");
}

} // namespace
} // namespace ap
