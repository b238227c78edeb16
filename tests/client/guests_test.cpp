// SPDX-License-Identifier: LGPL-2.1-or-later
// Names of guests in the place of matrices, what libvirt is asked for, and what becomes of its refusals.
#include "canned.hpp"
#include "command_line.hpp"
#include "guests.hpp"
#include "libvirt/guest.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace ap::fakes {
namespace {

using namespace cli;

const std::vector<std::string> assign_app{"assign", "app", "--adapters", "3,4", "--domains", "0x2f", "--yes"};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string put(const char* where, const Uuid& matrix) { return std::string("attach app ") + where + " " + to_string(matrix); }

/// A daemon that makes the matrix app when it is told to, and the guests.
struct Host {
    FakeProxy daemon = talkative();
    FakeLibvirt libvirt = some_guests();
    std::vector<std::vector<WireWish>> done;

    Host() {
        daemon.view = fresh_host();
        daemon.plans = {assign_plan_of_app()};
        daemon.when_applied = [this](const std::vector<WireWish>& wishes) {
            done.push_back(wishes);
            daemon.view.wanted.definitions[uuid_of(1)].name = "app";
            daemon.news.push_back({Woken::news, job_in("done")});
        };
        daemon.news.clear();
    }
    Outcome run(const std::vector<std::string>& arguments, const Screen& screen = {}) { return fakes::run(daemon, libvirt, arguments, screen); }
    void give(const std::string& name, const std::optional<Uuid>& live, const std::optional<Uuid>& config) {
        auto& guest = libvirt.guests.at(name);
        guest.live = guest_xml(name, live);
        guest.config = guest_xml(name, config);
    }
};

TEST(Guests, AreNotAskedAboutWhenTheDaemonKnowsTheName) {
    Host host;
    host.daemon.view = mixed_host();
    for (const auto& line : std::vector<std::vector<std::string>>{
             {"plan", "assign", "web", "--domains", "4"}, {"plan", "stop", "web", "db"}, {"show", "web"}, {"xml", "web"}, {"plan", "restore", "4", "--without", "web,db"},
             {"why", "web"}, {"who-uses", "web"}, {"list", "queues", "--matrix", "web"}})
        EXPECT_EQ(host.run(line).code, 0) << line.front();
    EXPECT_TRUE(host.libvirt.asked.empty());
}

TEST(Guests, AssignPutsTheNewMatrixWhereverTheGuestsStateAllows) {
    const struct { std::vector<std::string> options; const char* where; } rows[] = {{{}, "live config"}, {{"--live"}, "live"}, {{"--config"}, "config"}, {{"--live", "--config"}, "live config"}, {{"--guest"}, "live config"}};
    for (const auto& row : rows) {
        Host host;
        const auto outcome = host.run(with(assign_app, row.options));
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        EXPECT_EQ(host.libvirt.changes, std::vector<std::string>{put(row.where, uuid_of(1))});
    }
}

TEST(Guests, AssignSendsTheDaemonNothingButTheMatrix) {
    Host host;
    host.run(assign_app);
    ASSERT_EQ(host.done.size(), 1U);
    EXPECT_EQ(host.done.front(), (std::vector<WireWish>{{"assign", {{"adapters", "3,4"}, {"domains", "0x2f"}, {"matrix", "app"}}}}));
}

TEST(Guests, AssignExtendsTheMatrixThatTheGuestHas) {
    Host host;
    host.daemon.view = mixed_host();
    EXPECT_EQ(host.run({"assign", "web1", "--domains", "0x2e", "--yes"}).code, 0);
    EXPECT_EQ(host.done.front(), (std::vector<WireWish>{{"assign", {{"domains", "0x2e"}, {"matrix", "web"}}}}));
    EXPECT_TRUE(host.libvirt.changes.empty());
}

TEST(Guests, AssignDefinesTheMatrixThatTheGuestNames) {
    Host host;
    host.give("app", std::nullopt, uuid_of(7));
    host.daemon.when_applied = [&](const auto& wishes) {
        host.done.push_back(wishes);
        host.daemon.view.wanted.definitions[uuid_of(7)].name = "app";
        host.daemon.news.push_back({Woken::news, job_in("done")});
    };
    const auto outcome = host.run(assign_app);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(host.done.front().front().second.at("matrix"), to_string(uuid_of(7)));
    EXPECT_EQ(host.done.front().front().second.at("name"), "app");
    EXPECT_EQ(host.libvirt.changes, std::vector<std::string>{put("live", uuid_of(7))}) << "its definition has it";
}

TEST(Guests, AMatrixOfTheSameNameIsMeantUnlessOneSaysOtherwise) {
    Host host;
    host.daemon.view.wanted.definitions[uuid_of(1)].name = "app";
    EXPECT_EQ(host.run(assign_app).code, 0);
    EXPECT_TRUE(host.libvirt.changes.empty());
    EXPECT_EQ(host.run(with(assign_app, {"--guest"})).code, 0);
    EXPECT_EQ(host.libvirt.changes, std::vector<std::string>{put("live config", uuid_of(1))});
}

TEST(Guests, AMatrixThatIsAlreadySoIsAttachedWithoutAJob) {
    Host host;
    host.daemon.view.wanted.definitions[uuid_of(1)].name = "app";
    host.daemon.plans.front().steps.clear();
    const auto outcome = host.run({"assign", "app", "--guest", "--yes"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(host.done.empty());
    EXPECT_EQ(host.libvirt.changes.size(), 1U);
    EXPECT_TRUE(contains(outcome.out, "done: guest app has matrix app: in the running guest and its definition")) << outcome.out;
}

TEST(Guests, AGuestThatHasItAllIsAlreadySo) {
    Host host;
    host.daemon.view = mixed_host();
    host.daemon.plans = {already_so_plan()};
    EXPECT_TRUE(contains(host.run({"assign", "web1", "--guest"}).out, "already so"));
}

TEST(Guests, OddNamesBecomeNamesThatMatricesCanHave) {
    Host host;
    auto& odd = host.libvirt.guests["My VM (old)"] = host.libvirt.guests.at("app");
    odd.name = "My VM (old)";
    odd.uuid = uuid_of(77);
    host.run({"assign", to_string(uuid_of(77)), "--adapters", "3", "--domains", "4", "--dry-run"});
    EXPECT_EQ(host.daemon.planned.back().front().second.at("matrix"), "My-VM--old-");
    odd.name = "日本";
    host.run({"assign", to_string(uuid_of(77)), "--adapters", "3", "--domains", "4", "--dry-run"});
    EXPECT_EQ(host.daemon.planned.back().front().second.at("matrix"), "guest-6b000000");
}

TEST(Guests, ADryRunChangesNothing) {
    Host host;
    const auto outcome = host.run(with(assign_app, {"--dry-run"}));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "app (running) has no matrix yet; matrix app is to be its own")) << outcome.out;
    EXPECT_TRUE(host.done.empty() && host.libvirt.changes.empty());
}

TEST(Guests, ARefusalOfLibvirtTakesTheJobBack) {
    Host host;
    host.libvirt.refuse_to_change = Failure{Fault::denied, {"libvirt does not attach the matrix: access denied"}};
    const auto outcome = host.run(assign_app);
    EXPECT_EQ(outcome.code, 6);
    EXPECT_EQ(outcome.err, "apctl: libvirt does not attach the matrix: access denied\napctl: job 17 has been taken back, so nothing has changed\n");
    ASSERT_EQ(host.done.size(), 2U);
    EXPECT_EQ(host.done.back(), (std::vector<WireWish>{{"rollback", {{"job", "17"}}}}));
}

TEST(Guests, ARefusalThatCannotBeTakenBackSaysTheWayOut) {
    Host host;
    host.libvirt.refuse_to_change = Failure{Fault::conflict, {"libvirt does not attach the matrix: no"}};
    host.daemon.when_applied = [&](const std::vector<WireWish>& wishes) {
        auto failed = job_in("failed");
        failed.error_name = "org.apctl1.Error.InUse";
        failed.message = {"app: is in use"};
        host.daemon.news.push_back({Woken::news, wishes.front().first == "rollback" ? failed : job_in("done")});
        host.daemon.view.wanted.definitions[uuid_of(1)].name = "app";
    };
    const auto outcome = host.run(with(assign_app, {"--json"}));
    EXPECT_EQ(outcome.code, 1);
    for (const char* part : {"does not attach the matrix: no", "app: is in use", "apctl rollback 17", "apctl assign app --guest"}) EXPECT_TRUE(contains(outcome.err, part)) << part << outcome.err;
    EXPECT_EQ(nlohmann::json::parse(outcome.out).at("outcome"), "not_attached");
}

TEST(Guests, ARefusalWithoutAJobHasNothingToTakeBack) {
    Host host;
    host.daemon.view.wanted.definitions[uuid_of(1)].name = "app";
    host.daemon.plans.front().steps.clear();
    host.libvirt.refuse_to_change = Failure{Fault::conflict, {"no"}};
    const auto outcome = host.run({"assign", "app", "--guest", "--yes", "--json"});
    EXPECT_EQ(outcome.code, 4);
    EXPECT_TRUE(host.done.empty());
    EXPECT_EQ(nlohmann::json::parse(outcome.out).at("outcome"), "taken_back");
}

TEST(Guests, WhoStopsWaitingIsToldThatTheGuestHasNothingYet) {
    Host host;
    host.daemon.when_applied = [&](const auto&) { host.daemon.news.push_back({Woken::time_up, job_in("waiting")}); };
    const auto outcome = host.run(with(assign_app, {"--wait", "1"}));
    EXPECT_EQ(outcome.code, 11);
    EXPECT_TRUE(contains(outcome.err, "when the job is done: apctl assign app --guest")) << outcome.err;
    EXPECT_TRUE(host.libvirt.changes.empty());
}

struct Refused {
    const char* name;
    std::vector<std::string> arguments;
    int code;
    const char* words;
};
class NoGuest : public testing::TestWithParam<Refused> {};

TEST_P(NoGuest, IsRefusedBeforeAnythingChanges) {
    Host host;
    host.daemon.view = mixed_host();
    host.daemon.view.host.matrices.at(uuid_of(2)).in_use = true;
    host.libvirt.guests["two"] = {.name = "two", .uuid = uuid_of(50), .live = {}, .config = guest_xml("two", uuid_of(1))};
    auto& xml = *host.libvirt.guests["two"].config;
    xml.insert(xml.find("</devices>"), xml.substr(xml.find("<hostdev"), xml.find("</devices>") - xml.find("<hostdev")));
    host.libvirt.guests["db"] = {.name = "db", .uuid = uuid_of(51), .live = guest_xml("db", {}), .config = {}};
    host.libvirt.guests["lost"] = {.name = "lost", .uuid = uuid_of(52), .live = {}, .config = guest_xml("lost", uuid_of(40))};
    const auto outcome = host.run(GetParam().arguments);
    EXPECT_EQ(outcome.code, GetParam().code) << outcome.err;
    EXPECT_TRUE(contains(outcome.err, GetParam().words)) << outcome.err;
    EXPECT_TRUE(host.done.empty() && host.libvirt.changes.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Reasons, NoGuest,
    testing::Values(Refused{"unknown", {"assign", "nobody", "--guest", "--yes"}, 3, "libvirt has no guest of this name"},
                    Refused{"live_of_a_stopped_one", {"assign", "db1", "--live", "--yes"}, 4, "is not running"},
                    Refused{"config_of_a_transient_one", {"assign", "brief", "--config", "--yes"}, 4, "is transient"},
                    Refused{"two_in_one", {"assign", "two", "--yes"}, 4, "names 2 matrices, and a guest has one at most"},
                    Refused{"two_truths", {"assign", "old", "--yes"}, 4, "name the matrix instead"},
                    Refused{"of_another_guest", {"assign", "db", "--guest", "--yes"}, 5, "a matrix is one guest's at a time"},
                    Refused{"stop_without_one", {"stop", "app", "--yes"}, 3, "has no matrix; to give it one: apctl assign"},
                    Refused{"move_to_one_without", {"move", "web", "app", "--yes"}, 3, "has no matrix"},
                    Refused{"xml_of_one_without", {"xml", "app"}, 3, "has no matrix"},
                    Refused{"of_an_unknown_matrix", {"stop", "lost", "--yes"}, 3, "neither defined nor active on this host"},
                    Refused{"detach_unknown", {"detach", "nobody", "--yes"}, 3, "libvirt has no guest of this name"},
                    Refused{"detach_live_of_a_stopped_one", {"detach", "db1", "--live", "--yes"}, 4, "is not running"},
                    Refused{"detach_two_truths", {"detach", "old", "--disrupt", "--yes"}, 4, "with --live and --config"},
                    Refused{"detach_without_disrupt", {"detach", "web1", "--yes"}, 5, "--disrupt lets it"},
                    Refused{"detach_dry_without_disrupt", {"detach", "web1", "--dry-run"}, 5, "--disrupt lets it"},
                    Refused{"migrate_check_unknown", {"migrate-check", "nobody"}, 3, "no matrix and no guest has this name"},
                    Refused{"xml_unknown", {"xml", "nobody"}, 3, "no matrix and no guest has this name"},
                    Refused{"why_unknown", {"why", "nobody"}, 3, "no matrix and no guest has this name"},
                    Refused{"who_uses_unknown", {"who-uses", "nobody"}, 3, "no matrix and no guest has this name"},
                    Refused{"filter_unknown", {"list", "queues", "--matrix", "nobody"}, 3, "no matrix and no guest has this name"},
                    Refused{"stop_unknown", {"stop", "nobody", "--yes"}, 3, "no matrix and no guest has this name"},
                    Refused{"move_to_unknown", {"move", "web", "nobody", "--yes"}, 3, "no matrix and no guest has this name"},
                    Refused{"filter_of_one_without", {"list", "queues", "--matrix", "app"}, 3, "has no matrix"},
                    Refused{"why_of_two_in_one", {"why", "two"}, 4, "names 2 matrices, and a guest has one at most"},
                    Refused{"show_unknown", {"show", "nobody"}, 3, "matrix or guest is called so"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Guests, AreNotKnownWithoutALibvirt) {
    Host host;
    host.libvirt.installed = false;
    EXPECT_EQ(host.run(assign_app).code, 0) << "a matrix";
    EXPECT_TRUE(host.libvirt.asked.empty());
    for (const auto& line : std::vector<std::vector<std::string>>{with(assign_app, {"--guest"}), {"detach", "app", "--yes"}}) {
        const auto outcome = host.run(line);
        EXPECT_EQ(outcome.code, 8) << outcome.err;
        EXPECT_TRUE(contains(outcome.err, "there is no libvirt on this host")) << outcome.err;
    }
}

TEST(Guests, ALibvirtThatDoesNotAnswerIsADoubtAndNotAnEnd) {
    Host host;
    host.libvirt.refuse_to_answer = Failure{Fault::unreachable, {"libvirt (qemu:///system) cannot be asked: broken"}};
    const auto assigned = host.run(assign_app);
    EXPECT_EQ(assigned.code, 0) << assigned.err;
    EXPECT_TRUE(contains(assigned.out, "Warning       whether a guest is meant is not known: libvirt (qemu:///system)")) << assigned.out;
    host.daemon.refuse_plan = Failure{Fault::not_found, {"no matrix has this name"}};
    const auto stopped = host.run({"stop", "db1", "--yes"});
    EXPECT_EQ(stopped.code, 3);
    EXPECT_EQ(stopped.err, "apctl: no matrix has this name\napctl: libvirt (qemu:///system) cannot be asked: broken\n");
    EXPECT_EQ(host.run(with(assign_app, {"--guest"})).code, 8) << "nothing but a guest is meant";
}

TEST(Guests, AreNamedInReadingVerbsLikeTheirMatrices) {
    Host host;
    host.daemon.view = mixed_host();
    for (const auto& line : std::vector<std::vector<std::string>>{{"list", "queues", "--matrix"}, {"who-uses"}, {"xml"}})
        EXPECT_EQ(host.run(with(line, {"web1"})).out, host.run(with(line, {"web"})).out) << line.front();
    EXPECT_TRUE(host.run({"why", "web1"}).out.ends_with(host.run({"why", "web"}).out));
}

TEST(Guests, ADoubtIsToldInReadingVerbsToo) {
    Host host;
    host.libvirt.refuse_to_answer = Failure{Fault::unreachable, {"libvirt (qemu:///system) cannot be asked: broken"}};
    for (const auto& line : std::vector<std::vector<std::string>>{{"list", "queues", "--matrix", "db1"}, {"why", "db1"}, {"who-uses", "db1"}, {"xml", "db1"}, {"show", "db1"}}) {
        const auto outcome = host.run(line);
        EXPECT_EQ(outcome.code, 3);
        EXPECT_EQ(lines(outcome.err), 2U) << outcome.err;
        EXPECT_TRUE(outcome.err.ends_with("apctl: libvirt (qemu:///system) cannot be asked: broken\n")) << outcome.err;
    }
}

TEST(Guests, AreToldInLibvirtsOwnWords) {
    Host host;
    host.libvirt.guests.at("app").state = "paused";
    host.libvirt.guests.at("brief").state = "in shutdown";
    EXPECT_TRUE(contains(host.run({"show", "app"}).out, "app (paused)"));
    EXPECT_TRUE(contains(host.run(with(assign_app, {"--dry-run"})).out, "app (paused) has no matrix yet"));
    EXPECT_TRUE(contains(host.run({"show", "brief"}).out, "brief (in shutdown, transient)"));
    EXPECT_TRUE(contains(host.run({"show", "db1"}).out, "db1 (shut off)"));
}

TEST(Why, SaysWhatStandsInTheWayOfAStart) {
    Host host;
    host.daemon.view = mixed_host();
    host.daemon.refuse_plan = Failure{Fault::conflict, {"0c.0020 is in matrix other", "0c.0021 is in matrix other"}};
    const auto outcome = host.run({"why", "test"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_TRUE(contains(outcome.out, "No start      0c.0020 is in matrix other\n              0c.0021 is in matrix other\n")) << outcome.out;
    EXPECT_FALSE(contains(outcome.out, "Missing")) << outcome.out;
    host.daemon.refuse_plan = Failure{Fault::unreachable, {"the daemon cannot be reached"}};
    EXPECT_EQ(host.run({"why", "test"}).code, 8);
}

TEST(Why, ExplainsOneQueueForEachReasonAndNotAll) {
    Host host;
    host.daemon.view = mixed_host();
    auto& db = host.daemon.view.host.matrices.at(uuid_of(2));
    db.assigned.adapters = {Apid{3}, Apid{4}, Apid{5}, Apid{6}, Apid{7}};
    db.effective.adapters = {};
    host.daemon.view.host.guest -= db.assigned.queues();
    const auto outcome = host.run({"why", "db"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto queue = [](unsigned adapter) { return Apqn{static_cast<Apid>(adapter), Apqi{0x2d}}; };
    EXPECT_EQ(host.daemon.explained, (std::vector<Apqn>{queue(6), queue(3), queue(4), queue(5)})) << "that does not exist comes first";
    for (const char* line : {"3: nothing", "adapter 3: 03.002d-002e are not in the guest pool", "adapter 6: 06.002d does not exist"}) EXPECT_TRUE(contains(outcome.out, line)) << outcome.out;
}

TEST(Why, TellsOfAnAdapterThatTheKernelHasLeftOut) {
    Host host;
    host.daemon.view = mixed_host();
    host.daemon.view.host.matrices.at(uuid_of(1)).effective.adapters = {Apid{3}};
    const auto outcome = host.run({"why", "web"});
    EXPECT_TRUE(contains(outcome.out, "adapter 4: the kernel has left it out")) << outcome.out;
    EXPECT_EQ(host.daemon.explained, (std::vector<Apqn>{{Apid{4}, Apqi{0x2f}}}));
}

TEST(Guests, AreThoseOfTheLibvirtThatWasNamed) {
    Host host;
    host.run({"show", "web1", "--connect", "qemu:///session"});
    EXPECT_EQ(host.libvirt.uri, "qemu:///session");
}

TEST(Detach, WaitsNoLongerThanItSays) {
    Host host;
    host.libvirt.lets_go = false;
    const auto outcome = host.run({"detach", "web1", "--disrupt", "--yes", "--wait", "2"});
    EXPECT_EQ(outcome.code, 11);
    EXPECT_TRUE(contains(outcome.err, "has not done so within 2 s; its definition has none any more")) << outcome.err;
}

TEST(Detach, NeedsNoDaemon) {
    Host host;
    host.daemon.refuse_all = Failure{Fault::unreachable, {"the daemon cannot be reached"}};
    const auto outcome = host.run({"detach", "web1", "--disrupt", "--yes"});
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(host.libvirt.changes, std::vector<std::string>{"detach web1 live config " + to_string(uuid_of(1))});
    EXPECT_TRUE(contains(outcome.out, "the daemon cannot be reached")) << outcome.out;
}

TEST(Detach, IsLeftAloneWhenTheAnswerIsNo) {
    Host host;
    const auto outcome = host.run({"detach", "web1", "--disrupt"}, {.terminal = true, .typed = "n\n"});
    EXPECT_TRUE(contains(outcome.out, "nothing changed"));
    EXPECT_TRUE(host.libvirt.changes.empty());
}

TEST(Names, AreWhatDoesNotReadAsNumbers) {
    for (const char* word : {"web", "db", "db1", "cafe", "web.example", "1a", "card03", "6b00", "12345678", "6b000000-0000-4000-8000-000000000001", "My VM (old)", "日本"}) EXPECT_TRUE(may_be_a_name(word)) << word;
    for (const auto& word : std::vector<std::string>{"", "3", "101", "3-5", "3,4", "03.002f", "3.2f", "100.0000", "03.002f-0030", "03.002f,04.0030", "a\nb", "\xff", std::string(256, 'w')})
        EXPECT_FALSE(may_be_a_name(word)) << word;
}

TEST(CpuFeatures, AreThoseOfTheHostUnlessSwitchedOff) {
    const auto missing = [](const std::string& cpu) { return missing_cpu_features(guest_xml("x", {}, cpu)); };
    const std::vector<std::string> none, all{"ap", "apft", "apqci", "apqi"};
    EXPECT_EQ(missing(""), none);
    EXPECT_EQ(missing("<cpu><topology sockets='1' cores='2' threads='1'/></cpu>"), none);
    EXPECT_EQ(missing("<cpu mode='host-passthrough'/>"), none);
    EXPECT_EQ(missing("<cpu mode='host-model'><feature policy='disable' name='ap'/><feature policy='forbid' name='apqi'/></cpu>"), (std::vector<std::string>{"ap", "apqi"}));
    EXPECT_EQ(missing("<cpu mode='custom' match='exact'><model fallback='forbid'>gen15a-base</model></cpu>"), all);
    EXPECT_EQ(missing("<cpu><model>z14</model><feature name='ap'/><feature policy='require' name='apft'/><feature policy='force' name='apqci'/></cpu>"), std::vector<std::string>{"apqi"});
    EXPECT_EQ(missing_cpu_features("no XML"), none);
}

} // namespace
} // namespace ap::fakes
