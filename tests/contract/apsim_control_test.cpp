// SPDX-License-Identifier: LGPL-2.1-or-later
// The control socket: what it does, and that bad input is answered and survived.  To be started by `apsim
// run` on contract/topology.
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/client.hpp"
#include "inside_apsim.hpp"

namespace apsim {

namespace {

using contract::State;
using nlohmann::json;

json call(const std::string& line) { return json::parse(call_control(line).value()); }
json call_words(const std::vector<std::string>& words) { return call(request_from_words(words)); }
json state() { return call_words({"state"})["state"]; }

const std::string m1 = contract::m1;
const std::string apmask = "/sys/bus/ap/apmask";

TEST(Control, PlugsAndUnplugsAnAdapter) {
    contract::enter(State::s0);
    ASSERT_TRUE(call_words({"plug", "6", "--type", "CEX8", "--mode", "ep11"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card06/type"), "CEX8P\n");
    ASSERT_TRUE(call_words({"unplug", "6"})["ok"]);
    EXPECT_FALSE(contract::exists("/sys/devices/ap/card06"));
}

std::string topology(const std::string& adapters) {
    return json{{"op", "topology"},
                {"text", "max-adapter 63\nmax-domain 84\nusage 4,0x47\ncontrol 4,0x47\n" + adapters}}
        .dump();
}

TEST(Control, ReplacesTheHardwareByATopologyTextAndScans) {
    contract::enter(State::s0);
    const std::string as_before = "adapter 3,5 type=CEX7 mode=cca\n";
    ASSERT_TRUE(call(topology("adapter 3 type=CEX7 mode=cca\nadapter 9 type=CEX8 mode=accel\n"
                              "queue 9.0x47 state=absent\nqueue 9.4 state=checkstop\n"))["ok"]);
    EXPECT_FALSE(contract::exists("/sys/devices/ap/card05"));
    EXPECT_FALSE(contract::exists("/sys/devices/ap/card09/09.0047"));
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card09/09.0004/chkstop"), "1\n");
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card09/type"), "CEX8A\n");
    ASSERT_TRUE(call(topology(as_before))["ok"]);
    EXPECT_FALSE(contract::exists("/sys/devices/ap/card09"));
}

TEST(Control, RefusesATopologyItDoesNotUnderstandAndChangesNothing) {
    contract::enter(State::s0);
    const auto before = state();
    EXPECT_EQ(call(topology("adapter 300\n"))["error"], "line 5: \"300\" is no number from 0 to 255");
    EXPECT_EQ(state(), before);
}

TEST(Control, WithoutAScanLeavesTheKernelUnawareUntilOne) {
    contract::enter(State::s0);
    ASSERT_TRUE(call(R"({"op":"plug","adapter":6,"scan":false})")["ok"]);
    EXPECT_FALSE(contract::exists("/sys/devices/ap/card06"));
    ASSERT_TRUE(call_words({"scan"})["ok"]);
    EXPECT_TRUE(contract::exists("/sys/devices/ap/card06"));
    ASSERT_TRUE(call_words({"unplug", "6"})["ok"]);
}

TEST(Control, LetsTheHostHaveRequestsThatGoWithTheQueue) {
    contract::enter(State::s0);
    ASSERT_TRUE(call_words({"requests", "03.0004", "--requestq", "2", "--pendingq", "3"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/03.0004/requestq_count"), "2\n");
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/03.0047/pendingq_count"), "0\n");
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/card03/pendingq_count"), "3\n");
    EXPECT_NE(contract::read_all("/sys/bus/ap/devices/card03/load"), "0\n");
    EXPECT_NE(contract::read_all("/sys/bus/ap/devices/03.0004/load"), "0\n");
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/03.0047/load"), "0\n");
    contract::enter(State::s1);
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/card03/load"), "0\n");
    EXPECT_EQ(contract::read_all("/sys/bus/ap/devices/card03/requestq_count"), "0\n");
    EXPECT_EQ(call_words({"requests", "03.0004", "--requestq", "1"})["error"], "the host has no queue 03.0004");
    EXPECT_EQ(call_words({"requests", "three"})["error"], "\"queue\" must be a name such as 03.002f");
}

TEST(Control, AddsAndRemovesADomain) {
    contract::enter(State::s0);
    ASSERT_TRUE(call_words({"add-domain", "6"})["ok"]);
    EXPECT_TRUE(contract::exists("/sys/bus/ap/devices/03.0006"));
    ASSERT_TRUE(call_words({"remove-domain", "6"})["ok"]);
    EXPECT_FALSE(contract::exists("/sys/bus/ap/devices/03.0006"));
}

TEST(Control, CheckstopsAndDeconfigures) {
    contract::enter(State::s0);
    ASSERT_TRUE(call_words({"checkstop", "3"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card03/chkstop"), "1\n");
    ASSERT_TRUE(call_words({"checkstop", "3", "off"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card03/chkstop"), "0\n");
    ASSERT_TRUE(call_words({"config", "3", "off"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card03/config"), "0\n");
    ASSERT_TRUE(call_words({"config", "3", "on"})["ok"]);
    EXPECT_EQ(contract::read_all("/sys/devices/ap/card03/config"), "1\n");
}

TEST(Control, NamesTheGuestInTheStateAndRefusesASecond) {
    contract::enter(State::s2);
    ASSERT_TRUE(call_words({"guest-open", m1, "--guest", "db2"})["ok"]);
    EXPECT_EQ(state()["mdevs"][0]["guest"], "db2");
    EXPECT_EQ(call_words({"guest-open", m1})["error"], "mdev " + m1 + " is open already");
    ASSERT_TRUE(call_words({"guest-close", m1})["ok"]);
    EXPECT_TRUE(state()["mdevs"][0]["guest"].is_null());
}

TEST(Control, TracesWritesWithTheirErrnoAndWriter) {
    contract::enter(State::s2);
    call_words({"trace", "--clear", "true"});
    EXPECT_EQ(contract::write_once(apmask, "+3"), EBUSY);
    const auto writes = call_words({"trace"})["writes"];
    ASSERT_EQ(writes.size(), 1u);
    EXPECT_EQ(writes[0]["path"], apmask);
    EXPECT_EQ(writes[0]["bytes"], "+3");
    EXPECT_EQ(writes[0]["errno"], "EBUSY");
    EXPECT_EQ(writes[0]["pid"], ::getpid());
    EXPECT_EQ(call(json{{"op", "trace"}, {"since", writes[0]["number"]}}.dump())["writes"].size(), 0u);
}

TEST(Control, KeepsTheKernelsMessages) {
    contract::enter(State::s2);
    EXPECT_EQ(contract::write_once(apmask, "+3"), EBUSY);
    EXPECT_EQ(call_words({"log"})["messages"].back(),
              "vfio_ap_mdev " + m1 + ": Can not reserve queue 03.0047 for host driver: in use by mdev");
}

TEST(Control, ListsAndClearsStandingOrders) {
    contract::enter(State::s2);
    const auto id = call_words({"fail", apmask, "--errno", "EIO"})["id"];
    EXPECT_EQ(call_words({"faults"})["faults"][0]["errno"], "EIO");
    ASSERT_TRUE(call(json{{"op", "clear-faults"}, {"id", id}}.dump())["ok"]);
    EXPECT_EQ(contract::write_once(apmask, "-5"), 0);
    EXPECT_FALSE(call(json{{"op", "clear-faults"}, {"id", id}}.dump())["ok"]);
}

TEST(Control, NamesAnMdevsFilesByEitherPath) {
    contract::enter(State::s2);
    call_words({"fail", "/sys/bus/mdev/devices/" + m1 + "/assign_domain", "--errno", "EIO"});
    EXPECT_EQ(contract::write_once("/sys/bus/mdev/devices/" + m1 + "/assign_domain", "5"), EIO);
}

struct BadRow {
    std::string name, line, message;
};

class BadRequestLine : public testing::TestWithParam<BadRow> {};

TEST_P(BadRequestLine, IsAnsweredWithAnErrorAndChangesNothing) {
    contract::enter(State::s2);
    const auto before = state();
    const auto text = call_control(GetParam().line).value();
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    const auto reply = json::parse(text);
    EXPECT_EQ(reply["ok"], false);
    EXPECT_NE(reply["error"].get<std::string>().find(GetParam().message), std::string::npos)
        << reply["error"];
    EXPECT_EQ(state(), before);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, BadRequestLine,
    testing::Values(
        BadRow{"Empty", "", "empty request"}, BadRow{"NotJson", "plug 3", "not valid JSON"},
        BadRow{"NotAnObject", "[1]", "expected a JSON object"}, BadRow{"NoOp", "{}", "\"op\" is missing"},
        BadRow{"OpOfWrongType", R"({"op":1})", "\"op\" must be a string"},
        BadRow{"EmptyOp", R"({"op":""})", "must not be empty"},
        BadRow{"UnknownOp", R"({"op":"x"})", "unknown op"},
        BadRow{"UnknownKey", R"({"op":"scan","x":1})", "unknown key \"x\""},
        BadRow{"DuplicateKey", R"({"op":"scan","op":"scan"})", "occurs twice"},
        BadRow{"NumberOutOfRange", R"({"op":"plug","adapter":256})", "0 to 255"},
        BadRow{"NegativeNumber", R"({"op":"plug","adapter":-1})", "0 to 255"},
        BadRow{"FractionalNumber", R"({"op":"plug","adapter":1.5})", "whole number"},
        BadRow{"TextForNumber", R"({"op":"plug","adapter":"6"})", "whole number"},
        BadRow{"AboveTheMachine", R"({"op":"plug","adapter":64})", "above the machine's maximum"},
        BadRow{"BadType", R"({"op":"plug","adapter":6,"type":"CEX9"})", "CEX4 to CEX8"},
        BadRow{"NoSuchAdapter", R"({"op":"unplug","adapter":9})", "no adapter 9"},
        BadRow{"NoSuchMdev", R"({"op":"guest-open","uuid":"x"})", "no mdev x"},
        BadRow{"PathElsewhere", R"({"op":"hold","path":"/etc/passwd"})", "must start with /sys/"},
        BadRow{"UnknownErrno", R"({"op":"fail","path":"/sys/x","errno":"EWHAT"})", "name such as EBUSY"},
        BadRow{"ZerothWrite", R"({"op":"fail","path":"/sys/x","errno":"EIO","nth":0})", "counts from 1"},
        BadRow{"NulByte", std::string("{\"op\":\"scan\0\"}", 14), "NUL byte"},
        BadRow{"EscapedNul", R"({"op":"guest-open","uuid":"a\u0000b"})", "NUL character"},
        BadRow{"NotUtf8", "{\"op\":\"\xff\xfe\"}", "not valid JSON"},
        BadRow{"TooDeep", R"({"op":)" + std::string(5000, '['), "nested too deeply"},
        BadRow{"OneMebibyte", R"({"op":")" + std::string(1 << 20, 'x') + "\"}", "longer than"}),
    [](const auto& row) { return row.param.name; });

TEST(Control, AnswersSeveralRequestsOfOneConnectionInOrder) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = std::getenv("APSIM_CONTROL");
    path.copy(address.sun_path, path.size());
    ASSERT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const std::string lines = "nonsense\n{\"op\":\"faults\"}\n";
    ASSERT_EQ(::send(fd, lines.data(), lines.size(), 0), static_cast<ssize_t>(lines.size()));
    std::string replies;
    char part[4096];
    while (std::ranges::count(replies, '\n') < 2) {
        const auto size = ::recv(fd, part, sizeof part, 0);
        ASSERT_GT(size, 0);
        replies.append(part, static_cast<std::size_t>(size));
    }
    ::close(fd);
    EXPECT_NE(replies.find("\"ok\":false"), std::string::npos);
    EXPECT_LT(replies.find("\"ok\":false"), replies.find("\"ok\":true"));
}

TEST(ControlWords, BecomeARequest) {
    EXPECT_EQ(json::parse(request_from_words({"fail", "/sys/x", "--nth", "2", "--errno", "EIO"})),
              (json{{"op", "fail"}, {"path", "/sys/x"}, {"nth", 2}, {"errno", "EIO"}}));
    EXPECT_EQ(json::parse(request_from_words({"config", "0x0a", "off"})),
              (json{{"op", "config"}, {"adapter", 10}, {"on", false}}));
    EXPECT_EQ(json::parse(request_from_words({"guest-open", "u", "--guest", "7"})),
              (json{{"op", "guest-open"}, {"uuid", "u"}, {"guest", "7"}}));
    EXPECT_EQ(request_from_words({"{\"op\":\"scan\"}"}), "{\"op\":\"scan\"}");
}

TEST(ControlWords, ThatMakeNoSenseAreRefused) {
    EXPECT_THROW(request_from_words({}), std::invalid_argument);
    EXPECT_THROW(request_from_words({"fail", "/sys/x", "--nth"}), std::invalid_argument);
    EXPECT_THROW(request_from_words({"scan", "now"}), std::invalid_argument);
}

} // namespace

} // namespace apsim
