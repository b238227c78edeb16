// SPDX-License-Identifier: LGPL-2.1-or-later
// Wiring, the order of starting and ending, and the timers.
#include "daemon.hpp"

#include "dbus/log.hpp"
#include "dbus/quietly.hpp"
#include "pace.hpp"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <csignal>
#include <stdexcept>

namespace ap {
namespace {

using namespace std::chrono_literals;

/// A job undoes what it has done within a second or two; longer than that takes only what is stuck.
constexpr auto patience_at_the_end = 5s;

/// A change that moves queues makes two events for each; taken one by one they would keep a core from the job that makes them, and have the host read half-way.
constexpr auto pause_for_events = 10ms;

void take_name(sdbus::IConnection& connection) {
    try {
        connection.requestName(wire::bus_name);
    } catch (const sdbus::Error& e) {
        throw std::runtime_error(fmt::format("cannot take the name {} on the bus: {}; is another apctld running, and is this one root?",
                                             wire::bus_name, e.getMessage()));
    }
}

void tell_systemd(const engine::Snapshot& snapshot) { sd_notifyf(0, "STATUS=%s", status_line(snapshot).c_str()); }

} // namespace

std::unique_ptr<sdbus::IConnection> connect_to(const std::string& bus) {
    try {
        if (bus == "system") return sdbus::createSystemBusConnection();
        if (bus == "session") return sdbus::createSessionBusConnection();
        return sdbus::createSessionBusConnectionWithAddress(bus);
    } catch (const sdbus::Error& e) {
        throw std::runtime_error(fmt::format("cannot connect to the bus \"{}\": {}", bus, e.getMessage()));
    }
}

Daemon::Daemon(const Outside& outside, std::unique_ptr<sdbus::IConnection> connection)
    : events_(outside.events), guests_(outside.ports.guests), udev_sees_ap_devices_(outside.udev_sees_ap_devices), when_ready_(outside.when_ready), engine_(outside.ports, [this] { wake_.poke(); }),
      connection_(std::move(connection)), silent_poll_(loop_, [this] { engine_.changed({.silent = true}); }),
      job_clock_(loop_, [this] { service_->look_at_clock(engine::Clock::now()); on_notices(); }), checkpoint_alarm_(loop_, [this] { engine_.look_at_checkpoint(); }),
      policy_alarm_(loop_, [this] { engine_.look_at_policy(); }) {}

int Daemon::run() {
    // Before the engine's thread, which inherits the blocked signals.
    loop_.on_signal(SIGTERM, [this] { loop_.quit(); });
    loop_.on_signal(SIGINT, [this] { loop_.quit(); });
    loop_.on_readable(wake_.fd(), [this] { on_notices(); });
    // Listening starts before the first reading, so that nothing is missed between the two.
    loop_.on_readable_after(events_.fd(), pause_for_events, [this] {
        engine_.changed(events_.drain());
        engine_.arrived(events_.take_arrivals());
    });
    // A guest that came or went has taken or left a matrix, and the kernel tells nobody of that.
    loop_.on_readable(guests_.fd(), [this] {
        guests_.heard();
        engine_.changed({.silent = true, .guests = true});
    });
    loop_.after_each_turn([this] { adjust_timers(); });
    loop_.serve(*connection_);
    loop_.keep_watchdog_quiet();
    engine_.start();
    try {
        loop_.run();
    } catch (const sdbus::Error& e) {
        stop();
        throw std::runtime_error("the connection to the bus is lost: " + e.getMessage());
    } catch (...) {
        stop();
        throw;
    }
    stop();
    return 0;
}

void Daemon::on_notices() {
    wake_.clear();
    for (const auto& notice : engine_.take_notices()) {
        chronicle_.tell(notice);
        const auto* published = std::get_if<engine::SnapshotPublished>(&notice);
        if (service_) service_->handle(notice);
        else if (published != nullptr) on_first_snapshot(); // jobs of a former daemon are told before it
        if (published != nullptr) tell_systemd(*published->after);
    }
}

void Daemon::on_first_snapshot() {
    const auto first = engine_.snapshot();
    if (!udev_sees_ap_devices_())
        log::warning("udev lists no AP device though the bus has some: changes will be noticed late or not at all. "
                     "A simulated sysfs needs SYSTEMD_DEVICE_VERIFY_SYSFS=0 in the environment; on a real host look at systemd-udevd");
    service_.emplace(*connection_, engine_, APCTL_VERSION);
    // The name comes last: who sees it sees the whole host.
    take_name(*connection_);
    log::info(first->host.bus_present ? "ready: " + status_line(*first) : "ready");
    sd_notify(0, "READY=1");
    when_ready_();
}

void Daemon::adjust_timers() {
    silent_poll_.set(silent_poll_interval(engine_.snapshot()->host));
    job_clock_.set(service_ && service_->busy() ? std::optional(1000ms) : std::nullopt);
    checkpoint_alarm_.set(engine_.checkpoint_due_in());
    policy_alarm_.set(engine_.policy_due_in());
}

void Daemon::stop() {
    sd_notify(0, "STOPPING=1");
    const bool ended = engine_.stop(patience_at_the_end);
    if (!ended) log::error("a write is stuck in the kernel; leaving without its thread, the next start finds the host as the kernel leaves it");
    // Not before the engine is done: the name may start another daemon. Not left to the end of the process: a stuck thread keeps our
    // sockets open beyond it, and objects that go with the process are not objects that are gone from the host.
    dbus::quietly([this] { if (service_) connection_->releaseName(wire::bus_name); });
    // Not exit(): destructors would wait for the thread, and nothing can interrupt the kernel.
    if (!ended) _exit(1);
}

} // namespace ap
