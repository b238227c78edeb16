// SPDX-License-Identifier: LGPL-2.1-or-later
// What the bus and /proc tell about a caller.
#include "dbus/requester.hpp"

#include "dbus/quietly.hpp"

#include <systemd/sd-login.h>

#include <cstdlib>
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

} // namespace

engine::Requester requester_of(const sdbus::IObject& object, uid_t uid) {
    const auto* message = object.getCurrentlyProcessedMessage();
    engine::Requester who{.uid = uid, .bus_name = message->getSender()};
    // For people who ask later who it was; nothing is decided by it, since the process may be gone and its number another's.
    quietly([&] { who.pid = static_cast<std::uint32_t>(message->getCredsPid()); });
    who.unit = who.pid == 0 ? "" : unit_of(static_cast<pid_t>(who.pid));
    return who;
}

} // namespace ap::dbus
