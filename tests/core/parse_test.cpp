// SPDX-License-Identifier: LGPL-2.1-or-later
// Readers of ids, lists, queues and masks: what they take, what they refuse and in which words.
#include "arbitrary.hpp"

#include <string>

namespace ap {
namespace {

using namespace std::string_literals;

AdapterSet adapters(std::initializer_list<unsigned> ids) {
    AdapterSet out;
    for (auto i : ids) out.insert(static_cast<Apid>(i));
    return out;
}
DomainSet domains(std::initializer_list<unsigned> ids) {
    DomainSet out;
    for (auto i : ids) out.insert(static_cast<Apqi>(i));
    return out;
}
Apqn queue(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }

/// A refusal a person can read: one short line of plain ASCII.
void expect_clear_refusal(const Error& error) {
    const auto line = to_string(error);
    EXPECT_EQ(error.fault, Fault::invalid);
    EXPECT_LT(line.size(), 320U);
    EXPECT_FALSE(error.reason.empty());
    for (char c : line) EXPECT_TRUE(static_cast<unsigned char>(c) >= ' ' && c != 0x7f) << line;
}

struct GoodList {
    const char* name;
    const char* text;
    AdapterSet expected;
};
class AdapterLists : public testing::TestWithParam<GoodList> {};

TEST_P(AdapterLists, AreRead) {
    const auto read = parse_adapters(GetParam().text);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Parse, AdapterLists,
                         testing::Values(GoodList{"decimal", "30", adapters({30})}, //
                                         GoodList{"hex", "0x30", adapters({48})},   //
                                         GoodList{"hexBigX", "0X2F", adapters({47})}, //
                                         GoodList{"leadingZeroIsStillDecimal", "012", adapters({12})},
                                         GoodList{"list", "3,4,0x2f", adapters({3, 4, 47})},
                                         GoodList{"range", "3-5", adapters({3, 4, 5})},
                                         GoodList{"rangeAcrossBases", "9-0xb", adapters({9, 10, 11})},
                                         GoodList{"rangeOfOne", "7-7", adapters({7})}, //
                                         GoodList{"everything", "0-255", AdapterSet::all()},
                                         GoodList{"duplicates", "3,3,2-4", adapters({2, 3, 4})},
                                         GoodList{"kernelName", "card10", adapters({16})},
                                         GoodList{"kernelNames", "card03,card0a", adapters({3, 10})}),
                         [](const auto& row) { return std::string(row.param.name); });

struct Bad {
    const char* name;
    std::string text;
    const char* says; ///< must occur in the message
};
std::string name_of(const testing::TestParamInfo<Bad>& row) { return row.param.name; }

class BadLists : public testing::TestWithParam<Bad> {};

TEST_P(BadLists, AreRefusedWithWhatWasExpected) {
    const auto read = parse_domains(GetParam().text);
    ASSERT_FALSE(read);
    expect_clear_refusal(read.error());
    EXPECT_NE(to_string(read.error()).find(GetParam().says), std::string::npos) << to_string(read.error());
}
INSTANTIATE_TEST_SUITE_P(
    Parse, BadLists,
    testing::Values(Bad{"empty", "", "empty"}, Bad{"emptyItem", "3,,4", "empty"}, Bad{"trailingComma", "3,", "empty"},
                    Bad{"word", "three", "\"three\""}, Bad{"negative", "-3", "\"-3\""}, Bad{"plus", "+3", "\"+3\""},
                    Bad{"openRange", "3-", "\"3-\""}, Bad{"twoDashes", "1-2-3", "\"1-2-3\""},
                    Bad{"backwards", "5-3", "backwards"}, Bad{"tooBig", "256", "0 to 255"},
                    Bad{"tooBigHex", "0x100", "0 to 255"}, Bad{"tooBigRange", "3-256", "0 to 255"},
                    Bad{"huge", "99999999999999999999", "number"}, Bad{"wraps", "18446744073709551619", "number"},
                    Bad{"bareHex", "2f", "0x"}, Bad{"onlyPrefix", "0x", "number"}, Bad{"doublePrefix", "0x0x3", "number"},
                    Bad{"blank", " 3", "\" 3\""}, Bad{"newline", "3\n", "\\x0a"}, Bad{"loneNewline", "\n", "\\x0a"},
                    Bad{"tab", "3\t", "\\x09"}, Bad{"nul", "3\0"s, "\\x00"}, Bad{"nulInside", "3\0,4"s, "\\x00"},
                    Bad{"notUtf8", "\xff\xfe", "\\xff\\xfe"}, Bad{"fullWidth", "\xef\xbc\x93", "\\xef"},
                    Bad{"escape", "\x1b[31m3", "\\x1b"}, Bad{"float", "3.5", "\"3.5\""},
                    Bad{"cardIsNoDomain", "card03", "\"card03\""}, Bad{"quote", "\"", "\\x22"},
                    Bad{"mebibyte", std::string(1 << 20, '3'), "4096"},
                    Bad{"longItem", std::string(4000, '7'), "…"}),
    name_of);

TEST(Parse, NamesTheItemThatIsWrong) {
    const auto read = parse_adapters("1,2,x9,4");
    ASSERT_FALSE(read);
    EXPECT_EQ(to_string(read.error()), "adapters: \"x9\" is not a number or a range; expected for example 3, 0x2f or 5-7");
}

struct GoodQueue {
    const char* name;
    const char* text;
    Apqn expected;
};
class Queues : public testing::TestWithParam<GoodQueue> {};

TEST_P(Queues, AreAlwaysHex) {
    const auto read = parse_apqn(GetParam().text);
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Parse, Queues,
                         testing::Values(GoodQueue{"kernelForm", "03.002f", queue(3, 47)},
                                         GoodQueue{"shortForm", "3.2f", queue(3, 47)},
                                         GoodQueue{"bareDigitsAreHex", "10.10", queue(16, 16)},
                                         GoodQueue{"capitals", "AB.00CD", queue(0xab, 0xcd)},
                                         GoodQueue{"last", "ff.00ff", queue(255, 255)}),
                         [](const auto& row) { return std::string(row.param.name); });

class BadQueues : public testing::TestWithParam<Bad> {};

TEST_P(BadQueues, AreRefusedAsOneQueueAndInLists) {
    const auto one = parse_apqn(GetParam().text);
    ASSERT_FALSE(one);
    expect_clear_refusal(one.error());
    EXPECT_NE(to_string(one.error()).find(GetParam().says), std::string::npos) << to_string(one.error());
    const auto list = parse_queues("01.0001," + GetParam().text);
    ASSERT_FALSE(list);
    expect_clear_refusal(list.error());
}
INSTANTIATE_TEST_SUITE_P(Parse, BadQueues,
                         testing::Values(Bad{"empty", "", "ADAPTER.DOMAIN"}, Bad{"noDot", "03", "ADAPTER.DOMAIN"},
                                         Bad{"noDomain", "03.", "ADAPTER.DOMAIN"}, Bad{"noAdapter", ".002f", "ADAPTER.DOMAIN"},
                                         Bad{"twoDots", "03.00.2f", "ADAPTER.DOMAIN"}, Bad{"prefix", "0x3.2f", "ADAPTER.DOMAIN"},
                                         Bad{"domainTooBig", "03.0100", "out of range"},
                                         Bad{"adapterTooLong", "100.0001", "ADAPTER.DOMAIN"},
                                         Bad{"domainTooLong", "03.0002f", "ADAPTER.DOMAIN"},
                                         Bad{"newline", "03.002f\n", "\\x0a"}, Bad{"nul", "03.002f\0"s, "\\x00"},
                                         Bad{"notUtf8", "03.\xc3\x28", "\\xc3"}, Bad{"blank", "03. 2f", "\"03. 2f\""},
                                         Bad{"mebibyte", std::string(1 << 20, '0'), "…"}),
                         name_of);

TEST(Parse, AQueueIsNotARange) { EXPECT_FALSE(parse_apqn("03.002f-0030")); }

TEST(Parse, QueueListsFoldRangesInBothHalves) {
    const auto read = parse_queues("03.002f,04.0030-0032,05-06.4");
    ASSERT_TRUE(read) << to_string(read.error());
    QueueSet expected;
    for (auto q : {queue(3, 0x2f), queue(4, 0x30), queue(4, 0x31), queue(4, 0x32), queue(5, 4), queue(6, 4)}) expected.insert(q);
    EXPECT_EQ(*read, expected);
}

TEST(Parse, QueueListsRefuseRangesBackwards) {
    EXPECT_FALSE(parse_queues("03.0031-0030"));
    EXPECT_FALSE(parse_queues("04-03.0030"));
}

TEST(Parse, QueueListsRefuseAMebibyte) {
    std::string text = "03.0001";
    while (text.size() < 1 << 20) text += ",03.0001";
    const auto read = parse_queues(text);
    ASSERT_FALSE(read);
    expect_clear_refusal(read.error());
}

// The literal strings are the kernel's own (kernel-abi section 1), so they hold on either byte order.
TEST(Mask, LeftmostBitIsIdZero) {
    EXPECT_EQ(to_mask(adapters({0})), "0x8000000000000000000000000000000000000000000000000000000000000000");
    EXPECT_EQ(to_mask(adapters({3})), "0x1000000000000000000000000000000000000000000000000000000000000000");
    EXPECT_EQ(to_mask(domains({4, 0x47})), "0x0800000000000000010000000000000000000000000000000000000000000000");
    EXPECT_EQ(to_mask(domains({255})), "0x0000000000000000000000000000000000000000000000000000000000000001");
    EXPECT_EQ(to_mask(domains({63, 64})), "0x0000000000000001800000000000000000000000000000000000000000000000");
}

TEST(Mask, IsReadAsTheKernelPrintsIt) {
    const auto read = parse_domain_mask("0x0800000000000000010000000000000000000000000000000000000000000000\n");
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, domains({4, 0x47}));
}

class BadMasks : public testing::TestWithParam<Bad> {};

TEST_P(BadMasks, AreRefused) {
    const auto read = parse_adapter_mask(GetParam().text);
    ASSERT_FALSE(read);
    expect_clear_refusal(read.error());
    EXPECT_NE(to_string(read.error()).find(GetParam().says), std::string::npos) << to_string(read.error());
}
INSTANTIATE_TEST_SUITE_P(Parse, BadMasks,
                         testing::Values(Bad{"empty", "", "\"\""}, Bad{"loneNewline", "\n", "\\x0a"}, Bad{"onlyPrefix", "0x", "64"},
                                         Bad{"shortHex", "0x41", "64"}, Bad{"noPrefix", std::string(64, 'f'), "0x"},
                                         Bad{"bigX", "0X" + std::string(64, 'f'), "0x"},
                                         Bad{"oneShort", "0x" + std::string(63, 'f'), "64"},
                                         Bad{"oneLong", "0x" + std::string(65, 'f'), "64"},
                                         Bad{"notHex", "0x" + std::string(63, 'f') + "g", "64"},
                                         Bad{"capitals", "0x" + std::string(64, 'F'), "lower-case"},
                                         Bad{"twoNewlines", "0x" + std::string(64, 'f') + "\n\n", "64"},
                                         Bad{"nul", "0x" + std::string(63, 'f') + "\0"s, "64"},
                                         Bad{"relative", "-5", "64"}, Bad{"unsupported", "not supported", "64"},
                                         Bad{"mebibyte", std::string(1 << 20, 'f'), "…"}),
                         name_of);

TEST(Describe, FoldsRangesAndGivesBothBases) {
    EXPECT_EQ(describe(adapters({3, 4, 5, 47})), "3-5, 47 (0x2f)");
    EXPECT_EQ(describe(domains({8, 9, 10})), "8-10 (0x8-0xa)");
    EXPECT_EQ(describe(adapters({})), "none");
}

TEST(Describe, ListsAreForReadingAgain) {
    EXPECT_EQ(to_list(adapters({3, 4, 5, 47})), "3-5,47");
    EXPECT_EQ(to_list(domains({})), "");
}

TEST(Describe, FoldsQueuesIntoRectangles) {
    QueueSet set = QueueSet::rectangle(adapters({3, 4}), domains({0x2f, 0x30, 0x31}));
    set.insert(queue(5, 4));
    EXPECT_EQ(describe(set), "03-04.002f-0031, 05.0004");
    EXPECT_EQ(describe(QueueSet{}), "none");
}

TEST(Describe, CutsLongListsOfQueuesAndCountsTheRest) {
    QueueSet set;
    for (unsigned a = 0; a < 10; a += 2) set.insert(queue(a, 1));
    EXPECT_EQ(describe(set, 2), "00.0001, 02.0001, … and 3 more queues");
    EXPECT_EQ(describe(set, 4), "00.0001, 02.0001, 04.0001, 06.0001, … and 1 more queue");
    EXPECT_EQ(describe(set, 5), "00.0001, 02.0001, 04.0001, 06.0001, 08.0001");
}

RC_GTEST_PROP(ParseRoundTrip, AdapterListsComeBack, (const AdapterSet& set)) {
    RC_PRE(!set.empty());
    RC_ASSERT(parse_adapters(to_list(set)).value() == set);
}
RC_GTEST_PROP(ParseRoundTrip, DomainListsComeBack, (const DomainSet& set)) {
    RC_PRE(!set.empty());
    RC_ASSERT(parse_domains(to_list(set)).value() == set);
}
RC_GTEST_PROP(ParseRoundTrip, MasksComeBack, (const AdapterSet& a, const DomainSet& d)) {
    RC_ASSERT(parse_adapter_mask(to_mask(a)).value() == a);
    RC_ASSERT(parse_domain_mask(to_mask(d) + "\n").value() == d);
}
RC_GTEST_PROP(ParseRoundTrip, QueuesComeBack, (std::uint8_t a, std::uint8_t d)) {
    RC_ASSERT(parse_apqn(to_string(queue(a, d))).value() == queue(a, d));
}
RC_GTEST_PROP(ParseRoundTrip, DescribedQueuesComeBack, (const QueueSet& set)) {
    auto text = describe(set, 1u << 16);
    std::erase(text, ' ');
    RC_PRE(!set.empty() && text.size() <= 4096);
    RC_ASSERT(parse_queues(text).value() == set);
}
RC_GTEST_PROP(ParseRoundTrip, RandomBytesNeverCrashAndNeverReachTheMessageRaw, (const std::string& text)) {
    const auto read = parse_adapters(text);
    RC_PRE(!read);
    for (char c : to_string(read.error())) RC_ASSERT(static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

} // namespace
} // namespace ap
