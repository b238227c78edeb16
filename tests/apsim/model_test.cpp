// SPDX-License-Identifier: LGPL-2.1-or-later
// The model without a file system: parsers, masks, binding, scans.
#include <cerrno>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/binding.hpp"
#include "model/kernel_text.hpp"
#include "model/mask_text.hpp"
#include "model/masks.hpp"
#include "model/names.hpp"
#include "model/scan.hpp"
#include "model/tree.hpp"

namespace apsim {

namespace {

Mask256 ids(std::initializer_list<unsigned> list) {
    Mask256 mask;
    for (const auto id : list) mask.set(id);
    return mask;
}

Hardware two_by_two() {
    Hardware hardware;
    hardware.max_adapter = 63;
    hardware.max_domain = 84;
    hardware.domains = hardware.control = ids({4, 0x47});
    Adapter cex7;
    cex7.type = 13;
    hardware.adapters[3] = hardware.adapters[5] = cex7;
    return hardware;
}

Machine machine_h() { return Machine(two_by_two(), linux_6_12); }

std::string shown(Machine& machine, std::string_view path) {
    const Tree tree(machine, {});
    const auto node = tree.at(path);
    if (!node) return "no such node";
    return tree.show(*node).value_or("cannot be read");
}

std::vector<std::string> actions(const Effects& effects) {
    std::vector<std::string> list;
    for (const auto& event : effects.uevents) list.push_back(std::string(event.action) + "@" + event.devpath);
    return list;
}

TEST(Mask, PutsId0Leftmost) {
    EXPECT_EQ(ids({0}).text(), "0x8" + std::string(63, '0'));
    EXPECT_EQ(ids({255}).text(), "0x" + std::string(63, '0') + "1");
    EXPECT_EQ(ids({1, 7}).text(), "0x41" + std::string(62, '0'));
}

RC_GTEST_PROP(Mask, IsReadBackAsPrinted, (const std::vector<std::uint8_t>& members)) {
    Mask256 mask;
    for (const auto id : members) mask.set(id);
    RC_ASSERT(parse_absolute_mask(mask.text()).value() == mask);
    RC_ASSERT(parse_absolute_mask(mask.text() + "\n").value() == mask);
}

RC_GTEST_PROP(Mask, RelativeTermsTouchTheirIdsOnly, (std::uint8_t a, std::uint8_t b)) {
    const auto low = std::min(a, b), high = std::max(a, b);
    const auto text = "-" + std::to_string(low) + "-" + std::to_string(high);
    const auto mask = parse_mask_write(text, Mask256::all(), linux_6_12).value();
    RC_ASSERT(mask.count() == 256u - (high - low + 1u));
    RC_ASSERT(!mask.test(low) && !mask.test(high));
}

RC_GTEST_PROP(Mask, AnyBytesAreTakenOrRefusedButNeverMore, (const std::string& bytes)) {
    const auto result = parse_mask_write(bytes, Mask256::all(), linux_6_12);
    RC_ASSERT(result.has_value() || result.error() == EINVAL);
}

struct NumberRow {
    std::string name, text;
    std::expected<std::uint64_t, int> expected;
};

class Kstrtoul : public testing::TestWithParam<NumberRow> {};

TEST_P(Kstrtoul, ReadsAsTheKernelDoes) { EXPECT_EQ(kstrtoul(GetParam().text), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(Numbers, Kstrtoul,
                         testing::Values(NumberRow{"Decimal", "12", 12}, NumberRow{"Hex", "0x1F\n", 31},
                                         NumberRow{"Octal", "012", 10}, NumberRow{"Plus", "+3", 3},
                                         NumberRow{"Nul", std::string("3\0x", 3), 3},
                                         NumberRow{"Minus", "-1", std::unexpected(EINVAL)},
                                         NumberRow{"Empty", "", std::unexpected(EINVAL)},
                                         NumberRow{"NewlineOnly", "\n", std::unexpected(EINVAL)},
                                         NumberRow{"TwoNewlines", "3\n\n", std::unexpected(EINVAL)},
                                         NumberRow{"BadOctal", "08", std::unexpected(EINVAL)},
                                         NumberRow{"PrefixOnly", "0x", std::unexpected(EINVAL)},
                                         NumberRow{"Largest", "18446744073709551615", UINT64_MAX},
                                         NumberRow{"TooLarge", "18446744073709551616",
                                                   std::unexpected(ERANGE)}),
                         [](const auto& row) { return row.param.name; });

TEST(ScanInt, AllowsBlanksBeforeAndAnythingBehind) {
    EXPECT_EQ(scan_int(" 60abc", ScanBase::decimal), 60);
    EXPECT_EQ(scan_int("012", ScanBase::decimal), 12);
    EXPECT_EQ(scan_int("012", ScanBase::any), 10);
    EXPECT_EQ(scan_int("-1", ScanBase::any), -1);
    EXPECT_EQ(scan_int("x", ScanBase::decimal), std::unexpected(EINVAL));
}

TEST(Node, SurvivesPacking) {
    const Node node{NodeType::attribute, Dir::queue, 0xff, 0xfe, 0x3f, 0xfffffffd};
    EXPECT_EQ(unpack(pack(node)), node);
}

TEST(Names, AreTakenInTheKernelsSpellingOnly) {
    EXPECT_EQ(parse_card_name("card0a"), 10u);
    EXPECT_FALSE(parse_card_name("card0A"));
    EXPECT_FALSE(parse_queue_name("03.0104"));
    EXPECT_FALSE(parse_queue_name("3.0004"));
    EXPECT_EQ(parse_queue_name("03.0047")->domain, 0x47);
}

TEST(Machine, BootsWithEverythingBoundByTheDefaultDrivers) {
    auto machine = machine_h();
    EXPECT_EQ(shown(machine, "/bus/ap/bindings"), "4/4 (complete)\n");
    EXPECT_EQ(shown(machine, "/bus/ap/scans"), "1\n");
    EXPECT_EQ(shown(machine, "/bus/ap/ap_domain"), "4\n");
    EXPECT_EQ(shown(machine, "/devices/ap/card03/type"), "CEX7C\n");
}

TEST(Machine, WithoutAdaptersIsComplete) {
    Machine machine(Hardware{}, linux_6_12);
    EXPECT_EQ(shown(machine, "/bus/ap/bindings"), "0/0 (complete)\n");
    EXPECT_EQ(shown(machine, "/bus/ap/ap_domain"), "-1\n");
}

TEST(Scan, SendsBindingsCompleteOnceAfterAMaskMovedQueues) {
    auto machine = machine_h();
    ASSERT_EQ(store_mask(machine, MaskKind::adapters, "-3").error, 0);
    const auto first = run_scan(machine);
    ASSERT_EQ(first.effects.uevents.size(), 1u);
    EXPECT_EQ(first.effects.uevents[0].keys, std::string("BINDINGS=complete\0COMPLETECOUNT=2\0", 34));
    EXPECT_TRUE(run_scan(machine).effects.uevents.empty());
}

TEST(Scan, LeavesAnUnboundQueueUnboundAndTheBindingsIncomplete) {
    auto machine = machine_h();
    ASSERT_EQ(store_unbind(machine, Driver::cex4queue, "03.0004\n").error, 0);
    ASSERT_EQ(store_mask(machine, MaskKind::adapters, "-3").error, 0);
    EXPECT_TRUE(run_scan(machine).effects.uevents.empty());
    EXPECT_EQ(shown(machine, "/bus/ap/bindings"), "3/4\n");
}

TEST(Scan, BringsCheckstopAndConfigurationWithoutAndWithEvents) {
    auto machine = machine_h();
    machine.hardware.adapters[3]->state = response::checkstopped;
    EXPECT_TRUE(run_scan(machine).effects.uevents.empty());
    EXPECT_EQ(shown(machine, "/devices/ap/card03/03.0004/chkstop"), "1\n");
    EXPECT_EQ(shown(machine, "/devices/ap/card03/online"), "0\n");
    machine.hardware.adapters[3]->state = response::normal;
    run_scan(machine);
    machine.hardware.adapters[3]->standby = true;
    EXPECT_EQ(actions(run_scan(machine).effects),
              (std::vector<std::string>{"change@/devices/ap/card03", "change@/devices/ap/card03/03.0004",
                                        "change@/devices/ap/card03/03.0047"}));
}

TEST(Scan, RecreatesACardOfAnotherType) {
    auto machine = machine_h();
    const auto life = machine.card(3).life;
    machine.hardware.adapters[3]->type = 14;
    run_scan(machine);
    EXPECT_NE(machine.card(3).life, life);
    EXPECT_EQ(shown(machine, "/devices/ap/card03/type"), "CEX8C\n");
}

TEST(Scan, MakesNoCardWhoseQueuesAreAllMissing) {
    auto machine = machine_h();
    machine.hardware.adapters[3]->domains = ~ids({4, 0x47});
    run_scan(machine);
    EXPECT_EQ(shown(machine, "/devices/ap/card03/hwtype"), "no such node");
    EXPECT_EQ(shown(machine, "/bus/ap/bindings"), "2/2 (complete)\n");
}

TEST(Scan, PutsAQueueTheMasksFreeOnVfioAp) {
    auto machine = machine_h();
    ASSERT_EQ(store_mask(machine, MaskKind::adapters, "-6").error, 0);
    machine.hardware.adapters[6] = Adapter{};
    run_scan(machine);
    EXPECT_EQ(shown(machine, "/devices/ap/card06/06.0004/status"), "unassigned\n");
}

TEST(Masks, InUseAsksAboutTheOtherMaskOn612AndAboutAllIdsLater) {
    auto machine = machine_h();
    Mdev mdev;
    mdev.life = machine.next_life++;
    mdev.matrix.adapters = ids({3});
    mdev.matrix.domains = ids({4});
    machine.mdevs.emplace(mdev.life, mdev);
    machine.apmask.clear(3);
    machine.aqmask.clear(4);
    EXPECT_EQ(store_mask(machine, MaskKind::domains, "+4").error, 0);
    machine.aqmask.clear(4);
    machine.personality.in_use_asks_all_ids = true;
    EXPECT_EQ(store_mask(machine, MaskKind::domains, "+4").error, EBUSY);
}

TEST(Machine, Of65536QueuesMovesThemAll) {
    Hardware hardware;
    hardware.domains = Mask256::all();
    for (auto& adapter : hardware.adapters) adapter = Adapter{};
    Machine machine(hardware, linux_6_12);
    const auto outcome = store_mask(machine, MaskKind::adapters, "0x\n");
    EXPECT_EQ(outcome.effects.uevents.size(), 2u * 65536 + 1);
    EXPECT_EQ(shown(machine, "/bus/ap/bindings"), "65536/65536 (complete)\n");
    EXPECT_EQ(machine.passed_through[255], Mask256::all());
}

struct FileRow {
    std::string name, path, bytes;
    int error;
    std::string after;
};

/// Table H: other files of the bus and of devices.
class OtherFiles : public testing::TestWithParam<FileRow> {};

TEST_P(OtherFiles, TakeWhatTheKernelTakes) {
    auto machine = machine_h();
    Tree tree(machine, {});
    const auto& row = GetParam();
    const auto node = tree.at(row.path);
    ASSERT_TRUE(node);
    EXPECT_EQ(tree.store(*node, row.bytes).error, row.error);
    EXPECT_EQ(tree.show(*node), row.after);
}

INSTANTIATE_TEST_SUITE_P(
    TableH, OtherFiles,
    testing::Values(FileRow{"H1TooSmall", "/bus/ap/config_time", "4", EINVAL, "30\n"},
                    FileRow{"H1TooLarge", "/bus/ap/config_time", "121", EINVAL, "30\n"},
                    FileRow{"H1Text", "/bus/ap/config_time", "x", EINVAL, "30\n"},
                    FileRow{"H2", "/bus/ap/config_time", "60abc", 0, "60\n"},
                    FileRow{"H3TooLarge", "/bus/ap/ap_domain", "85", EINVAL, "4\n"},
                    FileRow{"H3Negative", "/bus/ap/ap_domain", "-1", EINVAL, "4\n"},
                    FileRow{"DomainHex", "/bus/ap/ap_domain", "0x47", 0, "71\n"},
                    FileRow{"H5", "/bus/ap/poll_timeout", "120000000001", EINVAL, "250000\n"},
                    FileRow{"PollTimeout", "/bus/ap/poll_timeout", "120000000000", 0, "120000000000\n"},
                    FileRow{"H6", "/bus/ap/poll_thread", "maybe", EINVAL, "0\n"},
                    FileRow{"H7", "/bus/ap/scans", "any text", 0, "2\n"},
                    FileRow{"Autoprobe", "/bus/ap/drivers_autoprobe", "0", 0, "0\n"},
                    FileRow{"H12", "/devices/ap/card03/online", "0", 0, "0\n"},
                    FileRow{"H13", "/devices/ap/card03/config", "1", 0, "1\n"},
                    FileRow{"H15", "/devices/ap/card03/config", "2", EINVAL, "1\n"}),
    [](const auto& row) { return row.param.name; });

TEST(Online, OfAQueueNeedsTheCardOnlineConfiguredAndNotCheckstopped) {
    auto machine = machine_h();
    Tree tree(machine, {});
    const auto card = tree.at("/devices/ap/card03/online").value();
    const auto queue = tree.at("/devices/ap/card03/03.0004/online").value();
    EXPECT_EQ(actions(tree.store(card, "0").effects),
              (std::vector<std::string>{"change@/devices/ap/card03", "change@/devices/ap/card03/03.0004",
                                        "change@/devices/ap/card03/03.0047"}));
    EXPECT_EQ(tree.store(queue, "1").error, EINVAL);
    machine.queue(3, 4).chkstop = true;
    EXPECT_EQ(tree.store(queue, "1").error, ENODEV);
}

TEST(Reset, OfAQueueVfioApHasStaysPending) {
    auto machine = machine_h();
    ASSERT_EQ(store_mask(machine, MaskKind::adapters, "-3").error, 0);
    Tree tree(machine, {});
    const auto reset = tree.at("/devices/ap/card03/03.0004/reset").value();
    EXPECT_EQ(tree.store(reset, "1").error, 0);
    EXPECT_EQ(tree.show(reset), "Reset in progress.\n");
}

} // namespace

} // namespace apsim
