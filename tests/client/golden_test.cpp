// SPDX-License-Identifier: LGPL-2.1-or-later
// What people and programs see, verb by verb, compared with files. To write them anew: APCTL_UPDATE_GOLDEN=1,
// then read the diff.
#include "canned.hpp"
#include "command_line.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace ap::fakes {
namespace {

std::optional<cli::CheckpointView> nothing_waits() { return std::nullopt; }
std::optional<cli::CheckpointView> web_waits() {
    return cli::CheckpointView{.job = 17, .description = "assign web", .uid = 0, .deadline = 1'700'000'300, .seconds_left = 299, .overdue = {}};
}
std::optional<cli::CheckpointView> web_is_overdue() {
    auto waiting = web_waits();
    waiting->seconds_left = 0;
    waiting->overdue = "web: is in use by web1 and would lose 03.002f";
    return waiting;
}

cli::SourcesView nobody_else() { return {}; }
cli::SourcesView others_enforced() {
    auto others = others_beside();
    others.policy = "enforce";
    others.trouble = "given up: somebody changed the binding again after it was brought back 3 times within 10 min; end that, then apctl rescan has it tried again";
    return others;
}

enum class Host { mixed, drained, fresh, wide, striped, none };

struct Case {
    const char* name;
    std::vector<std::string> arguments;
    Screen screen = {};
    Host host = Host::mixed;
    cli::PlanView (*plan)() = assign_plan;
    bool root = true;
    std::optional<cli::CheckpointView> (*waiting)() = nothing_waits;
    cli::SourcesView (*others)() = nobody_else;
};

const Screen terminal{.terminal = true, .width = 80, .no_color = true, .typed = "y\n"};
const Screen wide_terminal{.terminal = true, .width = 200, .no_color = true, .typed = "y\n"};
const Screen hundred{.terminal = true, .width = 100, .no_color = true, .typed = {}};
const Screen colour{.terminal = true, .width = 80, .no_color = false, .typed = "y\n"};

cli::HostView host_of(Host host) {
    switch (host) {
    case Host::mixed: return mixed_host();
    case Host::drained: return drained_host();
    case Host::fresh: return fresh_host();
    case Host::wide: return wide_host();
    case Host::striped: return striped_host();
    case Host::none: return no_host();
    }
    return {};
}

std::string transcript(const Case& c) {
    auto daemon = talkative();
    daemon.view = host_of(c.host);
    daemon.plans = {c.plan()};
    daemon.is_root = c.root;
    daemon.waiting = c.waiting();
    daemon.others = c.others();
    daemon.when_applied = [&daemon](const auto& wishes) {
        for (const auto& [verb, arguments] : wishes)
            if (verb == "assign") daemon.view.wanted.definitions[uuid_of(1)].name = arguments.at("matrix");
    };
    auto libvirt = some_guests();
    const auto outcome = run(daemon, libvirt, c.arguments, c.screen);
    std::string command = "$ apctl";
    for (const auto& word : c.arguments) command += " " + word;
    auto text = command + "\n" + outcome.out;
    if (!outcome.err.empty()) text += "--- standard error\n" + outcome.err;
    return text + "--- exit " + std::to_string(outcome.code) + "\n";
}

/// Escapes are shown, so that files are plain text.
std::string shown(std::string text) {
    for (std::size_t at = 0; (at = text.find('\x1b', at)) != std::string::npos;) text.replace(at, 1, "^[");
    for (std::size_t at = 0; (at = text.find('\r', at)) != std::string::npos;) text.replace(at, 1, "^M");
    return text;
}

std::string read(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream out;
    out << file.rdbuf();
    return out.str();
}

class Golden : public testing::TestWithParam<Case> {};

TEST_P(Golden, LooksAsItDid) {
    const auto path = std::string(GOLDEN_DIR) + "/" + GetParam().name + ".txt";
    const auto text = shown(transcript(GetParam()));
    if (std::getenv("APCTL_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
    EXPECT_EQ(text, read(path)) << "see " << path;
}

const std::vector<Case> cases{
    {"status", {"status"}, terminal},
    {"status_fresh", {}, terminal, Host::fresh},
    {"status_colour", {"status"}, colour},
    {"status_on_trial", {"status"}, terminal, Host::fresh, assign_plan, true, web_waits},
    {"status_overdue", {"status"}, terminal, Host::fresh, assign_plan, true, web_is_overdue},
    {"status_drained", {"status"}, terminal, Host::drained},
    {"status_drained_json", {"status", "--json"}, terminal, Host::drained},
    {"list_adapters_drained", {"list", "adapters"}, terminal, Host::drained},
    {"show_adapter_drained", {"show", "4"}, terminal, Host::drained},
    {"show_adapter_drained_and_absent", {"show", "9"}, terminal, Host::drained},
    {"show_adapter_drained_json", {"show", "4", "--json"}, {}, Host::drained},
    {"show_matrix_drained", {"show", "web"}, terminal, Host::drained},
    {"status_no_bus", {"status"}, terminal, Host::none},
    {"status_json", {"status", "--json"}, terminal},
    {"status_others_differ", {"status"}, terminal, Host::fresh, assign_plan, true, nothing_waits, others_enforced},
    {"status_sources", {"status", "--sources"}, terminal, Host::fresh, assign_plan, true, nothing_waits, others_beside},
    {"status_sources_wide", {"status", "--sources"}, wide_terminal, Host::fresh, assign_plan, true, nothing_waits, others_enforced},
    {"status_sources_json", {"status", "--sources", "--json"}, {}, Host::fresh, assign_plan, true, nothing_waits, others_beside},
    {"status_sources_none", {"status", "--sources"}},
    {"help_status", {"status", "--help"}},
    {"list_adapters", {"list", "adapters"}, terminal},
    {"list_adapters_json", {"list", "adapters", "--json"}},
    {"list_queues_guest_pool", {"list", "queues", "--owner", "pool"}, terminal},
    {"list_queues_of_matrix", {"list", "queues", "--matrix", "db"}, terminal},
    {"list_queues_json", {"list", "queues", "--queues", "03.002e-002f,05.0030", "--json"}},
    {"list_queues_no_headings", {"list", "queues", "--no-headings", "--queues", "08.0004"}, terminal},
    {"list_matrices", {"list", "matrices"}, terminal},
    {"list_matrices_wide", {"list", "matrices"}, wide_terminal},
    {"list_guests", {"list", "guests"}, terminal},
    {"list_guests_wide", {"list", "guests"}, wide_terminal},
    {"list_guests_colour", {"list", "guests"}, colour},
    {"list_guests_json", {"list", "guests", "--json"}},
    {"list_guests_without_libvirt", {"list", "guests"}, terminal, Host::drained},
    {"list_guests_none", {"list", "guests"}, terminal, Host::fresh},
    {"list_matrices_json", {"list", "matrices", "--json"}},
    {"grid", {"grid"}, terminal},
    {"grid_colour", {"grid"}, colour},
    {"grid_fresh", {"grid"}, terminal, Host::fresh},
    {"grid_folded", {"grid", "--fold", "always"}, terminal},
    {"grid_20x85_at_100", {"grid"}, hundred, Host::wide},
    {"grid_20x85_at_200", {"grid"}, wide_terminal, Host::wide},
    {"grid_in_blocks", {"grid"}, terminal, Host::striped},
    {"grid_part", {"grid", "--adapters", "3-5", "--domains", "0x2d-0x2f"}, terminal},
    {"grid_json", {"grid", "--adapters", "3-5", "--domains", "0x2d-0x2f", "--json"}},
    {"grid_no_bus", {"grid"}, terminal, Host::none},
    {"show_adapter", {"show", "card03"}, terminal},
    {"show_adapter_json", {"show", "3", "--json"}},
    {"show_queue", {"show", "03.002f"}, terminal},
    {"show_matrix", {"show", "db"}, terminal},
    {"show_matrix_json", {"show", "db", "--json"}},
    {"why", {"why", "03.002f"}, terminal},
    {"why_json", {"why", "03.002f", "--json"}},
    {"who_uses", {"who-uses", "3"}, terminal},
    {"who_uses_json", {"who-uses", "3", "--json"}},
    {"jobs", {"jobs"}, terminal},
    {"jobs_json", {"jobs", "--json"}},
    {"history", {"history"}, terminal},
    {"history_last", {"history", "--last", "1"}},
    {"history_show", {"history", "show", "17"}, terminal},
    {"history_show_failed", {"history", "16"}},
    {"history_json", {"history", "--json"}},
    {"history_show_json", {"history", "17", "--json"}},
    {"history_unknown", {"history", "99"}},
    {"recover", {"recover"}, terminal},
    {"recover_json", {"recover", "--json"}},
    {"recover_undo", {"recover", "--undo", "--yes"}},
    {"recover_not_a_terminal", {"recover", "--undo"}},
    {"rollback_of_what_waits", {"rollback", "--dry-run"}, terminal, Host::mixed, disrupting_plan, true, web_waits},
    {"rollback", {"rollback", "17", "--dry-run"}, terminal, Host::mixed, disrupting_plan},
    {"xml", {"xml", "web"}},
    {"xml_json", {"xml", "web", "--json"}},
    {"monitor", {"monitor"}},
    {"monitor_json", {"monitor", "--json"}},
    {"rescan", {"rescan"}},
    {"rescan_json", {"rescan", "--json"}},
    {"assign", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f"}, terminal, Host::fresh},
    {"assign_on_trial", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--confirm-within", "5m"}, terminal, Host::fresh, assign_plan, true, web_waits},
    {"assign_on_trial_too_late", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--confirm-within", "60", "--yes"}, {}, Host::fresh},
    {"assign_on_trial_json", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--confirm-within", "60s", "--yes", "--json"}, {}, Host::fresh, assign_plan, true, web_waits},
    {"confirm", {"confirm"}, terminal, Host::mixed, assign_plan, true, web_waits},
    {"confirm_json", {"confirm", "17", "--json"}, {}, Host::mixed, assign_plan, true, web_waits},
    {"confirm_another", {"confirm", "16"}, terminal, Host::mixed, assign_plan, true, web_waits},
    {"confirm_nothing", {"confirm"}},
    {"confirm_not_root", {"confirm"}, terminal, Host::mixed, assign_plan, false, web_waits},
    {"rollback_nothing", {"rollback"}},
    {"assign_wide", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f"}, wide_terminal, Host::fresh},
    {"assign_colour", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f"}, colour, Host::fresh},
    {"assign_yes", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--yes"}, {}, Host::fresh},
    {"assign_json",
     {"assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--yes", "--json"},
     {},
     Host::fresh},
    {"assign_not_root",
     {"assign", "web", "--adapters", "3,4", "--domains", "0x2f"},
     terminal,
     Host::fresh,
     assign_plan,
     false},
    {"assign_not_a_terminal", {"assign", "web", "--adapters", "3,4", "--domains", "0x2f"}, {}, Host::fresh},
    {"plan_steps",
     {"plan", "assign", "web", "--adapters", "3,4", "--domains", "0x2f", "--verbose"},
     {},
     Host::fresh},
    {"plan_other_base", {"plan", "assign", "web", "--adapters", "3,4", "--domains", "20"}, {}, Host::fresh},
    {"plan_modify",
     {"plan", "modify", "web", "--remove-adapters", "4", "--add-adapters", "9", "--disrupt"},
     terminal,
     Host::mixed,
     disrupting_plan},
    {"plan_modify_colour",
     {"plan", "modify", "web", "--remove-adapters", "4", "--add-adapters", "9", "--disrupt"},
     colour,
     Host::mixed,
     disrupting_plan},
    {"plan_big",
     {"plan", "reserve", "--adapters", "0-15", "--domains", "all"},
     terminal,
     Host::fresh,
     big_plan},
    {"plan_big_wide",
     {"plan", "reserve", "--adapters", "0-15", "--domains", "all"},
     wide_terminal,
     Host::fresh,
     big_plan},
    {"plan_already_so", {"plan", "start", "web", "db"}, {}, Host::mixed, already_so_plan},
    {"reserve", {"plan", "reserve", "03.002f,04.0030-0032"}, {}, Host::fresh, already_so_plan},
    {"release", {"plan", "release", "--adapters", "3", "--domains", "all"}, {}, Host::fresh, already_so_plan},
    {"keep", {"plan", "keep", "05.0004"}, {}, Host::fresh, already_so_plan},
    {"keep_remove", {"plan", "keep", "--remove", "05.0004"}, {}, Host::fresh, already_so_plan},
    {"move", {"plan", "move", "web", "db", "--adapters", "4"}, {}, Host::mixed, already_so_plan},
    {"move_all", {"plan", "move", "test", "db"}, {}, Host::mixed, already_so_plan},
    {"swap", {"plan", "swap", "web", "db", "test", "--adapters"}, {}, Host::mixed, already_so_plan},
    {"swap_all", {"plan", "swap", "web", "db", "--adapters", "--domains"}, {}, Host::mixed, already_so_plan},
    {"swap_nothing", {"plan", "swap", "web", "db"}},
    {"drain", {"drain", "4", "--disrupt"}, terminal, Host::mixed, drain_plan},
    {"drain_wide", {"plan", "drain", "4", "--disrupt"}, wide_terminal, Host::mixed, drain_plan},
    {"restore", {"plan", "restore", "4", "--without", "web,db"}, {}, Host::drained, already_so_plan},
    {"restore_forget", {"plan", "restore", "4", "--forget"}, {}, Host::drained, already_so_plan},
    {"help_move", {"move", "--help"}},
    {"help_swap", {"swap", "--help"}},
    {"help_drain", {"drain", "--help"}},
    {"help_restore", {"restore", "--help"}},
    {"define",
     {"plan", "define", "web", "--adapters", "3", "--domains", "4", "--control", "none"},
     {},
     Host::fresh,
     already_so_plan},
    {"undefine", {"plan", "undefine", "web"}, {}, Host::mixed, already_so_plan},
    {"stop", {"plan", "stop", "web", "db"}, {}, Host::mixed, already_so_plan},
    {"unassign", {"plan", "unassign", "web", "--domains", "0x2f"}, {}, Host::mixed, already_so_plan},
    {"assign_guest", {"assign", "app", "--adapters", "3,4", "--domains", "0x2f"}, terminal, Host::fresh, assign_plan_of_app},
    {"assign_guest_json", {"assign", "app", "--adapters", "3,4", "--domains", "0x2f", "--yes", "--json"}, {}, Host::fresh, assign_plan_of_app},
    {"assign_guest_that_has_one", {"plan", "assign", "web1", "--domains", "0x2e"}, terminal, Host::mixed, growing_plan},
    {"assign_guest_that_is_stopped", {"assign", "db1", "--adapters", "3,4", "--domains", "0x2f", "--yes"}, {}, Host::fresh, assign_plan},
    {"assign_guest_on_trial", {"assign", "app", "--adapters", "3,4", "--domains", "0x2f", "--yes", "--confirm-within", "60"}, {}, Host::fresh, assign_plan_of_app},
    {"move_guests", {"plan", "move", "web1", "db", "--adapters", "4"}, {}, Host::mixed, already_so_plan},
    {"unassign_guest", {"plan", "unassign", "web1", "--disrupt"}, {}, Host::mixed, already_so_plan},
    {"detach", {"detach", "web1", "--disrupt"}, terminal},
    {"detach_config", {"detach", "web1", "--config", "--yes"}},
    {"detach_json", {"detach", "web1", "--disrupt", "--yes", "--json"}},
    {"detach_running", {"detach", "web1"}, terminal},
    {"detach_nothing", {"detach", "app"}},
    {"detach_not_a_terminal", {"detach", "web1", "--disrupt"}},
    {"show_guest", {"show", "web1"}, terminal},
    {"show_guest_json", {"show", "web1", "--json"}},
    {"show_guest_of_two", {"show", "old"}, terminal},
    {"show_guest_without", {"show", "db1"}, terminal},
    {"xml_of_guest", {"xml", "web1"}},
    {"why_guest", {"why", "web1"}, terminal},
    {"why_guest_wide", {"why", "web1"}, wide_terminal},
    {"why_guest_of_two_json", {"why", "old", "--json"}},
    {"why_guest_without", {"why", "app"}, terminal},
    {"why_matrix", {"why", "db"}, terminal},
    {"why_matrix_wide", {"why", "db"}, wide_terminal},
    {"why_matrix_colour", {"why", "db"}, colour},
    {"why_matrix_defined", {"why", "test"}, terminal, Host::mixed, start_plan},
    {"why_nobody", {"why", "wep"}},
    {"who_uses_guest", {"who-uses", "web1"}, terminal},
    {"who_uses_matrix_json", {"who-uses", "db", "--json"}},
    {"list_queues_of_guest", {"list", "queues", "--matrix", "web1"}, terminal},
    {"list_queues_of_defined", {"list", "queues", "--matrix", "test"}, terminal},
    {"stop_nobody", {"stop", "web", "wep", "nobody", "--yes"}},
    {"help_why", {"why", "--help"}},
    {"help_who_uses", {"who-uses", "--help"}},
    {"migrate_check", {"migrate-check", "web1"}, terminal},
    {"migrate_check_json", {"migrate-check", "web", "--json"}},
    {"help_detach", {"detach", "--help"}},
    {"help_migrate_check", {"migrate-check", "--help"}},
    {"help", {"--help"}},
    {"help_assign", {"assign", "--help"}},
    {"help_plan", {"plan", "--help"}},
    {"version", {"--version"}},
};

INSTANTIATE_TEST_SUITE_P(Verbs, Golden, testing::ValuesIn(cases),
                         [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace ap::fakes
