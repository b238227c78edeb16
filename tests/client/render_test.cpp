// SPDX-License-Identifier: LGPL-2.1-or-later
// Sentences of previews and status that no golden file has.
#include "canned.hpp"
#include "core/parse.hpp"
#include "render/lists.hpp"
#include "render/preview.hpp"
#include "render/status.hpp"

#include <gtest/gtest.h>

namespace ap::cli {
namespace {

std::string preview(const PlanView& plan) {
    return preview_text(fakes::mixed_host(), {{}, {}, {}, plan}, false, {.width = 200});
}

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(Preview, NamesDomainsTheHostDoesNotHave) {
    auto plan = fakes::assign_plan();
    plan.matrices.front().after.domains.insert(Apqi{0x60});
    EXPECT_TRUE(contains(preview(plan), "because the host has none of them: 96 (0x60)")) << preview(plan);
}

TEST(Preview, KeepsWhatReturnsToTheHostApartFromCollateral) {
    auto plan = fakes::assign_plan();
    plan.owners = {{"pool", "host", parse_queues("00-02.002f").value(), true}};
    EXPECT_TRUE(contains(preview(plan), "Returning     guest pool -> host: 00-02.002f (3 queues)"))
        << preview(plan);
    EXPECT_FALSE(contains(preview(plan), "nobody asked")) << preview(plan);
}

TEST(Preview, NamesAnOwnerTheDaemonKnowsAndWeDoNot) {
    auto plan = fakes::assign_plan();
    plan.owners.front().to = "somebody \x1b[2J";
    EXPECT_TRUE(contains(preview(plan), "host -> somebody \\x1b[2J")) << preview(plan);
}

TEST(Preview, SaysWhyAnAdapterOutsideTheConfigurationIsHidden) {
    auto plan = fakes::assign_plan();
    plan.matrices.front().filtered = {{Apid{9}, {}}};
    EXPECT_TRUE(
        contains(preview(plan), "hidden from the guest: adapter 9: it is not in the host's configuration"))
        << preview(plan);
}

TEST(Status, EndsLongListsWithTheCommandThatShowsTheRest) {
    auto view = fakes::mixed_host();
    for (unsigned i = 10; i < 30; ++i)
        view.wanted.definitions[fakes::uuid_of(i)] = {
            .name = "m" + std::to_string(i), .matrix = {}, .autostart = false, .active = false};
    EXPECT_TRUE(contains(status_text(view, {}, {}, {}, {}, {}), "and 13 more: apctl list matrices"));
}

TEST(Status, IsLoudWhenDegraded) {
    const ServiceView service{.version = "1",
                              .kernel_features = {},
                              .settled = true,
                              .degraded = true,
                              .degraded_reason = "apmask is not as it was", .problems = {"the database cannot be opened"}, .bind_reason = {}};
    EXPECT_TRUE(contains(status_text(fakes::mixed_host(), service, {}, {}, {}, {}),
                         "DEGRADED      apmask is not as it was; what can be done: apctl recover\nProblems      the database cannot be opened\n"));
}

TEST(Status, SaysHowToLoadVfioAp) {
    auto view = fakes::fresh_host();
    view.host.vfio_ap_present = false;
    EXPECT_TRUE(contains(status_text(view, {}, {}, {}, {}, {}), "not loaded: modprobe vfio_ap"));
}

TEST(Matrix, OfTheKernelAloneIsCalledByItsUuid) {
    auto view = fakes::mixed_host();
    view.wanted.definitions.clear();
    EXPECT_TRUE(
        contains(matrix_text(view, fakes::uuid_of(1), {}), "none: only the kernel knows this matrix"));
}

} // namespace
} // namespace ap::cli
