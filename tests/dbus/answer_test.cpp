// SPDX-License-Identifier: LGPL-2.1-or-later
// The boundary of the bus: refusals keep their names and reasons, nothing else gets out.
#include "dbus/answer.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ap::dbus {
namespace {

constexpr auto reading = "org.apctl1.Manager.GetHost";
uid_t root() { return 0; }
uid_t nobody() { return 65534; }

/// The error that `fn` is answered with.
template <class Fn>
sdbus::Error refusal_of(std::string_view member, uid_t (*uid)(), Fn fn) {
    try {
        answer(member, uid, fn);
    } catch (const sdbus::Error& e) {
        return e;
    }
    return sdbus::Error("none", "it was answered");
}

TEST(Answer, HandsOnAPlainValue) { EXPECT_EQ(answer(reading, root, [] { return 47; }), 47); }

TEST(Answer, HandsOnTheValueOfAResult) {
    EXPECT_EQ(answer(reading, root, []() -> Result<std::string> { return "so"; }), "so");
}

TEST(Answer, GivesEveryFaultItsNameOnTheBus) {
    for (const auto& row : fault_table()) {
        const auto error = refusal_of(reading, root, [&]() -> Result<void> { return std::unexpected(Error{.fault = row.fault, .subject = "", .reason = "r", .remedy = ""}); });
        EXPECT_EQ(error.getName(), row.dbus_name);
    }
}

TEST(Answer, PutsEachReasonOnALineAndNamesTheFirst) {
    const auto error = refusal_of(reading, root, []() -> std::expected<int, std::vector<Error>> {
        return std::unexpected(std::vector<Error>{{.fault = Fault::in_use, .subject = "03.002f", .reason = "web has it", .remedy = "stop it"},
                                                  {.fault = Fault::conflict, .subject = "04.002f", .reason = "the host keeps it", .remedy = ""}});
    });
    EXPECT_EQ(error.getName(), "org.apctl1.Error.InUse");
    EXPECT_EQ(error.getMessage(), "03.002f: web has it; stop it\n04.002f: the host keeps it");
}

TEST(Answer, TurnsAStrayExceptionIntoInternal) {
    const auto error = refusal_of(reading, root, []() -> int { throw std::runtime_error("out of cheese"); });
    EXPECT_EQ(error.getName(), "org.apctl1.Error.Internal");
    EXPECT_NE(error.getMessage().find("out of cheese"), std::string::npos);
}

TEST(Answer, TurnsAnExceptionWithoutATypeIntoInternal) {
    EXPECT_EQ(refusal_of(reading, root, []() -> int { throw 7; }).getName(), "org.apctl1.Error.Internal");
}

TEST(Answer, LetsAnErrorOfTheBusPass) {
    EXPECT_EQ(refusal_of(reading, root, []() -> int { throw sdbus::Error("System.Error.ENXIO", "gone"); }).getName(), "System.Error.ENXIO");
}

TEST(Answer, DoesNothingForWhoMayNot) {
    bool done = false;
    const auto error = refusal_of("org.apctl1.Manager.Apply", nobody, [&] { return done = true; });
    EXPECT_EQ(error.getName(), "org.apctl1.Error.Denied");
    EXPECT_FALSE(done);
}

} // namespace
} // namespace ap::dbus
