// SPDX-License-Identifier: LGPL-2.1-or-later
// Asking once.
#include "dbus/requester.hpp"

#include <systemd/sd-login.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>

namespace ap::dbus {
namespace {

/// The systemd unit a process belongs to; "" where there is none. Read from /proc, waits for nobody.
std::string unit_of(pid_t pid) {
    char* raw = nullptr;
    if (sd_pid_get_unit(pid, &raw) < 0) return {};
    const std::unique_ptr<char, decltype(&std::free)> unit(raw, &std::free);
    return unit.get();
}

engine::Requester ask(sdbus::IConnection& connection, const std::string& name) {
    constexpr const char* bus = "org.freedesktop.DBus";
    std::map<std::string, sdbus::Variant> credentials;
    sdbus::createProxy(connection, bus, "/org/freedesktop/DBus")->callMethod("GetConnectionCredentials").onInterface(bus).withArguments(name).storeResultsTo(credentials);
    engine::Requester who{.uid = credentials.at("UnixUserID").get<std::uint32_t>(), .bus_name = name};
    const auto pid = credentials.find("ProcessID"); // not every bus tells
    if (pid == credentials.end()) return who;
    who.pid = pid->second.get<std::uint32_t>();
    who.unit = unit_of(static_cast<pid_t>(who.pid));
    return who;
}

} // namespace

engine::Requester requester_of(const sdbus::IObject& object) {
    // A bus gives no name twice, and a connection keeps its user.
    static std::map<std::string, engine::Requester> known;
    constexpr std::size_t most = 64;
    const auto name = object.getCurrentlyProcessedMessage()->getSender();
    if (const auto found = known.find(name); found != known.end()) return found->second;
    if (known.size() == most) known.clear();
    return known.emplace(name, ask(object.getConnection(), name)).first->second;
}

} // namespace ap::dbus
