// SPDX-License-Identifier: LGPL-2.1-or-later
// What another host must have in common, as its own `apctl status --json` tells it.
#include "canned.hpp"
#include "command_line.hpp"
#include "migration.hpp"

#include "core/parse.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace ap::fakes {
namespace {

using namespace cli;
using nlohmann::json;

std::string profile_of(const HostView& view) {
    auto daemon = talkative();
    daemon.view = view;
    return run(daemon, {"status", "--json"}).out;
}

/// Compared with mixed_host() from here.
Outcome check(const std::string& profile, std::vector<std::string> more = {}) {
    auto daemon = talkative();
    std::vector<std::string> line{"migrate-check", "web", "--target", "-"};
    line.insert(line.end(), more.begin(), more.end());
    return run(daemon, line, {.typed = profile});
}

HostView other_host() {
    auto view = mixed_host();
    view.host.matrices.at(uuid_of(1)).in_use = false;
    return view;
}

TEST(Migration, ToAHostThatIsTheSameHasNoDifferences) {
    const auto outcome = check(profile_of(other_host()));
    EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
    EXPECT_NE(outcome.out.find("There         all the same, or newer"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("cannot be migrated live"), std::string::npos) << outcome.out;
}

TEST(Migration, NewerAdaptersAreAsGood) {
    auto view = other_host();
    view.host.adapters.at(Apid{3}).hwtype = 15;
    view.types[Apid{3}] = "CEX9A";
    EXPECT_EQ(check(profile_of(view)).code, 0);
}

struct Other {
    const char* name;
    void (*change)(HostView&);
    const char* words;
};
class Difference : public testing::TestWithParam<Other> {};

TEST_P(Difference, IsNamedAndHasItsExitCode) {
    auto view = other_host();
    GetParam().change(view);
    const auto outcome = check(profile_of(view), {"--json"});
    EXPECT_EQ(outcome.code, 10) << outcome.err;
    const auto found = json::parse(outcome.out).at("migration").at("differences");
    ASSERT_EQ(found.size(), 1U) << found;
    EXPECT_NE(found[0].get<std::string>().find(GetParam().words), std::string::npos) << found;
}

INSTANTIATE_TEST_SUITE_P(
    Hosts, Difference,
    testing::Values(Other{"no_bus", [](HostView& v) { v = no_host(); }, "that host has no AP bus"},
                    Other{"no_adapter", [](HostView& v) { v.host.adapters.erase(Apid{4}); }, "adapter 4 (CEX8A) is not there"},
                    Other{"mode", [](HostView& v) { v.host.adapters.at(Apid{3}).mode = Mode::ep11; }, "adapter 3 is in mode ep11 there, and has to be in mode accelerator"},
                    Other{"older", [](HostView& v) { v.host.adapters.at(Apid{3}).hwtype = 13; v.types[Apid{3}] = "CEX7A"; }, "adapter 3 is CEX7A there, older than CEX8A"},
                    Other{"deconfigured", [](HostView& v) { v.host.adapters.at(Apid{3}).configured = false; }, "adapter 3 is deconfigured or checkstopped there"},
                    Other{"no_queue", [](HostView& v) { v.host.present -= parse_queues("04.002f").value(); }, "04.002f is not there"},
                    Other{"in_use", [](HostView& v) { v.host.matrices.at(uuid_of(1)).in_use = true; }, "is in use there by \"web1\""},
                    Other{"other_matrix", [](HostView& v) { v.wanted.definitions.at(uuid_of(1)).matrix.control = {}; }, "domains 47 (0x2f) and control domains none there"},
                    Other{"no_matrix", [](HostView& v) { v.wanted.definitions.erase(uuid_of(1)); v.host.matrices.erase(uuid_of(1)); },
                          "apctl define 6b000000-0000-4000-8000-000000000001 --name web --adapters 3-4 --domains 47"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Profile, ThatIsNoneIsRefused) {
    const auto good = profile_of(other_host());
    for (const auto& text : {std::string(), std::string("{}"), std::string("[]"), std::string("nonsense"), good.substr(0, good.size() / 2), std::string(100'000, '['),
                             std::string(longest_profile + 1, ' ')}) {
        const auto outcome = check(text);
        EXPECT_EQ(outcome.code, 2) << outcome.out;
        EXPECT_EQ(outcome.err, "apctl: \"-\" is not the output of: apctl status --json\n");
    }
}

TEST(Profile, ThatCannotBeReadIsNamed) {
    auto daemon = talkative();
    const auto outcome = run(daemon, {"migrate-check", "web", "--target", "/nonexistent/profile"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.err, "apctl: /nonexistent/profile: No such file or directory\n");
}

/// Any member of it may be of any other kind, or away.
RC_GTEST_PROP(Profile, WithAnythingWrongIsRefusedOrReadButNothingElse, ()) {
    static const auto good = json::parse(profile_of(other_host()));
    static const auto flat = good.flatten();
    static const std::vector<json> others{nullptr, "text", -1, 256, 1e300, true, json::array(), json::object()};
    const auto at = *rc::gen::inRange<std::size_t>(0, flat.size());
    const auto other = *rc::gen::inRange<std::size_t>(0, others.size());
    auto changed = good;
    changed[json::json_pointer(std::next(flat.begin(), static_cast<std::ptrdiff_t>(at)).key())] = others[other];
    const auto read = read_profile(changed.dump(), "x");
    if (!read) RC_ASSERT(read.error().fault == Fault::invalid);
}

} // namespace
} // namespace ap::fakes
