// SPDX-License-Identifier: LGPL-2.1-or-later
// Command lines that cannot be meant: exit code 2, one line, and the daemon is not even asked.
#include "canned.hpp"
#include "command_line.hpp"

#include <gtest/gtest.h>

namespace ap::fakes {
namespace {

const std::string mebibyte(1024 * 1024, '3');

struct Bad {
    const char* name;
    std::vector<std::string> arguments;
};

const std::vector<Bad> bad_lines{
    {"unknown_verb", {"frobnicate"}},
    {"unknown_verb_of_a_mebibyte", {mebibyte}},
    {"unknown_option", {"status", "--frobnicate"}},
    {"two_verbs", {"status", "grid"}},
    {"list_what", {"list"}},
    {"list_something_else", {"list", "hosts"}},
    {"plan_what", {"plan"}},
    {"plan_a_looking_verb", {"plan", "status"}},
    {"queue_empty", {"why", ""}},
    {"queue_missing", {"why"}},
    {"queue_decimal", {"why", "3"}},
    {"queue_out_of_range", {"why", "100.0000"}},
    {"queue_of_a_mebibyte", {"why", mebibyte}},
    {"queue_not_utf8", {"why", "\xff\xfe.\x80"}},
    {"queue_with_escapes", {"why", "\x1b[2J03.002f"}},
    {"queue_range", {"why", "03.002f-0030"}},
    {"user_of_nothing", {"who-uses", ""}},
    {"user_of_a_mebibyte", {"who-uses", std::string(1024 * 1024, 'w')}},
    {"user_of_what_is_no_queue", {"who-uses", "03.2f.1"}},
    {"adapters_empty", {"assign", "web", "--adapters", "", "--domains", "4"}},
    {"adapters_missing_value", {"assign", "web", "--adapters"}},
    {"adapters_twice", {"assign", "web", "--adapters", "3", "--adapters", "4", "--domains", "4"}},
    {"adapters_out_of_range", {"assign", "web", "--adapters", "256", "--domains", "4"}},
    {"adapters_negative", {"assign", "web", "--adapters", "-1", "--domains", "4"}},
    {"adapters_backwards", {"assign", "web", "--adapters", "5-3", "--domains", "4"}},
    {"adapters_words", {"assign", "web", "--adapters", "three", "--domains", "4"}},
    {"adapters_newline", {"assign", "web", "--adapters", "3\n4", "--domains", "4"}},
    {"adapters_of_a_mebibyte", {"assign", "web", "--adapters", mebibyte, "--domains", "4"}},
    {"domains_with_blank", {"assign", "web", "--adapters", "3", "--domains", "4, 5"}},
    {"domains_trailing_comma", {"assign", "web", "--adapters", "3", "--domains", "4,"}},
    {"name_missing", {"assign"}},
    {"name_empty", {"assign", "", "--adapters", "3", "--domains", "4"}},
    {"name_with_slash", {"define", "../etc", "--adapters", "3", "--domains", "4"}},
    {"name_not_utf8", {"define", "w\xc3", "--adapters", "3", "--domains", "4"}},
    {"name_of_a_mebibyte", {"define", mebibyte, "--adapters", "3", "--domains", "4"}},
    {"define_without_adapters", {"define", "web", "--domains", "4"}},
    {"modify_nothing", {"modify", "web"}},
    {"autostart_maybe", {"define", "web", "--adapters", "3", "--domains", "4", "--autostart", "maybe"}},
    {"reserve_nothing", {"reserve"}},
    {"reserve_half", {"reserve", "--adapters", "3"}},
    {"wait_in_words", {"start", "web", "--wait", "long"}},
    {"wait_negative", {"start", "web", "--wait", "-1"}},
    {"wait_nan", {"start", "web", "--wait", "nan"}},
    {"color_sometimes", {"status", "--color", "sometimes"}},
    {"fold_sometimes", {"grid", "--fold", "sometimes"}},
    {"grid_empty_list", {"grid", "--adapters", ""}},
    {"filter_empty_list", {"list", "queues", "--domains", ""}},
    {"filter_unknown_owner", {"list", "queues", "--owner", "me"}},
    {"filter_unknown_condition", {"list", "queues", "--condition", "fine"}},
    {"history_words", {"history", "all"}},
    {"history_show_nothing", {"history", "show"}},
    {"rollback_words", {"rollback", "all"}},
    {"confirm_words", {"confirm", "all"}},
    {"confirm_within_words", {"stop", "web", "--confirm-within", "soon"}},
    {"confirm_within_nothing", {"stop", "web", "--confirm-within", ""}},
    {"confirm_within_no_time", {"stop", "web", "--confirm-within", "0"}},
    {"confirm_within_less_than_no_time", {"stop", "web", "--confirm-within", "-5"}},
    {"confirm_within_too_long", {"stop", "web", "--confirm-within", "25h"}},
    {"confirm_within_beyond_numbers", {"stop", "web", "--confirm-within", "99999999999m"}},
    {"confirm_within_days", {"stop", "web", "--confirm-within", "1d"}},
    {"drain_timeout_words", {"stop", "web", "--drain-timeout", "soon"}},
    {"drain_timeout_nothing", {"stop", "web", "--drain-timeout", ""}},
    {"drain_timeout_less_than_no_time", {"stop", "web", "--drain-timeout", "-1"}},
    {"drain_timeout_too_long", {"stop", "web", "--drain-timeout", "61"}},
    {"drain_timeout_too_many_minutes", {"stop", "web", "--drain-timeout", "2m"}},
    {"drain_timeout_hours", {"stop", "web", "--drain-timeout", "1h"}},
    {"drain_timeout_fraction", {"stop", "web", "--drain-timeout", "0.5"}},
    {"recover_two", {"recover", "--undo", "--accept"}},
    {"cancel_words", {"jobs", "--cancel", "all"}},
    {"cancel_negative", {"jobs", "--cancel", "-1"}},
    {"cancel_too_big", {"jobs", "--cancel", "4294967296"}},
    {"connect_to_nothing", {"show", "web", "--connect", ""}},
    {"connect_missing_value", {"show", "web", "--connect"}},
    {"detach_nobody", {"detach"}},
    {"detach_in_words", {"detach", "web1", "--wait", "long"}},
    {"detach_for_ever", {"detach", "web1", "--wait", "3601"}},
    {"migrate_nobody", {"migrate-check"}},
    {"migrate_to_nowhere", {"migrate-check", "web", "--target"}},
    {"status_with_argument", {"status", "web"}},
};

class BadInput : public testing::TestWithParam<Bad> {};

TEST_P(BadInput, IsRefusedInOneLineWithoutTheDaemon) {
    auto daemon = talkative();
    const auto outcome = run(daemon, GetParam().arguments, {.terminal = true, .typed = "y\n"});
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_EQ(lines(outcome.err), 1U) << outcome.err;
    EXPECT_TRUE(outcome.err.starts_with("apctl: ")) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(daemon.questions, 0U);
}

TEST_P(BadInput, IsRepeatedShortAndHarmlessly) {
    auto daemon = talkative();
    const auto err = run(daemon, GetParam().arguments).err;
    EXPECT_LT(err.size(), 500U);
    EXPECT_EQ(err.find('\x1b'), std::string::npos);
    EXPECT_EQ(err.find('\xff'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Lines, BadInput, testing::ValuesIn(bad_lines),
                         [](const auto& row) { return std::string(row.param.name); });

struct Absent {
    const char* name;
    std::vector<std::string> arguments;
};
class NotThere : public testing::TestWithParam<Absent> {};

TEST_P(NotThere, IsExitCodeThree) {
    auto daemon = talkative();
    const auto outcome = run(daemon, GetParam().arguments);
    EXPECT_EQ(outcome.code, 3) << outcome.err;
    EXPECT_EQ(lines(outcome.err), 1U) << outcome.err;
}

INSTANTIATE_TEST_SUITE_P(
    Things, NotThere,
    testing::Values(Absent{"adapter", {"show", "99"}}, Absent{"matrix", {"show", "nobody"}},
                    Absent{"confirmation", {"confirm"}}, Absent{"rollback", {"rollback"}},
                    Absent{"matrix_for_xml", {"xml", "nobody"}}, Absent{"matrix_to_explain", {"why", "nobody"}},
                    Absent{"uuid_to_explain", {"why", "12345678"}}, Absent{"matrix_that_uses", {"who-uses", "nobody"}},
                    Absent{"matrix_in_filter", {"list", "queues", "--matrix", "nobody"}}),
    [](const auto& row) { return std::string(row.param.name); });

} // namespace
} // namespace ap::fakes
