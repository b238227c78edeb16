// SPDX-License-Identifier: LGPL-2.1-or-later
// The map of guests, against the driver that libvirt has for tests: real events, no daemon, no QEMU.
#include "host/libvirt_guests.hpp"

#include "core/parse.hpp"
#include "temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libvirt/libvirt.h>

#include <cstdlib>
#include <functional>
#include <stdexcept>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ap::host {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const auto guest = *parse_uuid("12345678-2222-3333-4444-555555555555");
const auto matrix = *parse_uuid("11111111-2222-3333-4444-555555555555");
const auto other_matrix = *parse_uuid("99999999-2222-3333-4444-555555555555");

std::string hostdev(const Uuid& uuid) {
    return "<hostdev mode='subsystem' type='mdev' model='vfio-ap'><source><address uuid='" + to_string(uuid) + "'/></source></hostdev>";
}
std::string domain_xml(const std::string& name, const std::string& devices) {
    return "<domain type='test'><name>" + name + "</name><uuid>" + to_string(guest) + "</uuid><memory>8192</memory><os><type>hvm</type></os><devices>" + devices + "</devices></domain>";
}

/// The other side: whoever changes guests by virsh. All connections to test:///default of one process see the same guests.
class Virsh {
  public:
    Virsh() : connection_(virConnectOpen("test:///default")) {
        if (connection_ == nullptr) throw std::runtime_error("libvirt's test driver cannot be had");
    }
    ~Virsh() { virConnectClose(connection_); }
    Virsh(const Virsh&) = delete;
    Virsh& operator=(const Virsh&) = delete;

    void define(const std::string& xml) { finish(virDomainDefineXML(connection_, xml.c_str()), [](virDomainPtr) { return 0; }); }
    void create(const std::string& xml) { finish(virDomainCreateXML(connection_, xml.c_str(), 0), [](virDomainPtr) { return 0; }); }
    void start(const char* name) { finish(find(name), virDomainCreate); }
    void suspend(const char* name) { finish(find(name), virDomainSuspend); }
    void destroy(const char* name) { finish(find(name), virDomainDestroy); }
    void undefine(const char* name) { finish(find(name), virDomainUndefine); }

  private:
    virDomainPtr find(const char* name) { return virDomainLookupByName(connection_, name); }
    static void finish(virDomainPtr domain, const std::function<int(virDomainPtr)>& act) {
        ASSERT_NE(domain, nullptr);
        EXPECT_EQ(act(domain), 0);
        virDomainFree(domain);
    }
    virConnectPtr connection_;
};

class LibvirtGuestsTest : public ::testing::Test {
  protected:
    void SetUp() override { guests_.begin(); }
    /// Until the map is as wanted; every look follows a word of the map's own.
    GuestMap wait_for(const std::function<bool(const GuestMap&)>& wanted) {
        auto map = guests_.now();
        while (!wanted(map)) {
            pollfd waiting{.fd = guests_.fd(), .events = POLLIN, .revents = 0};
            if (poll(&waiting, 1, 60'000) != 1) {
                ADD_FAILURE() << "the map has been silent for a minute";
                break;
            }
            guests_.heard();
            map = guests_.now();
        }
        return map;
    }
    GuestMap wait_for_state(const std::string& state) {
        return wait_for([&](const GuestMap& map) { return map.guests.size() == 1 && map.guests.front().state == state; });
    }
    GuestMap wait_for_nobody() {
        return wait_for([](const GuestMap& map) { return map.trouble.empty() && map.guests.empty(); });
    }

    LibvirtGuests guests_{"test:///default"};
    Virsh virsh_;
};

TEST_F(LibvirtGuestsTest, LeavesOutGuestsWithoutAMatrix) {
    EXPECT_THAT(wait_for([](const GuestMap& map) { return map.trouble.empty(); }).guests, IsEmpty()) << "the driver has a guest of its own, without a matrix";
}

TEST_F(LibvirtGuestsTest, FollowsAGuestThroughItsLife) {
    wait_for_nobody();
    virsh_.define(domain_xml("db2", hostdev(matrix)));
    const auto defined = wait_for_state("shut off").guests.front();
    EXPECT_EQ(defined.name, "db2");
    EXPECT_FALSE(defined.running);
    EXPECT_EQ(defined.matrix, std::nullopt);
    EXPECT_EQ(defined.next_matrix, matrix);

    virsh_.start("db2");
    const auto running = wait_for_state("running").guests.front();
    EXPECT_TRUE(running.running);
    EXPECT_EQ(running.matrix, matrix);
    EXPECT_EQ(running.next_matrix, matrix);

    virsh_.suspend("db2");
    EXPECT_TRUE(wait_for_state("paused").guests.front().running) << "it has its matrix open all the same";

    virsh_.destroy("db2");
    EXPECT_EQ(wait_for_state("shut off").guests.front().matrix, std::nullopt);
    virsh_.undefine("db2");
    wait_for_nobody();
}

TEST_F(LibvirtGuestsTest, TellsWhatARunningGuestHasFromWhatItWillHave) {
    wait_for_nobody();
    virsh_.define(domain_xml("db2", hostdev(matrix)));
    virsh_.start("db2");
    wait_for_state("running");
    virsh_.define(domain_xml("db2", hostdev(other_matrix)));
    const auto map = wait_for([](const GuestMap& now) { return now.guests.size() == 1 && now.guests.front().next_matrix == other_matrix; });
    EXPECT_EQ(map.guests.front().matrix, matrix);
    virsh_.destroy("db2");
    virsh_.undefine("db2");
}

TEST_F(LibvirtGuestsTest, ATransientGuestHasNoNextStart) {
    wait_for_nobody();
    virsh_.create(domain_xml("test2", hostdev(matrix)));
    const auto transient = wait_for_state("running").guests.front();
    EXPECT_EQ(transient.matrix, matrix);
    EXPECT_EQ(transient.next_matrix, std::nullopt);
    virsh_.destroy("test2");
    wait_for_nobody();
}

TEST(LibvirtLater, IsNotAskedBeforeTheBeginning) {
    const LibvirtGuests guests("test:///default");
    pollfd news{.fd = guests.fd(), .events = POLLIN, .revents = 0};
    EXPECT_EQ(poll(&news, 1, 0), 0);
    EXPECT_THAT(guests.now().trouble, HasSubstr("not answered yet"));
}

TEST(LibvirtAway, IsToldAndNobodyWaitsForIt) {
    LibvirtGuests guests("test:///there/is/no/such/file.xml");
    guests.begin();
    pollfd waiting{.fd = guests.fd(), .events = POLLIN, .revents = 0};
    ASSERT_EQ(poll(&waiting, 1, 60'000), 1);
    EXPECT_THAT(guests.now().trouble, HasSubstr("no/such/file.xml"));
}

/// Accepts connections, as the kernel does for it, and never says a word.
TEST(LibvirtHangs, NeitherReadersNorTheEndWaitForIt) {
    const testing::TemporaryDirectory root;
    const int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const auto path = root.path("libvirt-sock");
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(bind(listening, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listening, 1), 0);
    {
        LibvirtGuests guests("qemu+unix:///system?socket=" + path);
        guests.begin();
        pollfd called{.fd = listening, .events = POLLIN, .revents = 0};
        ASSERT_EQ(poll(&called, 1, 60'000), 1) << "nobody has called";
        EXPECT_THAT(guests.now().trouble, HasSubstr("not answered yet"));
        guests.look_again();
    } // and this comes to its end
    close(listening);
}

} // namespace
} // namespace ap::host
