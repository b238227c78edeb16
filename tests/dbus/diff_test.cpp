// SPDX-License-Identifier: LGPL-2.1-or-later
// One table: what happened to the host, and what the bus is told.
#include "dbus/diff.hpp"

#include "snapshots.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace ap::dbus {
namespace {

using engine::Snapshot;
using tests::db, tests::web;

struct Row {
    const char* name;
    std::function<void(Snapshot&)> happens;
    Changes told;
    bool checkpoint_before = false;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

using Names = std::vector<std::string>;

const Row rows[] = {
    {"Nothing", [](Snapshot&) {}, {}},
    {"OnlyTheNumber", [](Snapshot& s) { s.generation = 9; }, {}},
    {"TheBusGoes", [](Snapshot& s) { s.host.bus_present = false; }, {.manager = {"BusPresent"}, .what = {"bus"}}},
    {"VfioApIsUnloaded", [](Snapshot& s) { s.host.vfio_ap_present = false; }, {.manager = {"VfioApPresent"}, .what = {"bus"}}},
    {"AKernelFeatureAppears", [](Snapshot& s) { s.host.has_driver_override = true; }, {.manager = {"KernelFeatures"}, .what = {"bus"}}},
    {"OverridesTakeOver", [](Snapshot& s) {
         s.host.apmask = AdapterSet::all(), s.host.aqmask = DomainSet::all();
         set_override(s.host, Apqn{Apid{3}, Apqi{4}}, "vfio_ap");
     }, {.manager = {"BindMode", "BindReason"}, .what = {"bus", "masks", "queues"}}},
    {"AWayOfBindingIsChosen", [](Snapshot& s) { s.wanted.binding = BindChoice::overrides; }, {.manager = {"BindChoice", "BindReason"}, .what = {"wanted"}}},
    {"TheHostsConfigurationGrows", [](Snapshot& s) { s.host.host_control.insert(Apqi{9}); }, {.what = {"bus"}}},
    {"EventsWait", [](Snapshot& s) { s.settled = false; }, {.manager = {"Settled"}}},
    {"ItDegrades", [](Snapshot& s) { s.degraded = "undo failed"; }, {.manager = {"Degraded", "DegradedReason"}}},
    {"AFileIsNotUnderstood", [](Snapshot& s) { s.problems = {"the file is empty"}; }, {.manager = {"Problems"}}},
    {"AMaskIsWritten", [](Snapshot& s) { s.host.apmask.erase(Apid{200}); }, {.what = {"masks"}}},
    {"AnAdapterComes", [](Snapshot& s) { s.host.adapters[Apid{9}] = {}; }, {.adapters = {.added = {Apid{9}}}, .what = {"adapters"}}},
    {"AnAdapterGoes", [](Snapshot& s) { s.host.adapters.erase(Apid{4}); }, {.adapters = {.removed = {Apid{4}}}, .what = {"adapters"}}},
    {"AnAdapterStops", [](Snapshot& s) { auto& a = s.host.adapters[Apid{3}]; a.checkstopped = true; a.online = false; },
     {.adapters = {.changed = {{Apid{3}, {"Online", "Checkstopped"}}}}, .what = {"adapters"}}},
    {"AQueueChangesHands", [](Snapshot& s) { s.host.host.erase({Apid{4}, Apqi{4}}); s.host.guest.insert({Apid{4}, Apqi{4}}); },
     {.adapters = {.changed = {{Apid{4}, {"HostPool", "GuestPool"}}}}, .what = {"queues"}}},
    {"AQueueIsSwitchedOff", [](Snapshot& s) { s.host.offline.insert({Apid{4}, Apqi{4}}); }, {.what = {"queues"}}},
    {"AnMdevComes", [](Snapshot& s) { s.host.matrices[db] = {}; }, {.matrices = {.added = {db}}, .what = {"matrices"}}},
    {"ADefinitionComes", [](Snapshot& s) { s.wanted.definitions[db].name = "db"; }, {.matrices = {.added = {db}}, .what = {"wanted"}}},
    {"AnMdevGoesButItsDefinitionStays", [](Snapshot& s) { s.host.matrices.erase(web); },
     {.matrices = {.changed = {{web, {"Active", "InUse", "Holder", "Assigned", "Effective"}}}}, .what = {"matrices"}}},
    {"AMatrixGoesAltogether", [](Snapshot& s) { s.host.matrices.erase(web); s.wanted.definitions.erase(web); },
     {.matrices = {.removed = {web}}, .what = {"matrices", "wanted"}}},
    {"AGuestLosesAnAdapter", [](Snapshot& s) { s.host.matrices[web].effective.adapters.erase(Apid{4}); },
     {.matrices = {.changed = {{web, {"Effective"}}}}, .what = {"matrices"}}},
    {"AGuestEnds", [](Snapshot& s) { s.host.matrices[web].in_use = false; s.host.matrices[web].holder.clear(); },
     {.matrices = {.changed = {{web, {"InUse", "Holder"}}}}, .what = {"matrices"}}},
    {"AMatrixIsRenamed", [](Snapshot& s) { s.wanted.definitions[web].name = "www"; },
     {.matrices = {.changed = {{web, {"Name"}}}}, .what = {"wanted"}}},
    {"AnAdapterIsDrained", [](Snapshot& s) { s.wanted.drains[Apid{3}]; }, {.adapters = {.changed = {{Apid{3}, {"Drained"}}}}, .what = {"wanted"}}},
    {"AnAdapterThatIsNotThereIsDrained", [](Snapshot& s) { s.wanted.drains[Apid{9}]; }, {.what = {"wanted"}}},
    {"QueuesAreReserved", [](Snapshot& s) { s.wanted.reserved.insert({Apid{3}, Apqi{4}}); }, {.what = {"wanted"}}},
    {"AChangeWaitsToBeConfirmed", [](Snapshot& s) { s.checkpoint = {.job = 18, .description = "reserve"}; }, {.checkpoints = {.added = {18}}, .trials = {{18, "begun", "reserve"}}}},
    {"ItIsTakenBack", [](Snapshot& s) { s.checkpoint.reset(); }, {.checkpoints = {.removed = {17}}, .trials = {{17, "taken back", "assign"}}}, true},
    {"ItIsConfirmed", [](Snapshot& s) { s.checkpoint.reset(), s.confirmed = 17; }, {.checkpoints = {.removed = {17}}, .trials = {{17, "confirmed", "assign"}}}, true},
    {"ItCannotBeTakenBack", [](Snapshot& s) { s.checkpoint->overdue = "a guest has it"; }, {.checkpoints = {.changed = {{17, {"Overdue"}}}}, .trials = {{17, "overdue", "a guest has it"}}}, true},
    {"SomebodyElseDecidesToo", [](Snapshot& s) { s.sources.push_back({.kind = Source::Kind::chzdev, .file = "rule"}); }, {.what = {"sources"}}},
    {"AGuestNamesAMatrix", [](Snapshot& s) { s.guests.guests = {{.name = "db2", .next_matrix = web}}; }, {.matrices = {.changed = {{web, {"Guests"}}}}, .what = {"guests"}}},
    {"LibvirtGoes", [](Snapshot& s) { s.guests.trouble = "libvirt has closed the connection"; }, {.what = {"guests"}}},
    {"ThePolicyIsInTrouble", [](Snapshot& s) { s.policy.trouble = "given up"; }, {.what = {"sources"}}},
    {"ABindingIsAboutToBeBroughtBack", [](Snapshot& s) { s.policy.due = std::chrono::milliseconds(1); }, {}},
    {"TheHostDrifts", [](Snapshot& s) { s.drift.push_back({.kind = Drift::Kind::matrix_missing, .subject = "web", .queues = {}, .text = "web is gone"}); },
     {.manager = {"Drifted"}, .what = {"drift"}, .drift = true}},
};

class Diff : public testing::TestWithParam<Row> {};

TEST_P(Diff, TellsWhatChangedAndNothingElse) {
    auto before = tests::host_with_web();
    if (GetParam().checkpoint_before) before.checkpoint = {.job = 17, .description = "assign"};
    auto after = before;
    GetParam().happens(after);
    const auto told = diff(before, after);
    const auto& expected = GetParam().told;
    EXPECT_EQ(told.manager, expected.manager);
    EXPECT_EQ(told.what, expected.what);
    EXPECT_EQ(told.drift, expected.drift);
    EXPECT_TRUE(told.adapters == expected.adapters);
    EXPECT_TRUE(told.matrices == expected.matrices);
    EXPECT_TRUE(told.checkpoints == expected.checkpoints);
    EXPECT_TRUE(told.trials == expected.trials);
}

INSTANTIATE_TEST_SUITE_P(Table, Diff, testing::ValuesIn(rows), [](const auto& row) { return std::string(row.param.name); });

TEST(DiffOfTheFirstSnapshot, AddsEverything) {
    const auto changes = diff(Snapshot{}, tests::host_with_web());
    EXPECT_EQ(changes.adapters.added.size(), 2u);
    EXPECT_EQ(changes.matrices.added, std::vector{web});
}

} // namespace
} // namespace ap::dbus
