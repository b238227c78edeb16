// SPDX-License-Identifier: LGPL-2.1-or-later
// The small values: queue sets, errors, UUIDs, printed names of what the kernel reports.
#include "arbitrary.hpp"

#include "core/host_state.hpp"
#include "core/quote.hpp"

#include <set>

namespace ap {
namespace {

using namespace std::string_literals;

constexpr Apqn queue(unsigned a, unsigned d) { return {static_cast<Apid>(a), static_cast<Apqi>(d)}; }

TEST(QueueSet, KnowsItsFirstQueueAndItsSides) {
    QueueSet set;
    set.insert(queue(200, 7));
    set.insert(queue(5, 255));
    EXPECT_EQ(set.first(), queue(5, 255));
    EXPECT_EQ(set.adapters(), (AdapterSet{Apid{5}, Apid{200}}));
    EXPECT_EQ(set.domains(), (DomainSet{Apqi{7}, Apqi{255}}));
    EXPECT_EQ(set.size(), 2U);
}

TEST(QueueSet, WithoutQueuesHasNoFirstOne) {
    QueueSet set;
    set.insert(queue(1, 1));
    set.erase(queue(1, 1));
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(set.first(), std::nullopt);
}

RC_GTEST_PROP(QueueSetProperty, AlgebraAgreesWithSetsOfQueues, (const QueueSet& a, const QueueSet& b, std::uint8_t x, std::uint8_t y)) {
    const auto q = queue(x, y);
    RC_ASSERT((a | b).contains(q) == (a.contains(q) || b.contains(q)));
    RC_ASSERT((a & b).contains(q) == (a.contains(q) && b.contains(q)));
    RC_ASSERT((a - b).contains(q) == (a.contains(q) && !b.contains(q)));
    RC_ASSERT(a.intersects(b) == !(a & b).empty());
    RC_ASSERT(a.subset_of(b) == (a - b).empty());
    RC_ASSERT((a | b).size() == a.size() + b.size() - (a & b).size());
}

RC_GTEST_PROP(QueueSetProperty, EqualSetsAreEqualHoweverTheyCameAbout, (const QueueSet& a, const QueueSet& b)) {
    QueueSet one_by_one, thinned = a | b;
    a.for_each([&](Apqn q) { one_by_one.insert(q); });
    (b - a).for_each([&](Apqn q) { thinned.erase(q); });
    RC_ASSERT(one_by_one == a);
    RC_ASSERT(thinned == a);
    RC_ASSERT(((a | b) - (b - a)) == a);
    RC_ASSERT((a <=> b == 0) == ((a - b).empty() && (b - a).empty()));
}

RC_GTEST_PROP(QueueSetProperty, ARowThatIsSetIsThatRowAndNoOther, (const QueueSet& before, std::uint8_t x, const DomainSet& domains)) {
    const auto adapter = static_cast<Apid>(x);
    auto set = before;
    set.set_row(adapter, domains);
    RC_ASSERT(set.row(adapter) == domains);
    RC_ASSERT(set.adapters().contains(adapter) == !domains.empty());
    const auto rest = QueueSet::rectangle(~AdapterSet{adapter}, DomainSet::all());
    RC_ASSERT((set & rest) == (before & rest));
}

RC_GTEST_PROP(QueueSetProperty, ForEachVisitsEveryQueueOnceInOrder, (const QueueSet& set)) {
    std::vector<Apqn> seen;
    set.for_each([&](Apqn q) { seen.push_back(q); });
    RC_ASSERT(seen.size() == set.size());
    RC_ASSERT(std::is_sorted(seen.begin(), seen.end()));
    for (auto q : seen) RC_ASSERT(set.contains(q));
}

RC_GTEST_PROP(QueueSetProperty, ARectangleIsTheCrossProduct, (const AdapterSet& a, const DomainSet& d)) {
    const auto set = QueueSet::rectangle(a, d);
    RC_ASSERT(set.size() == a.size() * d.size());
    set.for_each([&](Apqn q) { RC_ASSERT(a.contains(q.adapter) && d.contains(q.domain)); });
}

TEST(Fault, ExitCodesAreThoseOfTheManual) {
    const std::map<std::string_view, int> expected{
        {"invalid", 2},    {"not_found", 3},     {"conflict", 4},   {"in_use", 5},     {"denied", 6},
        {"kernel_refused", 7}, {"unreachable", 8}, {"degraded", 9}, {"timed_out", 11}, {"foreign_owner", 12},
        {"stale_plan", 4}, {"no_ap_bus", 1},     {"host_io", 1},    {"cancelled", 1},  {"internal", 1}};
    std::map<std::string_view, int> found;
    for (const auto& row : fault_table()) found[row.name] = row.exit_code;
    EXPECT_EQ(found, expected);
}

TEST(Fault, EveryNameOnTheBusIsItsNameInCamelCase) {
    for (const auto& row : fault_table()) {
        std::string camel;
        bool up = true;
        for (char c : row.name) {
            if (c == '_') up = true;
            else camel += up ? static_cast<char>(std::toupper(c)) : c, up = false;
        }
        EXPECT_EQ(row.dbus_name, "org.apctl1.Error." + camel);
    }
}

TEST(Fault, RowIsFoundByFault) {
    EXPECT_EQ(row_of(Fault::foreign_owner).name, "foreign_owner");
    EXPECT_EQ(row_of(Fault::internal).name, "internal");
}

TEST(ErrorText, IsSubjectReasonRemedy) {
    EXPECT_EQ(to_string(Error{Fault::conflict, "04.0005", "db2 has it", "stop db2"}), "04.0005: db2 has it; stop db2");
    EXPECT_EQ(to_string(Error{Fault::conflict, "", "db2 has it", ""}), "db2 has it");
    EXPECT_EQ(to_string(Error{Fault::conflict, "04.0005", "db2 has it", ""}), "04.0005: db2 has it");
}

TEST(Quoted, EscapesWhatATerminalWouldObey) { EXPECT_EQ(quote("a\x1b[31m\"\\\n\0"s), R"("a\x1b[31m\x22\x5c\x0a\x00")"); }

TEST(Quoted, CutsAfterFortyBytes) {
    EXPECT_EQ(quote(std::string(40, 'x')), "\"" + std::string(40, 'x') + "\"");
    EXPECT_EQ(quote(std::string(1 << 20, 'x')), "\"" + std::string(40, 'x') + "…\"");
}

TEST(Uuid, IsPrintedAsTheKernelNamesTheDirectory) {
    const auto uuid = parse_uuid("669D9B23-FE1B-4ECB-BE08-A2FABCA99B71");
    ASSERT_TRUE(uuid);
    EXPECT_EQ(to_string(*uuid), "669d9b23-fe1b-4ecb-be08-a2fabca99b71");
    EXPECT_EQ(uuid->bytes[0], 0x66);
    EXPECT_EQ(uuid->bytes[15], 0x71);
}

RC_GTEST_PROP(UuidProperty, ComesBackFromItsText, (const Uuid& uuid)) { RC_ASSERT(parse_uuid(to_string(uuid)).value() == uuid); }

class BadUuids : public testing::TestWithParam<std::pair<const char*, std::string>> {};

TEST_P(BadUuids, AreRefused) {
    const auto uuid = parse_uuid(GetParam().second);
    ASSERT_FALSE(uuid);
    EXPECT_EQ(uuid.error().fault, Fault::invalid);
    EXPECT_NE(to_string(uuid.error()).find("8-4-4-4-12"), std::string::npos);
    EXPECT_LT(to_string(uuid.error()).size(), 250U);
}
INSTANTIATE_TEST_SUITE_P(
    Uuid, BadUuids,
    testing::Values(std::pair{"empty", ""s}, std::pair{"short", "669d9b23-fe1b-4ecb-be08-a2fabca99b7"s},
                    std::pair{"long", "669d9b23-fe1b-4ecb-be08-a2fabca99b711"s},
                    std::pair{"newline", "669d9b23-fe1b-4ecb-be08-a2fabca99b71\n"s},
                    std::pair{"noDashes", "669d9b23fe1b4ecbbe08a2fabca99b710000"s},
                    std::pair{"dashMoved", "669d9b2-3fe1b-4ecb-be08-a2fabca99b71"s},
                    std::pair{"notHex", "669d9b23-fe1b-4ecb-be08-a2fabca99b7g"s},
                    std::pair{"braces", "{669d9b23-fe1b-4ecb-be08-a2fabca99b7}"s},
                    std::pair{"nul", "669d9b23-fe1b-4ecb-be08-a2fabca99b7\0"s},
                    std::pair{"notUtf8", "669d9b23-fe1b-4ecb-be08-a2fabca99b7\xff"s},
                    std::pair{"mebibyte", std::string(1 << 20, 'a')}),
    [](const auto& row) { return std::string(row.param.first); });

// Python's uuid.uuid5(uuid.NAMESPACE_DNS, ...) of the same names.
TEST(Uuid, FromANameIsTheOneOfTheStandard) {
    const auto dns = parse_uuid("6ba7b810-9dad-11d1-80b4-00c04fd430c8").value();
    EXPECT_EQ(to_string(name_based_uuid(dns, "python.org")), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    EXPECT_EQ(to_string(name_based_uuid(dns, std::string(100, 'a'))), "56596f37-716c-57a9-a735-2561f8608390");
}

TEST(Adapter, TypeIsNamedAsLszcryptDoes) {
    EXPECT_EQ(type_name(Adapter{.hwtype = 14, .raw_hwtype = 14, .mode = Mode::ep11}), "CEX8P");
    EXPECT_EQ(type_name(Adapter{.hwtype = 10, .raw_hwtype = 10, .mode = Mode::accelerator}), "CEX4A");
    EXPECT_EQ(type_name(Adapter{.hwtype = 14, .raw_hwtype = 15, .mode = Mode::cca}), "CEX8C");
    EXPECT_EQ(type_name(Adapter{.hwtype = 15, .raw_hwtype = 15, .mode = Mode::cca}), "type15");
    EXPECT_EQ(type_name(Adapter{.hwtype = 14, .raw_hwtype = 14, .mode = Mode::unknown}), "type14");
}

TEST(HostState, MasksReserveTheirRectangle) {
    HostState host;
    host.apmask = AdapterSet::all() - AdapterSet{Apid{3}};
    host.aqmask = DomainSet{Apqi{1}};
    EXPECT_TRUE(reserved_by_masks(host).contains(queue(4, 1)));
    EXPECT_FALSE(reserved_by_masks(host).contains(queue(3, 1)));
    EXPECT_EQ(reserved_by_masks(host).size(), 255U);
}

} // namespace
} // namespace ap
