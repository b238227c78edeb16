// SPDX-License-Identifier: LGPL-2.1-or-later
// One mask write that moves all 65,536 queues makes 131,072 uevents. How long until the daemon's snapshot is right, against a bare
// netlink reader that only counts the events?
#include "bench.hpp"

#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/netlink.h>
#include <mutex>
#include <sdbus-c++/sdbus-c++.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace {

constexpr int expected_events = 131072;

[[noreturn]] void fail(const char* what) {
    fmt::print(stderr, "{}: {}\n", what, std::strerror(errno));
    std::exit(1);
}

int open_monitor() {
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_KOBJECT_UEVENT);
    if (fd < 0) fail("netlink socket");
    int size = 512 << 20;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) < 0) fail("SO_RCVBUFFORCE");
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = 1;
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) fail("bind");
    return fd;
}

/// Reads until all bind and unbind events of queues have come.
void count_events(int fd) {
    char buffer[8192];
    for (int seen = 0; seen < expected_events;) {
        auto n = recv(fd, buffer, sizeof buffer - 1, 0);
        if (n < 0) fail("uevents");
        buffer[n] = 0;
        if (std::strncmp(buffer, "bind@/devices/ap/", 17) == 0 || std::strncmp(buffer, "unbind@/devices/ap/", 19) == 0) ++seen;
    }
}

void write_mask(const std::string& text) {
    int fd = open("/sys/bus/ap/aqmask", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text.data(), text.size()) != static_cast<ssize_t>(text.size())) fail("aqmask");
    close(fd);
}

/// Has every queue left the host pool?
bool right(sdbus::IProxy& proxy) {
    std::vector<sdbus::Struct<std::string, std::string, std::string, std::string, std::string, std::string, std::string, std::string>> rows;
    std::map<std::string, std::string> filter{{"owner", "host"}};
    proxy.callMethod("ListQueues").onInterface("org.apctl1.Manager").withArguments(filter).storeResultsTo(rows);
    return rows.empty();
}

/// Counts Changed signals, so that the snapshot is looked at only when there is a new one.
class Changes {
  public:
    void one_more() {
        std::lock_guard lock(mutex_);
        ++count_;
        more_.notify_one();
    }
    void wait_for_next() {
        std::unique_lock lock(mutex_);
        more_.wait(lock, [&] { return count_ > seen_; });
        seen_ = count_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable more_;
    unsigned count_ = 0, seen_ = 0;
};

} // namespace

int main() {
    auto connection = sdbus::createSystemBusConnection();
    auto proxy = sdbus::createProxy(*connection, "org.apctl1", "/org/apctl1");
    Changes changes;
    proxy->uponSignal("Changed").onInterface("org.apctl1.Manager").call([&](std::uint64_t, const std::vector<std::string>&) { changes.one_more(); });
    proxy->finishRegistration();
    connection->enterEventLoopAsync();
    int fd = open_monitor();
    double bare = 0;
    auto start = std::chrono::steady_clock::now();
    auto since_start = [&] { return bench::Milliseconds(std::chrono::steady_clock::now() - start).count(); };
    std::thread counter([&] { count_events(fd); bare = since_start(); });
    write_mask("0x" + std::string(64, '0'));
    double written = since_start();
    while (!right(*proxy)) changes.wait_for_next();
    double ours = since_start();
    counter.join();
    fmt::print("the write itself: {:.0f} ms\n", written);
    bench::row("131,072 uevents until the snapshot is right", ours, "a bare netlink reader has them", bare);
}
