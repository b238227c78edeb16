// SPDX-License-Identifier: LGPL-2.1-or-later
// GetHost round trips against Peer.Ping on the same connection. Run it idle, and while a write is stuck.
#include "bench.hpp"

#include <cstdlib>
#include <sdbus-c++/sdbus-c++.h>
#include <string>

int main(int argc, char** argv) {
    const std::string label = argc > 1 ? argv[1] : "idle";
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 300;
    auto connection = sdbus::createSystemBusConnection();
    auto proxy = sdbus::createProxy(*connection, "org.apctl1", "/org/apctl1");
    auto ping = [&] { proxy->callMethod("Ping").onInterface("org.freedesktop.DBus.Peer"); };
    auto get_host = [&] { proxy->callMethod("GetHost").onInterface("org.apctl1.Manager"); };
    std::vector<double> pings, hosts;
    for (int i = 0; i < rounds; ++i) {
        pings.push_back(bench::time_ms(ping));
        hosts.push_back(bench::time_ms(get_host));
    }
    bench::row("GetHost p50, " + label, bench::percentile(hosts, 50), "Peer.Ping p50", bench::percentile(pings, 50));
    bench::row("GetHost p99, " + label, bench::percentile(hosts, 99), "Peer.Ping p99", bench::percentile(pings, 99));
}
