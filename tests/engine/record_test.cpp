// SPDX-License-Identifier: LGPL-2.1-or-later
// What is written is read back the same, whatever the plan.
#include "engine/record.hpp"

#include "engine/checkpoint.hpp"
#include "engine/proposal.hpp"
#include "engine/scenarios.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace {

using namespace ap;
using namespace ap::engine;

const Uuid web{{1, 2, 3}};
const std::vector<Source> nobody;

OpenRecord record_of(const Plan& plan, const HostState& host) {
    const Requester who{.uid = 1000, .bus_name = ":1.7", .pid = 4711, .unit = "session-2.scope"};
    return {{17, who, {{"assign", {{"matrix", "web"}}}}, "assign web", std::chrono::sys_seconds(std::chrono::seconds(99)), CheckpointTerms{std::chrono::seconds(60), true}},
            "boot", 42, plan, found_parts(host, plan),
            {{{web, Definition{.name = "web"}, "{ \"old\": 1 }", std::nullopt}}, RecordChanges::Pools{QueueSet{}, QueueSet::rectangle({Apid{3}}, DomainSet::all())}, {}, {}}};
}

class EveryScenario : public testing::TestWithParam<Scenario> {};

TEST_P(EveryScenario, SurvivesBeingWrittenAndRead) {
    Rig rig(start_of(GetParam()));
    prepare(rig, GetParam());
    const GuestMap no_guests;
    History history;
    for (const auto& entry : rig.store.disk().journal.history) history.put(entry);
    const auto plan = propose(rig.host.state(), rig.store.wanted(), GetParam().wishes, {true, {}}, 7, history, {nobody, no_guests, Policy::report});
    ASSERT_TRUE(plan);
    const auto record = record_of(*plan, rig.host.state());
    const auto read = read_record(write_record(record));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, record);
    EXPECT_EQ(write_record(*read), write_record(record));
}

INSTANTIATE_TEST_SUITE_P(Scenarios, EveryScenario, testing::ValuesIn(scenarios()), [](const auto& test) { return test.param.name; });

Plan plan_of_every_step() {
    Plan plan;
    const Matrix matrix{{Apid{3}, Apid{255}}, {Apqi{0}}, DomainSet::all()};
    plan.steps = {SetApmask{AdapterSet::all(), {}}, SetAqmask{{Apqi{255}}, DomainSet::all()}, ProbeQueue{{Apid{3}, Apqi{0x2f}}}, CreateMdev{web},
                  RemoveMdev{web}, SetMatrix{web, {}, matrix}, EditMatrix{web, EditMatrix::What::control, 255, false},
                  SetDefinition{web, std::nullopt, Definition{.name = "web", .matrix = matrix, .autostart = false, .active = true}},
                  SetPools{QueueSet{}, QueueSet::rectangle(AdapterSet::all(), {Apqi{1}}), QueueSet::rectangle({Apid{9}}, DomainSet::all()), QueueSet{}, QueueSet::rectangle({Apid{7}}, {Apqi{1}})},
                  RebindQueue{{Apid{3}, Apqi{0x2f}}, {"other", Driver::none}, {"vfio_ap", Driver::guest}}, SetBindChoice{BindChoice::automatic, BindChoice::overrides, BindMode::masks, BindMode::overrides},
                  SetDrain{Apid{4}, Drain{}, Drain{{{web, {"web", {Apqi{0x2f}}, true}}}, {Apqi{1}, Apqi{255}}}}};
    plan.wanted.drains = {{Apid{0}, {}}, {Apid{255}, {{{web, {"web", {Apqi{0x2f}}}}}, {}}}};
    return plan;
}

TEST(Record, EveryKindOfStepSurvives) {
    const auto plan = plan_of_every_step();
    ASSERT_EQ(plan.steps.back().index() + 1, std::variant_size_v<Step>);
    const auto record = record_of(plan, {});
    const auto read = read_record(write_record(record));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, record);
}

TEST(Record, OneThatKnowsNothingOfDrainsIsReadAsWithoutAny) {
    Plan plan;
    plan.wanted.reserved = QueueSet::rectangle({Apid{3}}, {Apqi{4}});
    const auto record = record_of(plan, {});
    auto text = write_record(record);
    for (std::string_view part : {",\"drains\":{}", "\"drains\":{},"})
        for (std::size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
    ASSERT_EQ(text.find("drains"), std::string::npos);
    EXPECT_EQ(read_record(text).value(), record);
}

TEST(Record, AdaptersWithTheSameDomainsAreWrittenTogetherAndReadEitherWay) {
    Plan plan;
    plan.wanted.reserved = QueueSet::rectangle({Apid{3}, Apid{4}, Apid{6}}, {Apqi{4}, Apqi{71}});
    const auto record = record_of(plan, {});
    auto text = write_record(record);
    const std::string together = R"({"3-4,6":"4,71"})", apart = R"({"3":"4,71","4":"4,71","6":"4,71"})";
    ASSERT_NE(text.find(together), std::string::npos) << text;
    text.replace(text.find(together), together.size(), apart);
    EXPECT_EQ(read_record(text).value(), record);
}

TEST(Record, AnEntryOfTheHistorySurvives) {
    const auto entry = entry_of(record_of(plan_of_every_step(), {}), JobState::failed, "undone", {{Fault::kernel_refused, "web", "no", "wait", 16}},
                                std::chrono::sys_seconds(std::chrono::seconds(100)));
    EXPECT_EQ(entry.records.size(), 4U);
    const auto read = read_entry(write_entry(entry));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, entry);
}

