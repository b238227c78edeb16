// SPDX-License-Identifier: LGPL-2.1-or-later
// Wrapping, escaping, alignment, and help that fits.
#include "canned.hpp"
#include "command_line.hpp"
#include "render/table.hpp"
#include "verbs/wish_options.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <nlohmann/json.hpp>

namespace ap::fakes {
namespace {

using namespace cli;

TEST(Harmless, LeavesOrdinaryTextAlone) { EXPECT_EQ(harmless("guest é … 47 (0x2f)"), "guest é … 47 (0x2f)"); }
TEST(Harmless, ShowsEscapes) { EXPECT_EQ(harmless("a\x1b[2Jb\n"), "a\\x1b[2Jb\\x0a"); }
TEST(Harmless, ShowsBytesThatAreNotUtf8) { EXPECT_EQ(harmless("\xff\xc3"), "\\xff\\xc3"); }
TEST(Harmless, ShowsCharactersThatTurnTheDirection) {
    EXPECT_EQ(harmless("\xe2\x80\xae"), "\\xe2\\x80\\xae");
}
TEST(Harmless, CutsLongText) { EXPECT_EQ(harmless(std::string(5000, 'x'), 10), std::string(10, 'x') + "…"); }

RC_GTEST_PROP(Harmless, HasNoControlCharacters, (const std::string& text)) {
    for (char c : harmless(text)) RC_ASSERT(static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

TEST(Wrap, BreaksAtBlanks) {
    EXPECT_EQ(wrap("one two three", 8), (std::vector<std::string>{"one two", "three"}));
}
TEST(Wrap, BreaksListsAfterCommas) {
    EXPECT_EQ(wrap("03.002f,04.002f,05.002f", 16), (std::vector<std::string>{"03.002f,04.002f,", "05.002f"}));
}
TEST(Wrap, LeavesALongWordWhole) { EXPECT_EQ(wrap("abcdefghij", 4), std::vector<std::string>{"abcdefghij"}); }

RC_GTEST_PROP(Wrap, LosesNoWord, ()) {
    const auto words =
        *rc::gen::container<std::vector<std::string>>(rc::gen::nonEmpty(rc::gen::string<std::string>()))
             .as("words");
    std::string text;
    for (auto word : words) {
        for (auto& c : word) c = static_cast<char>('a' + (static_cast<unsigned char>(c) % 26));
        text += (text.empty() ? "" : " ") + word;
    }
    std::string back;
    for (const auto& line : wrap(text, *rc::gen::inRange<std::size_t>(1, 40)))
        back += (back.empty() ? "" : " ") + line;
    RC_ASSERT(back == text);
}

TEST(Table, AlignsColumnsWhateverTheirColour) {
    Table table({"a", "b"});
    table.add({{"long text", Ink::red}, "x"});
    table.add({"short", "y"});
    EXPECT_EQ(table.text({.width = 80, .colour = true, .headings = false}),
              "\x1b[31mlong text\x1b[0m  x\nshort      y\n");
}

TEST(Table, WrapsItsLastColumn) {
    Table table({"a", "b"});
    table.add({"key", "one two three four five six seven"});
    EXPECT_EQ(table.text({.width = 25, .headings = false}), "key  one two three four\n     five six seven\n");
}

/// `apctl`, all verbs, and the verbs below them, as the help lists them.
void collect_helps(std::vector<std::string> verb, std::vector<std::pair<std::string, std::string>>& helps) {
    auto daemon = talkative();
    auto line = verb;
    line.push_back("--help");
    const auto text = run(daemon, line).out;
    std::string name;
    for (const auto& word : verb) name += word + " ";
    helps.emplace_back(name, text);
    std::istringstream lines(text.substr(std::min(text.size(), text.find("Verbs that"))));
    for (std::string one; std::getline(lines, one);)
        if (one.starts_with("  ") && one.size() > 2 && one[2] != ' ') {
            verb.push_back(one.substr(2, one.find(' ', 2) - 2));
            collect_helps(verb, helps);
            verb.pop_back();
        }
}

TEST(Help, FitsEightyColumns) {
    std::vector<std::pair<std::string, std::string>> helps;
    collect_helps({}, helps);
    EXPECT_GT(helps.size(), 30U);
    for (const auto& [verb, text] : helps) {
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);)
            EXPECT_LE(columns(line), 80U) << verb << ": " << line;
    }
}

TEST(Help, ExplainsEveryArgumentOfEveryVerb) {
    std::vector<std::pair<std::string, std::string>> helps;
    collect_helps({}, helps);
    for (const auto& [verb, text] : helps) EXPECT_EQ(text.find(" TEXT"), std::string::npos) << verb << text;
}

TEST(Verbs, AreThoseOfTheTable) {
    auto daemon = talkative();
    for (const auto& row : verb_table())
        if (row.verb != Verb::unkeep) { // is said as `keep --remove`
            EXPECT_NE(run(daemon, {"--help"}).out.find("\n  " + std::string(row.name) + " "),
                      std::string::npos)
                << row.name;
        }
}

TEST(Colour, IsForTerminals) {
    auto daemon = talkative();
    EXPECT_EQ(run(daemon, {"grid"}).out.find('\x1b'), std::string::npos);
    EXPECT_NE(run(daemon, {"grid"}, {.terminal = true}).out.find('\x1b'), std::string::npos);
}

TEST(Colour, CanBeForcedAndForbidden) {
    auto daemon = talkative();
    EXPECT_NE(run(daemon, {"grid", "--color=always"}, {.no_color = true}).out.find('\x1b'),
              std::string::npos);
    EXPECT_EQ(run(daemon, {"grid", "--no-color"}, {.terminal = true}).out.find('\x1b'), std::string::npos);
    EXPECT_EQ(run(daemon, {"grid", "--color", "never"}, {.terminal = true}).out.find('\x1b'),
              std::string::npos);
}

TEST(Colour, RespectsNoColor) {
    auto daemon = talkative();
    EXPECT_EQ(run(daemon, {"grid"}, {.terminal = true, .no_color = true}).out.find('\x1b'),
              std::string::npos);
}

class EveryAnswer : public testing::TestWithParam<std::vector<std::string>> {};

TEST_P(EveryAnswer, IsOneObjectInTheEnvelope) {
    auto daemon = talkative();
    auto line = GetParam();
    line.push_back("--json");
    const auto json = nlohmann::json::parse(run(daemon, line).out);
    EXPECT_EQ(json.at("format"), 1);
    EXPECT_TRUE(json.at("generation").is_number_unsigned());
}

INSTANTIATE_TEST_SUITE_P(
    Json, EveryAnswer,
    testing::Values(std::vector<std::string>{"status"}, std::vector<std::string>{},
                    std::vector<std::string>{"list", "adapters"}, std::vector<std::string>{"list", "queues"},
                    std::vector<std::string>{"list", "matrices"}, std::vector<std::string>{"grid"},
                    std::vector<std::string>{"show", "3"}, std::vector<std::string>{"show", "web"},
                    std::vector<std::string>{"why", "03.002f"}, std::vector<std::string>{"who-uses", "3"},
                    std::vector<std::string>{"jobs"}, std::vector<std::string>{"xml", "web"},
                    std::vector<std::string>{"migrate-check", "web"},
                    std::vector<std::string>{"rescan"}, std::vector<std::string>{"plan", "start", "web"},
                    std::vector<std::string>{"start", "web", "--yes"}));

TEST(Json, OfAnEmptyListIsAList) {
    auto daemon = talkative();
    daemon.view = no_host();
    for (const char* list : {"adapters", "queues", "matrices"}) {
        const auto json = nlohmann::json::parse(run(daemon, {"list", list, "--json"}).out);
        EXPECT_EQ(json.at(list), nlohmann::json::array()) << list;
    }
}

TEST(Json, ReplacesWhatIsNotUtf8) {
    auto daemon = talkative();
    daemon.view.host.matrices.begin()->second.holder = "guest\xff";
    const auto out = run(daemon, {"list", "matrices", "--json"}).out;
    EXPECT_TRUE(nlohmann::json::accept(out)) << out;
}

} // namespace
} // namespace ap::fakes
