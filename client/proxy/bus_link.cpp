// SPDX-License-Identifier: LGPL-2.1-or-later
// One thread and poll(2): the answers to our calls and the signals arrive on the same descriptor, in the
// daemon's order.
#include "proxy/bus_link.hpp"

#include "proxy/from_wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <poll.h>

namespace ap::cli {
namespace {

/// Longer than the daemon's own deadline for a rescan, so that its better explanation arrives first.
constexpr std::chrono::seconds call_timeout{60};

int milliseconds_until(Patience until, int at_most) {
    if (!until) return at_most;
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now()).count();
    const int wait = static_cast<int>(std::clamp<long long>(rest, 0, 24L * 3600 * 1000));
    return at_most < 0 ? wait : std::min(wait, at_most);
}

} // namespace

Failure failure_of(const sdbus::Error& error) {
    return failure_from_wire(error.getName(), error.getMessage());
}

sdbus::IConnection& BusLink::connection() {
    if (!connection_) {
        connection_ = sdbus::createSystemBusConnection();
        connection_->setMethodCallTimeout(call_timeout);
    }
    return *connection_;
}

void BusLink::listen(std::function<void(sdbus::Message&)> heard, std::function<void(bool)> owner) {
    if (!interrupt_) interrupt_.emplace();
    if (subscribed_) return;
    const auto jobs =
        fmt::format("type='signal',sender='{}',path_namespace='/org/apctl1/job'", wire::bus_name);
    const auto name = fmt::format(
        "type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{}'", wire::bus_name);
    connection().addMatch(jobs, std::move(heard), sdbus::floating_slot);
    connection().addMatch(
        name,
        [owner = std::move(owner)](sdbus::Message& message) {
            std::string changed, before, now;
            message >> changed >> before >> now;
            owner(!now.empty());
        },
        sdbus::floating_slot);
    subscribed_ = true;
}

Woken BusLink::wait(const std::function<bool()>& enough, Patience until) {
    for (;;) {
        // A handler may say "enough" while more messages wait; those stay for the next call.
        while (!enough() && connection().processPendingRequest()) {
        }
        if (enough()) return Woken::news;
        const auto data = connection().getEventLoopPollData();
        pollfd fds[] = {{data.fd, data.events, 0}, {interrupt_ ? interrupt_->fd() : -1, POLLIN, 0}};
        if (poll(fds, 2, milliseconds_until(until, data.getPollTimeout())) < 0 && errno != EINTR)
            return Woken::interrupted;
        if ((fds[1].revents & POLLIN) != 0) {
            interrupt_->consume();
            return Woken::interrupted;
        }
        if (until && std::chrono::steady_clock::now() >= *until) return Woken::time_up;
    }
}

} // namespace ap::cli
