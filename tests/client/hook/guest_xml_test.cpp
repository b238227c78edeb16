// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/guest_xml.hpp"

#include <fstream>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <sstream>

namespace ap::hook {
namespace {

std::string guest(const char* name) {
    std::ifstream file(std::string(GUESTS_DIR) + "/" + name);
    std::ostringstream out;
    out << file.rdbuf();
    EXPECT_FALSE(out.str().empty()) << name;
    return out.str();
}

std::string with_hostdev(const std::string& source) {
    return "<domain><name>x</name><uuid>8a1e2c44-0d0b-4b29-8a0e-0c1d2e3f4a5b</uuid><devices><hostdev mode='subsystem' type='mdev' model='vfio-ap'>" + source + "</hostdev></devices></domain>";
}

std::string reason(const Result<GuestInXml>& read) { return read ? "" : to_string(read.error()); }

TEST(GuestXml, NamesTheMatrixAndNoOtherDevice) {
    const auto read = read_guest_xml(guest("crypto.xml"));
    ASSERT_TRUE(read) << reason(read);
    EXPECT_EQ(read->name, "db2");
    EXPECT_EQ(to_string(read->uuid), "8a1e2c44-0d0b-4b29-8a0e-0c1d2e3f4a5b");
    ASSERT_EQ(read->matrices.size(), 1U);
    EXPECT_EQ(to_string(read->matrices.front()), "6b000000-0000-4000-8000-000000000001");
}

TEST(GuestXml, AGuestWithoutOneIsRecognisedWithoutReading) {
    EXPECT_FALSE(may_have_matrices(guest("plain.xml")));
    EXPECT_TRUE(may_have_matrices(guest("crypto.xml")));
    const auto read = read_guest_xml(guest("plain.xml"));
    ASSERT_TRUE(read) << reason(read);
    EXPECT_TRUE(read->matrices.empty());
}

TEST(GuestXml, LettersMayBeWrittenAsNumbers) {
    auto text = guest("crypto.xml");
    text.replace(text.find("vfio-ap"), 7, "&#118;fio-ap");
    EXPECT_TRUE(may_have_matrices(text));
    const auto read = read_guest_xml(text);
    ASSERT_TRUE(read) << reason(read);
    EXPECT_EQ(read->matrices.size(), 1U);
}

TEST(GuestXml, SeveralMatricesAreAllOfThem) {
    const std::string one = "<source><address uuid='6b000000-0000-4000-8000-00000000000";
    auto text = with_hostdev(one + "1'/></source>");
    text.insert(text.find("</devices>"), "<hostdev type='mdev' model='vfio-ap'>" + one + "2'/></source></hostdev>");
    const auto read = read_guest_xml(text);
    ASSERT_TRUE(read) << reason(read);
    EXPECT_EQ(read->matrices.size(), 2U);
}

TEST(GuestXml, SaysWhatIsWrong) {
    const struct { std::string text, words; } rows[] = {
        {"", "cannot be read at byte 0"},
        {"<domain><name>x</na", "cannot be read at byte"},
        {"<network/>", "is not that of a domain"},
        {"<domain><name>x</name></domain>", "does not say which guest"},
        {with_hostdev(""), "does not say which matrix"},
        {with_hostdev("<source><address uuid='web'/></source>"), "does not say which matrix"},
        {std::string(largest_guest_xml + 1, ' '), "is longer than"},
    };
    for (const auto& row : rows) EXPECT_NE(reason(read_guest_xml(row.text)).find(row.words), std::string::npos) << row.words << ": " << reason(read_guest_xml(row.text));
}

TEST(GuestXml, EntitiesAreNotReplaced) {
    const auto read = read_guest_xml("<!DOCTYPE d [<!ENTITY m SYSTEM 'file:///etc/hostname'>]>" + with_hostdev("<source><address uuid='&m;'/></source>"));
    EXPECT_NE(reason(read).find("does not say which matrix: \"&m;\""), std::string::npos) << reason(read);
}

TEST(GuestXml, DeepNestingIsNoTrouble) {
    std::string text;
    for (int i = 0; i < 300'000; ++i) text += "<a>";
    EXPECT_FALSE(read_guest_xml(text));
}

// What fuzzing would feed it: real texts with pieces removed, doubled and replaced.
RC_GTEST_PROP(GuestXml, AnyTextIsReadOrRefused, ()) {
    auto text = guest(*rc::gen::element("plain.xml", "crypto.xml"));
    const auto changes = *rc::gen::inRange(1, 6);
    for (int i = 0; i < changes; ++i) {
        const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
        const auto length = *rc::gen::inRange<std::size_t>(0, std::min<std::size_t>(40, text.size() - at) + 1);
        const auto piece = *rc::gen::oneOf(rc::gen::just(std::string()), rc::gen::just(text.substr(at, length) + text.substr(at, length)),
                                           rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
        text.replace(at, length, piece);
    }
    const auto read = read_guest_xml(text);
    RC_ASSERT(read || read.error().fault == Fault::invalid);
    RC_ASSERT(!read || read->matrices.empty() || may_have_matrices(text));
}

} // namespace
} // namespace ap::hook
