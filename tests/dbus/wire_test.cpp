// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of the bus: their size, what they say, and how strictly requests are read.
#include "dbus/wire.hpp"

#include "core/parse.hpp"
#include "snapshots.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace ap::dbus {
namespace {

// --- The size of a message body, by the rules of the D-Bus specification ------------------------------------------------

std::size_t aligned(std::size_t at, std::size_t to) { return (at + to - 1) / to * to; }
std::size_t past(std::size_t at, std::uint8_t) { return at + 1; }
std::size_t past(std::size_t at, bool) { return aligned(at, 4) + 4; }
std::size_t past(std::size_t at, std::uint32_t) { return aligned(at, 4) + 4; }
std::size_t past(std::size_t at, std::int32_t) { return aligned(at, 4) + 4; }
std::size_t past(std::size_t at, std::uint64_t) { return aligned(at, 8) + 8; }
std::size_t past(std::size_t at, const std::string& text) { return aligned(at, 4) + 4 + text.size() + 1; }
template <class... T> std::size_t past(std::size_t at, const std::tuple<T...>& fields);
template <class... T> std::size_t past(std::size_t at, const sdbus::Struct<T...>& row);
template <class T> std::size_t past(std::size_t at, const std::vector<T>& rows) {
    at = aligned(aligned(at, 4) + 4, 8);
    for (const auto& row : rows) at = past(at, row);
    return at;
}
template <class... T> std::size_t past(std::size_t at, const sdbus::Struct<T...>& row) { return past(aligned(at, 8), wire::fields(row)); }
template <class... T> std::size_t past(std::size_t at, const std::tuple<T...>& fields) {
    std::apply([&at](const auto&... field) { ((at = past(at, field)), ...); }, fields);
    return at;
}

TEST(GetHost, IsOneMessageOfAtMost100KiBWith65536Queues) {
    const auto size = past(0, to_wire(tests::host_of(AdapterSet::all(), DomainSet::all())));
    EXPECT_LE(size, 100u * 1024);
    EXPECT_GE(size, 256u * 4 * 66) << "the masks alone are more than that";
}

TEST(GetHost, SaysWhatIsDrainedAndWhoseItWas) {
    auto snapshot = tests::host_with_web();
    snapshot.wanted.drains[Apid{9}] = {{{tests::web, {"web", {Apqi{0x2f}}, true}}}, {Apqi{1}, Apqi{2}}};
    const auto drains = std::get<6>(to_wire(snapshot));
    ASSERT_EQ(drains.size(), 1u);
    const auto& [adapter, reserved, shares] = wire::fields(drains[0]);
    EXPECT_EQ(adapter, 9);
    EXPECT_EQ(reserved, "1-2");
    ASSERT_EQ(shares.size(), 1u);
    EXPECT_EQ(shares[0], (wire::DrainShareRow{to_string(tests::web), "web", "47", true}));
}

TEST(GetHost, SaysWhichGuestsNameAMatrix) {
    auto snapshot = tests::host_with_web();
    snapshot.guests = {.guests = {{.name = "vm1", .uuid = tests::db, .state = "running", .running = true, .autostart = true, .matrix = tests::web}}, .trouble = "away"};
    const auto guests = std::get<7>(to_wire(snapshot));
    EXPECT_EQ(std::get<0>(guests), (std::vector{wire::GuestRow{"vm1", to_string(tests::db), "running", true, true, to_string(tests::web), ""}}));
    EXPECT_EQ(std::get<1>(guests), "away");
}

TEST(GetHost, SaysWhoHasWhat) {
    const auto [generation, bus, adapters, matrices, pools, drift, drains, guests] = to_wire(tests::host_with_web());
    ASSERT_EQ(adapters.size(), 2u);
    const auto& [id, hwtype, type, mode, online, configured, checkstopped, serial, present, host, guest, offline] = wire::fields(adapters[0]);
    EXPECT_EQ(id, 3);
    EXPECT_EQ(type, "CEX8C");
    EXPECT_EQ(host, to_mask(DomainSet{Apqi{4}}));
    EXPECT_EQ(guest, to_mask(DomainSet{Apqi{0x2f}}));
    ASSERT_EQ(matrices.size(), 1u);
    const auto& [uuid, name, defined, autostart, wanted, active, in_use, holder, definition, assigned, effective] = wire::fields(matrices[0]);
    EXPECT_EQ(uuid, to_string(tests::web));
    EXPECT_EQ(name, "web");
    EXPECT_TRUE(defined && autostart && wanted && active && in_use);
    EXPECT_EQ(holder, "vm1");
    EXPECT_EQ(effective, (wire::Triple{"3-4", "47", "47"}));
}

TEST(GetHost, SaysMinusOneWhenThereIsNoDefaultDomain) {
    auto snapshot = tests::host_with_web();
    EXPECT_EQ(std::get<10>(std::get<1>(to_wire(snapshot))), -1);
    snapshot.host.default_domain = Apqi{4};
    EXPECT_EQ(std::get<10>(std::get<1>(to_wire(snapshot))), 4);
}

TEST(QueueList, IsReadBackAsTheSameSet) {
    QueueSet set = QueueSet::rectangle({Apid{3}, Apid{4}, Apid{9}}, {Apqi{4}, Apqi{0x2f}, Apqi{0x30}});
    set.insert({Apid{0xff}, Apqi{0xff}});
    const auto read = parse_queues(queue_list(set));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_TRUE(*read == set);
    EXPECT_EQ(queue_list({}), "");
}

TEST(QueueList, IsNeverCut) {
    QueueSet chessboard;
    for (unsigned i = 0; i < 256 * 256; ++i)
        if ((i / 256 + i % 256) % 2 == 0) chessboard.insert({static_cast<Apid>(i / 256), static_cast<Apqi>(i % 256)});
    EXPECT_EQ(std::ranges::count(queue_list(chessboard), ','), 32767);
}

TEST(HostdevXml, NamesTheMdev) {
    EXPECT_NE(hostdev_xml(tests::web).find("<address uuid='" + to_string(tests::web) + "'/>"), std::string::npos);
}

// --- Requests ---------------------------------------------------------------------------------------------------------

const std::string megabyte(1 << 20, 'x');

struct BadOptions {
    const char* name;
    wire::Options (*options)(); ///< made in the test: a Variant may not outlive main, as the table does
    std::string says;
};
void PrintTo(const BadOptions& row, std::ostream* out) { *out << row.name; }

class ApplyOptionsFrom : public testing::TestWithParam<BadOptions> {};

TEST_P(ApplyOptionsFrom, RefusesInOneLineThatSaysWhatWasExpected) {
    const auto read = apply_options_from(GetParam().options());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().fault, Fault::invalid);
    const auto text = to_string(read.error());
    EXPECT_NE(text.find(GetParam().says), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_LT(text.size(), 300u);
}

INSTANTIATE_TEST_SUITE_P(Table, ApplyOptionsFrom, testing::Values(
    BadOptions{"UnknownKey", [] { return wire::Options{{"force", sdbus::Variant(true)}}; }, "expected \"disrupt\", \"digest\", \"confirm-within\" or \"drain-timeout\""},
    BadOptions{"EmptyKey", [] { return wire::Options{{"", sdbus::Variant(true)}}; }, "unknown"},
    BadOptions{"LongKey", [] { return wire::Options{{megabyte, sdbus::Variant(true)}}; }, "unknown"},
    BadOptions{"DisruptAsText", [] { return wire::Options{{"disrupt", sdbus::Variant(std::string("true"))}}; }, "expected a boolean"},
    BadOptions{"DisruptAsNumber", [] { return wire::Options{{"disrupt", sdbus::Variant(std::uint32_t{1})}}; }, "expected a boolean"},
    BadOptions{"ConfirmWithinAsText", [] { return wire::Options{{"confirm-within", sdbus::Variant(std::string("60s"))}}; }, "expected a number"},
    BadOptions{"ConfirmWithinNoTime", [] { return wire::Options{{"confirm-within", sdbus::Variant(std::uint32_t{0})}}; }, "is 0; expected 1 to 86400 seconds"},
    BadOptions{"ConfirmWithinTooLong", [] { return wire::Options{{"confirm-within", sdbus::Variant(std::uint32_t{86401})}}; }, "expected 1 to 86400"},
    BadOptions{"DrainTimeoutAsText", [] { return wire::Options{{"drain-timeout", sdbus::Variant(std::string("5s"))}}; }, "expected a number"},
    BadOptions{"DrainTimeoutTooLong", [] { return wire::Options{{"drain-timeout", sdbus::Variant(std::uint32_t{61})}}; }, "is 61; expected 0 to 60 seconds"},
    BadOptions{"DigestAsNumber", [] { return wire::Options{{"digest", sdbus::Variant(std::uint64_t{1})}}; }, "expected a text"},
    BadOptions{"LongDigest", [] { return wire::Options{{"digest", sdbus::Variant(megabyte)}}; }, "at most 65536"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(ApplyOptions, AreReadWithTheirTypes) {
    const auto read = apply_options_from({{"disrupt", sdbus::Variant(true)}, {"digest", sdbus::Variant(std::string("0123456789abcdef"))}});
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->disrupt);
    EXPECT_EQ(read->digest, "0123456789abcdef");
    EXPECT_FALSE(apply_options_from({})->digest);
    EXPECT_EQ(apply_options_from({{"confirm-within", sdbus::Variant(std::uint32_t{86400})}})->confirm_within, std::chrono::hours(24));
    EXPECT_FALSE(apply_options_from({})->confirm_within);
    EXPECT_EQ(apply_options_from({{"drain-timeout", sdbus::Variant(std::uint32_t{0})}})->drain, std::chrono::seconds(0));
    EXPECT_EQ(apply_options_from({})->drain, std::chrono::seconds(5));
}

TEST(PlanOptions, HaveNothingThatIsAboutCarryingOut) {
    EXPECT_FALSE(plan_options_from({{"drain-timeout", sdbus::Variant(std::uint32_t{5})}}));
    EXPECT_TRUE(plan_options_from({{"disrupt", sdbus::Variant(true)}})->disrupt);
    EXPECT_FALSE(plan_options_from({{"digest", sdbus::Variant(std::string("0123456789abcdef"))}}));
    EXPECT_FALSE(plan_options_from({{"confirm-within", sdbus::Variant(std::uint32_t{60})}}));
}

struct BadWishes {
    const char* name;
    std::vector<wire::Wish> wishes;
    std::string says;
};
void PrintTo(const BadWishes& row, std::ostream* out) { *out << row.name; }

class WishesFrom : public testing::TestWithParam<BadWishes> {};

TEST_P(WishesFrom, RefusesInOneLineThatSaysWhatWasExpected) {
    const auto read = wishes_from(GetParam().wishes);
    ASSERT_FALSE(read);
    ASSERT_EQ(read.error().size(), 1u);
    const auto text = to_string(read.error().front());
    EXPECT_EQ(read.error().front().fault, Fault::invalid);
    EXPECT_NE(text.find(GetParam().says), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    EXPECT_LT(text.size(), 400u);
}

INSTANTIATE_TEST_SUITE_P(Table, WishesFrom, testing::Values(
    BadWishes{"TooMany", std::vector<wire::Wish>(most_wishes + 1, wire::Wish{"start", {{"matrix", "web"}}}), "at most 4096"},
    BadWishes{"UnknownVerb", {{"explode", {}}}, "explode"},
    BadWishes{"EmptyVerb", {{"", {}}}, "expected"},
    BadWishes{"LongVerb", {{megabyte, {}}}, "at most 65536"},
    BadWishes{"UnknownKey", {{"start", {{"matrix", "web"}, {"colour", "red"}}}}, "colour"},
    BadWishes{"LongKey", {{"start", {{megabyte, "web"}}}}, "at most 65536"},
    BadWishes{"LongValue", {{"start", {{"matrix", megabyte}}}}, "at most 65536"},
    BadWishes{"LineBreakInAValue", {{"reserve", {{"queues", "03.002f\n"}}}}, "expected"},
    BadWishes{"ControlCharactersInAValue", {{"start", {{"matrix", "\x1b[2Jweb"}}}}, "is not a name"}),
    [](const auto& row) { return std::string(row.param.name); });

TEST(Wishes, NoneIsAChangeToo) { EXPECT_TRUE(wishes_from({}).has_value()) << "what is wished already"; }

TEST(Wishes, AreAllReadBeforeAnyIsRefused) {
    const auto read = wishes_from({{"explode", {}}, {"start", {{"matrix", "web"}}}, {"implode", {}}});
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 2u);
}

// --- Filters ----------------------------------------------------------------------------------------------------------

std::vector<std::string> listed(const wire::QueueFilter& filter) {
    std::vector<std::string> out;
    const auto rows = list_queues(tests::host_with_web(), filter);
    EXPECT_TRUE(rows) << to_string(rows.error());
    if (rows) for (const auto& row : *rows) out.push_back(std::get<0>(row));
    return out;
}
using Queues = std::vector<std::string>;

TEST(ListQueues, ListsEveryQueueWithoutAFilter) { EXPECT_EQ(listed({}), (Queues{"03.0004", "03.002f", "04.0004", "04.002f"})); }
TEST(ListQueues, FiltersByAdapter) { EXPECT_EQ(listed({{"adapters", "4"}}), (Queues{"04.0004", "04.002f"})); }
TEST(ListQueues, FiltersByDomain) { EXPECT_EQ(listed({{"domains", "0x2f"}}), (Queues{"03.002f", "04.002f"})); }
TEST(ListQueues, FiltersByQueue) { EXPECT_EQ(listed({{"queues", "03.002f,04.0004"}}), (Queues{"03.002f", "04.0004"})); }
TEST(ListQueues, FiltersByOwner) { EXPECT_EQ(listed({{"owner", "host"}}), (Queues{"03.0004", "04.0004"})); }
TEST(ListQueues, FiltersByMatrix) { EXPECT_EQ(listed({{"matrix", "web"}}), (Queues{"03.002f", "04.002f"})); }
TEST(ListQueues, FiltersByCondition) { EXPECT_EQ(listed({{"condition", "in_use"}}), (Queues{"03.002f", "04.002f"})); }
TEST(ListQueues, TakesSeveralFiltersTogether) { EXPECT_EQ(listed({{"matrix", "web"}, {"adapters", "3"}}), (Queues{"03.002f"})); }

TEST(ListQueues, RefusesWhatItDoesNotKnow) {
    const auto snapshot = tests::host_with_web();
    for (const auto& [key, value] : wire::QueueFilter{{"colour", "red"}, {"owner", "me"}, {"condition", "fine"}, {"adapters", "256"},
                                                      {"queues", ""}, {"domains", megabyte}}) {
        const auto rows = list_queues(snapshot, {{key, value}});
        ASSERT_FALSE(rows) << key;
        EXPECT_EQ(rows.error().fault, Fault::invalid) << key;
        EXPECT_LT(to_string(rows.error()).size(), 300u) << key;
    }
    EXPECT_EQ(list_queues(snapshot, {{"matrix", "nobody"}}).error().fault, Fault::not_found);
}

TEST(WhoUses, IsAskedAboutAnAdapterOrAboutQueues) {
    const auto adapter = QueueSet::rectangle({Apid{3}}, DomainSet::all());
    for (const auto* text : {"3", "0x3", "card03"}) EXPECT_TRUE(*queues_asked_for(text) == adapter) << text;
    EXPECT_EQ(queues_asked_for("03.002f")->size(), 1u);
    EXPECT_FALSE(queues_asked_for(""));
    EXPECT_FALSE(queues_asked_for(megabyte));
}

} // namespace
} // namespace ap::dbus
