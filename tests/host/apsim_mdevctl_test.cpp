// SPDX-License-Identifier: LGPL-2.1-or-later
// mdevctl and we share one set of definitions; run by `apsim run --`.
#include "host/store.hpp"
#include "put_definition.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

namespace ap::host {
namespace {

const Uuid one = *parse_uuid("11111111-2222-3333-4444-555555555555");
const std::string one_text = to_string(one);

class Mdevctl : public ::testing::Test {
  protected:
    ~Mdevctl() override {
        if (attribute("matrix") != "unreadable") {
            EXPECT_EQ(run("stop -u " + one_text), 0);
        }
        EXPECT_TRUE(testing::put_definition(store, one, std::nullopt));
    }
    static int run(const std::string& arguments) { return std::system(("mdevctl " + arguments).c_str()); }
    static std::string attribute(const char* name) {
        auto fd =
            ::open(("/sys/devices/vfio_ap/matrix/" + one_text + "/" + name).c_str(), O_RDONLY | O_CLOEXEC);
        char buffer[4096];
        auto got = fd < 0 ? -1 : ::read(fd, buffer, sizeof buffer);
        if (fd >= 0) ::close(fd);
        return got < 0 ? "unreadable" : std::string(buffer, static_cast<std::size_t>(got));
    }
    StoreOnDisk store{{.definitions = "/etc/mdevctl.d/matrix", .database = "/var/lib/apctl/mdevctl-test.db", .boot = ""}};
    std::vector<std::string> problems;
};

TEST_F(Mdevctl, StartsWhatWeDefined) {
    ASSERT_EQ(std::system("printf -- -3 > /sys/bus/ap/apmask"), 0);
    ASSERT_TRUE(testing::put_definition(
        store, one,
        Definition{.name = "web", .matrix = {{Apid{3}}, {Apqi{4}, Apqi{5}}, {Apqi{4}}}, .autostart = false}));
    ASSERT_EQ(run("start -u " + one_text), 0);
    EXPECT_EQ(attribute("matrix"), "03.0004\n03.0005\n");
    EXPECT_EQ(attribute("control_domains"), "0004\n");
}

TEST_F(Mdevctl, DefinesWhatWeRead) {
    ASSERT_EQ(run("define -u " + one_text + " -p matrix -t vfio_ap-passthrough --auto"), 0);
    ASSERT_EQ(run("modify -u " + one_text + " --addattr=assign_adapter --value=0x0a"), 0);
    ASSERT_EQ(run("modify -u " + one_text + " --addattr=assign_domain --value=71"), 0);
    auto wanted = store.load(problems);
    ASSERT_TRUE(wanted);
    EXPECT_EQ(
        wanted->definitions,
        (std::map<Uuid, Definition>{
            {one,
             {.name = "", .matrix = {{Apid{10}}, {Apqi{0x47}}, {}}, .autostart = true, .active = false}}}));
    EXPECT_TRUE(problems.empty());
}

TEST_F(Mdevctl, ModifiesWhatWeDefinedAndWeKeepItsName) {
    ASSERT_TRUE(testing::put_definition(store, one, Definition{.name = "web", .matrix = {{Apid{3}}, {}, {}}}));
    ASSERT_EQ(run("modify -u " + one_text + " --addattr=assign_domain --value=6"), 0);
    auto wanted = store.load(problems);
    ASSERT_TRUE(wanted);
    EXPECT_EQ(wanted->definitions.at(one),
              (Definition{
                  .name = "web", .matrix = {{Apid{3}}, {Apqi{6}}, {}}, .autostart = true, .active = false}));
}

} // namespace
} // namespace ap::host