TEST(Record, ACheckpointSurvives) {
    const Checkpoint checkpoint{.job = 17, .description = "assign web", .who = {.uid = 1000, .bus_name = ":1.7"}, .terms = {std::chrono::seconds(60), true},
                                .boot = "boot", .due = std::chrono::milliseconds(1'060'001), .due_by_wall = std::chrono::sys_seconds(std::chrono::seconds(160))};
    const auto read = parse_checkpoint(write_checkpoint(checkpoint).text);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, checkpoint);
}

TEST(Record, WhatIsNotUnderstoodIsAnErrorAndNoGuess) {
    const auto text = write_record(record_of(plan_of_every_step(), {}));
    for (std::string bad : {std::string(), std::string("{}"), text.substr(0, text.size() / 2), std::string("[1]")}) {
        const auto read = read_record(bad);
        ASSERT_FALSE(read);
        EXPECT_NE(read.error().reason.find("not understood"), std::string::npos);
    }
    auto unknown = text;
    unknown.replace(unknown.find("\"apmask\",") == std::string::npos ? unknown.find("\"kind\":\"apmask\"") + 8 : 0, 6, "apmusk");
    EXPECT_FALSE(read_record(unknown));
}

/// The text as an apctl would have written it that did not know the field, wherever it is.
std::string without(std::string text, const std::string& field) {
    auto json = nlohmann::json::parse(text);
    const auto forget = [&](auto& self, nlohmann::json& in) -> void {
        if (in.is_object()) in.erase(field);
        if (in.is_structured())
            for (auto& one : in) self(self, one);
    };
    forget(forget, json);
    return json.dump();
}

TEST(OlderRecord, LacksWhatCameLaterAndIsReadWithWhatItMeant) {
    auto record = record_of(plan_of_every_step(), {});
    record.origin.takes_back = 3;
    record.changes.binding = BindChoice::overrides;
    record.plan.wanted.binding = BindChoice::overrides;
    const auto text = write_record(record);
    const auto before_trials = read_record(without(text, "checkpoint"));
    ASSERT_TRUE(before_trials) << to_string(before_trials.error());
    EXPECT_EQ(before_trials->origin.checkpoint, std::nullopt);
    const auto before_conversions = read_record(without(text, "binding"));
    ASSERT_TRUE(before_conversions) << to_string(before_conversions.error());
    EXPECT_EQ(before_conversions->changes.binding, std::nullopt);
    EXPECT_EQ(before_conversions->plan.wanted.binding, BindChoice::automatic);
    ASSERT_TRUE(read_record(without(text, "takes_back")));
    EXPECT_EQ(before_trials->plan.steps, record.plan.steps) << "and all else is as it was written";
}

TEST(OlderRecord, ThatDoesNotSayWhatWasFoundIsNotRead) {
    const auto text = write_record(record_of(plan_of_every_step(), {}));
    for (const char* field : {"overridden", "other_overrides", "apmask", "found", "plan", "before", "driver_override"}) {
        const auto read = read_record(without(text, field));
        ASSERT_FALSE(read) << field;
        EXPECT_NE(to_string(read.error()).find("not understood"), std::string::npos);
    }
}

TEST(NewerRecord, SaysMoreThanIsRead) {
    const auto record = record_of(plan_of_every_step(), {});
    auto json = nlohmann::json::parse(write_record(record));
    json["weather"] = "fine";
    const auto read = read_record(json.dump());
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, record);
}

TEST(OlderEntry, DoesNotSayWhichWayOfBindingWasInUse) {
    const auto entry = entry_of(record_of(plan_of_every_step(), {}), JobState::done, "", {}, std::chrono::sys_seconds(std::chrono::seconds(100)));
    const auto read = read_entry(without(without(write_entry(entry), "used_before"), "used_after"));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(read->records[2], Step(SetBindChoice{BindChoice::automatic, BindChoice::overrides}));
}

TEST(OlderEntry, KnowsNoFilesThatWereRemoved) {
    const auto entry = entry_of(record_of(plan_of_every_step(), {}), JobState::done, "", {}, std::chrono::sys_seconds(std::chrono::seconds(100)));
    EXPECT_EQ(entry.files.at(web), "{ \"old\": 1 }");
    const auto read = read_entry(without(write_entry(entry), "files"));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_TRUE(read->files.empty());
}

} // namespace
