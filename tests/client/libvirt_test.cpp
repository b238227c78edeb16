// SPDX-License-Identifier: LGPL-2.1-or-later
// The real library of libvirt with its own driver for tests: what a guest is, and how a refusal reads. Its driver cannot attach anything.
#include "libvirt/guest.hpp"
#include "libvirt/real_libvirt.hpp"

#include <gtest/gtest.h>

namespace ap::cli {
namespace {

class RealLibrary : public testing::Test {
  protected:
    void SetUp() override {
        libvirt.use("test://" GUESTS_OF_LIBVIRT);
        ASSERT_TRUE(libvirt.there());
    }
    /// Of a guest that there is.
    LibvirtGuest guest(const std::string& name) {
        const auto xml = libvirt.guest(name);
        EXPECT_TRUE(xml && *xml) << (xml ? "no guest" : xml.error().lines.front());
        if (!xml || !*xml) return {};
        const auto read = read_guest(**xml);
        EXPECT_TRUE(read) << read.error().lines.front();
        return read.value_or(LibvirtGuest{});
    }
    RealLibvirt libvirt;
};

TEST_F(RealLibrary, KnowsARunningGuestTwice) {
    const auto app = guest("app");
    EXPECT_EQ(app.name, "app");
    EXPECT_EQ(to_string(app.uuid), "11111111-1111-4111-8111-111111111111");
    EXPECT_EQ(app.state, "running");
    ASSERT_TRUE(app.live && app.config);
    EXPECT_FALSE(app.live->matrix || app.config->matrix);
}

TEST_F(RealLibrary, KnowsTheMatrixOfAStoppedGuest) {
    const auto db = guest("db1");
    EXPECT_FALSE(db.running());
    EXPECT_EQ(db.state, "shut off");
    ASSERT_TRUE(db.config && db.config->matrix);
    EXPECT_EQ(to_string(*db.config->matrix), "6b000000-0000-4000-8000-000000000001");
}

TEST_F(RealLibrary, KnowsAGuestWithoutADefinition) {
    const auto brief = guest("brief");
    EXPECT_TRUE(brief.running());
    EXPECT_FALSE(brief.config);
}

TEST_F(RealLibrary, FindsAGuestByItsUuid) { EXPECT_EQ(guest("22222222-2222-4222-8222-222222222222").name, "db1"); }

TEST_F(RealLibrary, SaysThatThereIsNoSuchGuest) {
    for (const char* name : {"nobody", "", "99999999-9999-4999-8999-999999999999", "\xff"}) {
        const auto xml = libvirt.guest(name);
        ASSERT_TRUE(xml) << xml.error().lines.front();
        EXPECT_FALSE(*xml) << name;
    }
}

TEST_F(RealLibrary, SaysInItsOwnWordsWhatItRefuses) {
    const auto attached = libvirt.attach(guest("app").uuid, "<hostdev/>", {.live = true, .config = true});
    ASSERT_FALSE(attached);
    EXPECT_EQ(attached.error().fault, Fault::conflict);
    EXPECT_TRUE(attached.error().lines.front().starts_with("libvirt does not attach the matrix: ")) << attached.error().lines.front();
    const auto detached = libvirt.detach(guest("app").uuid, "<hostdev/>", {.live = true, .config = false}, std::chrono::steady_clock::now());
    ASSERT_FALSE(detached);
    EXPECT_TRUE(detached.error().lines.front().starts_with("libvirt does not detach the matrix: ")) << detached.error().lines.front();
}

TEST(NoAnswer, NamesTheLibvirtThatWasAsked) {
    RealLibvirt libvirt;
    libvirt.use("test:///nonexistent.xml");
    ASSERT_TRUE(libvirt.there());
    const auto xml = libvirt.guest("app");
    ASSERT_FALSE(xml);
    EXPECT_EQ(xml.error().fault, Fault::unreachable);
    EXPECT_TRUE(xml.error().lines.front().starts_with("libvirt (test:///nonexistent.xml) cannot be asked: ")) << xml.error().lines.front();
}

} // namespace
} // namespace ap::cli
