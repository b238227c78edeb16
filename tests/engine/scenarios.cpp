// SPDX-License-Identifier: LGPL-2.1-or-later
// The changes that the sweeps interrupt.
#include "engine/scenarios.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace ap::engine {
namespace {

Wish assign(const char* matrix, const char* adapters, const char* domains) {
    return wish("assign", {{"matrix", matrix}, {"adapters", adapters}, {"domains", domains}});
}
Wish web(const char* verb, WishArguments arguments = {}) {
    arguments["matrix"] = "web";
    return wish(verb, arguments);
}

std::vector<Scenario> make() {
    const std::vector<std::vector<Wish>> nothing, with_web{{assign_web()}}, two{{assign("web", "3", "0x47"), assign("db", "4", "0x47")}};
    const auto to_masks = std::vector{wish("convert", {{"to", "masks"}})}, to_overrides = std::vector{wish("convert", {{"to", "overrides"}})};
    const std::vector<std::vector<Wish>> masks_then_two{to_masks, two.front()}, to_overrides_then{to_masks, two.front(), to_overrides}, to_masks_then{two.front(), to_masks};
    const auto swap = std::vector{web("modify", {{"add-adapters", "4"}, {"remove-adapters", "3"}}),
                                  wish("modify", {{"matrix", "db"}, {"add-adapters", "3"}, {"remove-adapters", "4"}})};
    const std::vector<std::vector<Wish>> three{{assign("web", "3", "4"), assign("db", "3", "0x2f"), assign("mail", "3", "0x47")}};
    const std::vector<std::vector<Wish>> some{{assign("web", "3,4", "0x47"), assign("db", "3", "4")}};
    const std::vector<std::vector<Wish>> shared{{assign("web", "3,4", "0x47"), assign("db", "4", "4"), wish("reserve", {{"queues", "04.002f"}})}};
    const std::vector<std::vector<Wish>> drained{shared.front(), {wish("drain", {{"adapters", "4"}})}};
    const auto move = std::vector{wish("move", {{"from", "web"}, {"into", "db"}, {"adapters", "4"}})}, move_all = std::vector{wish("move", {{"from", "db"}, {"into", "web"}})};
    const auto ring = std::vector{wish("swap", {{"matrices", "web,db,mail"}, {"what", "domains"}})};
    const auto drain = std::vector{wish("drain", {{"adapters", "4"}})}, restore = std::vector{wish("restore", {{"adapters", "4"}})};
    const auto hole = QueueSet::rectangle({Apid{4}}, {Apqi{4}});
    return {
        {"Assign", true, {}, {}, nothing, {}, {assign_web()}, false},
        {"AssignOnAnOldKernel", false, {}, {}, nothing, {}, {assign_web()}, false},
        {"AssignTwo", true, {}, {}, nothing, {}, {assign("web", "3", "0x47"), assign("db", "4", "4")}, false},
        {"Grow", true, {}, {}, with_web, {}, {web("modify", {{"add-domains", "4"}})}, false},
        {"GrowInUse", true, {}, {}, with_web, {"web"}, {web("modify", {{"add-domains", "4"}})}, false},
        {"GrowOnAnOldKernel", false, {}, {}, with_web, {}, {web("modify", {{"add-domains", "4"}})}, false},
        {"ShrinkInUse", true, {}, {}, with_web, {"web"}, {web("modify", {{"remove-adapters", "4"}})}, true},
        {"MoveToAnotherDomain", true, {}, {}, with_web, {}, {web("modify", {{"domains", "0x2f"}})}, false},
        {"MoveOnAnOldKernel", false, {}, {}, with_web, {}, {web("modify", {{"domains", "0x2f"}})}, false},
        {"Swap", true, {}, {}, two, {}, swap, false},
        {"SwapOnAnOldKernel", false, {}, {}, two, {}, swap, false},
        {"SwapInUse", true, {}, {}, two, {"web"}, swap, true},
        {"GrowIntoAHole", true, hole, {}, with_web, {}, {web("modify", {{"add-domains", "4"}})}, false},
        {"GrowIntoAHoleOnAnOldKernel", false, hole, {}, with_web, {}, {web("modify", {{"add-domains", "4"}})}, false},
        {"AssignWhatNoDriverHas", true, {}, hole, nothing, {}, {assign("web", "4", "4")}, false},
        {"Stop", true, {}, {}, with_web, {}, {web("stop")}, false},
        {"Unassign", true, {}, {}, with_web, {}, {web("unassign")}, false},
        {"UnassignOnAnOldKernel", false, {}, {}, with_web, {}, {web("unassign")}, false},
        {"Reserve", true, {}, {}, nothing, {}, {wish("reserve", {{"queues", "03.002f"}})}, false},
        {"ReleaseAndAssign", true, {}, {}, {{wish("reserve", {{"queues", "03.002f"}})}}, {}, {wish("release", {{"queues", "03.002f"}}), assign_web()}, false},
        {"Keep", true, {}, {}, with_web, {}, {wish("keep", {{"queues", "03.0004"}})}, false},
        {"AssignByOverrides", true, {}, {}, nothing, {}, {assign_web()}, false, true},
        {"AssignByOverridesWhatNoDriverHas", true, {}, hole, nothing, {}, {assign("web", "4", "4")}, false, true},
        {"GrowInUseByOverrides", true, {}, {}, with_web, {"web"}, {web("modify", {{"add-domains", "4"}})}, false, true},
        {"SwapInUseByOverrides", true, {}, {}, two, {"web"}, swap, true, true},
        {"UnassignByOverrides", true, {}, {}, with_web, {}, {web("unassign")}, false, true},
        {"ReleaseAndAssignByOverrides", true, {}, {}, {{wish("reserve", {{"queues", "03.002f"}})}}, {}, {wish("release", {{"queues", "03.002f"}}), assign_web()}, false, true},
        {"ConvertToMasks", true, {}, {}, two, {}, to_masks, false, true},
        {"ConvertToOverrides", true, {}, {}, masks_then_two, {}, to_overrides, false, true},
        {"ConvertToMasksToBeConfirmed", true, {}, {}, two, {}, to_masks, false, true, std::chrono::seconds(60)},
        {"ConvertToOverridesToBeConfirmed", true, {}, {}, masks_then_two, {}, to_overrides, false, true, std::chrono::seconds(60)},
        {"RollBackToMasks", true, {}, {}, to_overrides_then, {}, {wish("rollback", {{"job", "3"}})}, false, true},
        {"RollBackToOverrides", true, {}, {}, to_masks_then, {}, {wish("rollback", {{"job", "2"}})}, false, true},
        {"AssignToBeConfirmed", true, {}, {}, nothing, {}, {assign_web()}, false, false, std::chrono::seconds(60)},
        {"KeepToBeConfirmed", true, {}, {}, with_web, {}, {wish("keep", {{"queues", "03.0004"}})}, false, false, std::chrono::seconds(60)},
        {"MoveToAnotherMatrix", true, {}, {}, some, {}, move, false},
        {"MoveToAnotherMatrixOnAnOldKernel", false, {}, {}, some, {}, move, false},
        {"MoveToAnotherMatrixInUse", true, {}, {}, some, {"web", "db"}, move, true},
        {"MoveToAnotherMatrixInUseByOverrides", true, {}, {}, some, {"web", "db"}, move, true, true},
        {"MoveToAnotherMatrixAllByOverrides", true, {}, {}, some, {}, move_all, false, true},
        {"MoveToAnotherMatrixAll", true, {}, {}, some, {}, move_all, false},
        {"SwapOfThree", true, {}, {}, three, {}, ring, false},
        {"SwapOfThreeOnAnOldKernel", false, {}, {}, three, {"web"}, ring, true},
        {"SwapOfThreeInUse", true, {}, {}, three, {"web", "db"}, ring, true},
        {"SwapOfThreeInUseByOverrides", true, {}, {}, three, {"web", "db"}, ring, true, true},
        {"Drain", true, {}, {}, shared, {}, drain, false},
        {"DrainOnAnOldKernel", false, {}, {}, shared, {}, drain, false},
        {"DrainInUse", true, {}, {}, shared, {"web", "db"}, drain, true},
        {"DrainByOverrides", true, {}, {}, shared, {}, drain, false, true},
        {"DrainInUseByOverrides", true, {}, {}, shared, {"web", "db"}, drain, true, true},
        {"DrainToBeConfirmed", true, {}, {}, shared, {}, drain, false, false, std::chrono::seconds(60)},
        {"Restore", true, {}, {}, drained, {}, restore, false},
        {"RestoreInUse", true, {}, {}, drained, {"web"}, restore, false},
        {"RestoreByOverrides", true, {}, {}, drained, {}, restore, false, true},
        {"RestoreInUseByOverrides", true, {}, {}, drained, {"web"}, restore, false, true},
        {"Define", true, {}, {}, nothing, {}, {wish("define", {{"matrix", "web"}, {"adapters", "3"}, {"domains", "4"}})}, false},
    };
}

} // namespace

std::ostream& operator<<(std::ostream& out, const Scenario& scenario) { return out << scenario.name; }

const std::vector<Scenario>& scenarios() {
    static const auto all = make();
    return all;
}

HostState start_of(const Scenario& scenario) {
    auto host = two_adapters();
    host.has_ap_config = scenario.ap_config;
    host.has_driver_override = scenario.overrides;
    if (scenario.overrides) host.in_use_rule = InUseRule::all_opposite;
    host.present -= scenario.absent;
    host.host -= scenario.absent | scenario.unbound;
    return host;
}

void prepare(Rig& rig, const Scenario& scenario) {
    rig.start();
    for (const auto& wishes : scenario.setup) {
        const auto job = rig.apply(wishes);
        ASSERT_EQ(job.state, JobState::done) << to_string(job.errors.front());
    }
    for (const auto& name : scenario.in_use)
        rig.host.change([uuid = uuid_of(rig, name)](HostState& h) { h.matrices.at(uuid).in_use = true; });
    ASSERT_TRUE(rig.rescan());
    rig.gate.reset();
}

} // namespace ap::engine
