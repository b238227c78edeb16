// SPDX-License-Identifier: LGPL-2.1-or-later
// Host files: the examples are what they promise, and bad files are refused in one line.
#include <gtest/gtest.h>

#include "host_file.hpp"
#include "model/machine.hpp"
#include "model/topology_text.hpp"

namespace apsim {

namespace {

Hardware example(const std::string& name) {
    const auto host = read_host_file(std::string(APSIM_HOSTS) + "/" + name + ".toml");
    EXPECT_TRUE(host) << (host ? "" : host.error());
    return host.value_or(Hardware{});
}

std::size_t count(const Hardware& hardware, Mode mode) {
    std::size_t found = 0;
    for (const auto& adapter : hardware.adapters) found += adapter && adapter->mode == mode;
    return found;
}

TEST(HostFile, LaptopHasFourAdaptersAndFourDomains) {
    const auto host = example("laptop");
    EXPECT_EQ(host.configuration().adapters.count(), 4u);
    EXPECT_EQ(host.domains.count(), 4u);
}

TEST(HostFile, Z16HasSixteenMixedAdaptersAndTwentyDomains) {
    const auto host = example("z16");
    EXPECT_EQ(host.configuration().adapters.count(), 16u);
    EXPECT_EQ(host.domains.count(), 20u);
    for (auto mode : {Mode::accelerator, Mode::cca, Mode::ep11}) EXPECT_GE(count(host, mode), 3u);
}

TEST(HostFile, Z16HasAdapters3And4WithDomain2fHealthyAndAlike) {
    const auto host = example("z16");
    const auto &three = host.adapters[3].value(), &four = host.adapters[4].value();
    EXPECT_EQ(three.type, 14u);
    EXPECT_EQ(three.mode, four.mode);
    EXPECT_TRUE(three.state == response::normal && four.state == response::normal);
    EXPECT_TRUE(host.domains.test(0x2f) && three.domains == Mask256::all() && four.domains == three.domains);
}

TEST(HostFile, FullHas65536Queues) {
    const Machine machine(example("full"), linux_6_12);
    EXPECT_EQ(machine.registered_queues().size(), 65536u);
}

TEST(HostFile, TakesIdsAsNumbersTextsAndArrays) {
    const auto host =
        parse_host("usage_domains = [1, \"0x10-0x11\", \"20,22\"]\ncontrol_domains = 7", "h").value();
    EXPECT_EQ(host.domains.count(), 5u);
    EXPECT_TRUE(host.domains.test(0x11) && host.control.test(7) && !host.control.test(1));
}

struct BadRow {
    std::string name, text, message;
};

class BadHostFile : public testing::TestWithParam<BadRow> {};

TEST_P(BadHostFile, IsRefusedInOneLineThatNamesTheFault) {
    const auto host = parse_host(GetParam().text, "h.toml");
    ASSERT_FALSE(host);
    EXPECT_NE(host.error().find(GetParam().message), std::string::npos) << host.error();
    EXPECT_EQ(host.error().find('\n'), std::string::npos) << host.error();
    EXPECT_LT(host.error().size(), 300u);
}

const std::string adapter = "usage_domains = 4\n[[adapter]]\n";

INSTANTIATE_TEST_SUITE_P(
    Rows, BadHostFile,
    testing::Values(
        BadRow{"UnknownKey", "nonsense = 1", "h.toml:1: unknown key \"nonsense\""},
        BadRow{"UnknownAdapterKey", adapter + "id = 3\nspeed = 1", "h.toml:4: unknown key \"speed\""},
        BadRow{"WrongType", "max_domain = \"x\"", "max_domain must be a number"},
        BadRow{"FloatForNumber", "max_domain = 1.0", "max_domain must be a number"},
        BadRow{"OutOfRange", "max_domain = 256", "0 to 255"},
        BadRow{"IdOutOfRange", "usage_domains = 256", "0 to 255"},
        BadRow{"IdOutOfRangeInText", "usage_domains = \"256\"", "0 to 255"},
        BadRow{"NegativeId", "usage_domains = -1", "0 to 255"},
        BadRow{"EmptyIds", "usage_domains = \"\"", "is no id"},
        BadRow{"Backwards", "usage_domains = \"5-3\"", "runs backwards"},
        BadRow{"AboveMaximum", "max_domain = 10\nusage_domains = 11", "above max_domain"},
        BadRow{"AdapterAboveMaximum", "max_adapter = 2\n" + adapter + "id = 3", "above max_adapter"},
        BadRow{"NoId", adapter + "mode = \"cca\"", "needs an id"},
        BadRow{"BadType", adapter + "id = 3\ntype = \"CEX3\"", "CEX4 to CEX8"},
        BadRow{"BadMode", adapter + "id = 3\nmode = \"CCA\"", "accel, cca or ep11"},
        BadRow{"BadFlag", adapter + "id = 3\nconfig = 1", "true or false"},
        BadRow{"Twice", adapter + "id = 3\n[[adapter]]\nid = \"2-4\"", "described twice"},
        BadRow{"DuplicateKey", "max_domain = 1\nmax_domain = 2", "h.toml:2"},
        BadRow{"NotAList", "adapter = 3", "[[adapter]]"}, BadRow{"NotToml", "{\"json\": true}", "h.toml:1"},
        BadRow{"Nul", std::string("a\0b", 3), "NUL"}, BadRow{"NotUtf8", "a = \"\xff\xfe\"", "h.toml"},
        BadRow{"OneMebibyte", std::string(1 << 20, '#'), "longer than"}),
    [](const auto& row) { return row.param.name; });

TEST(Topology, OfEveryExampleReadsBackAsTheSameHardware) {
    for (const auto* name : {"laptop", "z16", "full", "conformance"}) {
        auto host = example(name);
        for (auto& card : host.adapters) {
            if (!card) continue;
            card->serial.clear();
            if (card->standby) card->state = response::deconfigured;
            card->standby = false;
        }
        const auto read = parse_topology(topology_text(host));
        ASSERT_TRUE(read) << read.error();
        EXPECT_TRUE(*read == host) << name << "\n" << topology_text(host) << topology_text(*read);
    }
}

TEST(Topology, TakesTheWholeGrammar) {
    const auto hardware =
        parse_topology("# a comment\n\nmax-adapter 63\n max-domain 0x54 # and another\n"
                       "features qact apxa\nusage all\ncontrol none\nreset-ms 300\n"
                       "adapter 5-6,0x0a type=CEX7 mode=cca state=rc:0x21 domains=1-3 qdepth=4\n"
                       "adapter 7 type=15 reset-ms=20\nqueue 7.4-6 state=busy\n");
    ASSERT_TRUE(hardware) << hardware.error();
    EXPECT_EQ(topology_text(*hardware),
              "max-adapter 63\nmax-domain 84\nfeatures apxa qact\nusage all\ncontrol none\nreset-ms 300\n"
              "adapter 5-6,10 type=CEX7 mode=cca state=rc:0x21 domains=1-3 qdepth=4\n"
              "adapter 7 type=15 mode=ep11 reset-ms=20\nqueue 7.4 state=busy\nqueue 7.5 state=busy\n"
              "queue 7.6 state=busy\n");
}

struct BadTopology {
    std::string name, text, why;
};

class TopologyText : public testing::TestWithParam<BadTopology> {};

TEST_P(TopologyText, ThatIsNotUnderstoodIsRefusedWithItsLine) {
    const auto hardware = parse_topology(GetParam().text);
    ASSERT_FALSE(hardware);
    EXPECT_NE(hardware.error().find(GetParam().why), std::string::npos) << hardware.error();
}

INSTANTIATE_TEST_SUITE_P(
    Bad, TopologyText,
    testing::Values(BadTopology{"Keyword", "usage 1\nnonsense 3", "line 2: \"nonsense\" is no keyword"},
                    BadTopology{"Number", "max-adapter 256", "line 1: \"256\" is no number"},
                    BadTopology{"Trailing", "max-adapter 3 4", "needs one value"},
                    BadTopology{"Range", "usage 5-3", "runs backwards"},
                    BadTopology{"NoIds", "adapter", "needs ids"},
                    BadTopology{"Option", "adapter 3 colour=red", "no option"},
                    BadTopology{"Mode", "adapter 3 mode=fast", "no mode"},
                    BadTopology{"State", "adapter 3 state=broken", "no state"},
                    BadTopology{"Queue", "queue 3.4 busy", "expected queue"},
                    BadTopology{"Feature", "features apsc magic", "no feature"}),
    [](const auto& row) { return row.param.name; });

TEST(HostFile, ThatIsNotThereIsNamed) {
    EXPECT_EQ(read_host_file("/nonexistent.toml").error(), "/nonexistent.toml: No such file or directory");
}

} // namespace

} // namespace apsim
