// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of permissions against the interfaces it must cover.
#include "dbus/permissions.hpp"

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include <algorithm>
#include <filesystem>
#include <set>

namespace ap::dbus {
namespace {

/// "interface.member" of every method in api/*.xml.
std::set<std::string> methods_of_the_api() {
    std::set<std::string> out;
    for (const auto& file : std::filesystem::directory_iterator(API_DIR)) {
        if (file.path().extension() != ".xml") continue;
        pugi::xml_document document;
        EXPECT_TRUE(document.load_file(file.path().c_str())) << file.path();
        for (auto interface : document.child("node").children("interface"))
            for (auto method : interface.children("method"))
                out.insert(std::string(interface.attribute("name").value()) + "." + method.attribute("name").value());
    }
    return out;
}

uid_t nobody() { return 65534; }
uid_t root() { return 0; }

TEST(Permissions, HaveARowForEveryMethodOfTheApiAndNoOther) {
    std::set<std::string> rows;
    for (const auto& row : permission_table()) rows.emplace(row.member);
    EXPECT_EQ(rows, methods_of_the_api());
    EXPECT_EQ(rows.size(), permission_table().size()) << "a member twice";
}

TEST(Permissions, OpenReadingToEverybodyWithoutAskingWhoItIs) {
    const auto nobody_asks = []() -> uid_t { throw std::logic_error("asked"); };
    EXPECT_TRUE(permit("org.apctl1.Manager.GetHost", nobody_asks));
    EXPECT_TRUE(permit("org.apctl1.Manager.Plan", nobody_asks));
}

TEST(Permissions, LeaveEveryChangeToRoot) {
    for (const auto* member : {"org.apctl1.Manager.Apply", "org.apctl1.Manager.Rescan", "org.apctl1.Job.Cancel", "org.apctl1.Checkpoint.Confirm", "org.apctl1.Checkpoint.RollBack"}) {
        EXPECT_TRUE(permit(member, root)) << member;
        const auto refused = permit(member, nobody);
        ASSERT_FALSE(refused) << member;
        EXPECT_EQ(refused.error().fault, Fault::denied) << member;
    }
}

TEST(Permissions, DenyEvenRootWhatTheTableDoesNotKnow) {
    EXPECT_FALSE(permit("org.apctl1.Manager.Explode", root));
    EXPECT_FALSE(permit("", root));
}

TEST(Permissions, TellEachCallerWhatItMayChange) {
    const auto of_root = permissions_of(0), of_others = permissions_of(1000);
    EXPECT_EQ(of_root.at("org.apctl1.Manager.Apply"), "yes");
    EXPECT_EQ(of_others.at("org.apctl1.Manager.Apply"), "no");
    EXPECT_FALSE(of_root.contains("org.apctl1.Manager.GetHost")) << "reading needs no permission";
}

} // namespace
} // namespace ap::dbus
