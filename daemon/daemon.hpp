// SPDX-License-Identifier: LGPL-2.1-or-later
// The running daemon: engine, bus and events on one loop.
#pragma once

#include "chronicle.hpp"
#include "dbus/service.hpp"
#include "engine/engine.hpp"
#include "loop.hpp"
#include "ports/device_events.hpp"
#include "wake.hpp"

#include <optional>

namespace ap {

/// The world as main built it; it outlives the daemon.
struct Outside {
    engine::Ports ports;
    DeviceEvents& events;
    std::function<bool()> udev_sees_ap_devices; ///< asked once, after the first reading; false only where there are some
    std::function<void()> when_ready;           ///< called once, when the name is taken: what the start has not to wait for
};

/// "system", "session" or a D-Bus address. Throws std::runtime_error with a message for people.
std::unique_ptr<sdbus::IConnection> connect_to(const std::string& bus);

/// Lives on the loop thread. Failures to start and the loss of the bus are exceptions with a message for people.
class Daemon {
  public:
    /// Requires: no other thread runs yet that does not block SIGTERM and SIGINT.
    Daemon(const Outside& outside, std::unique_ptr<sdbus::IConnection> connection);
    /// Until SIGTERM or SIGINT; the exit status. Does not return when a write is stuck in the kernel: ends the process then.
    int run();

  private:
    void on_notices();
    void on_first_snapshot();
    void adjust_timers();
    /// Ends the engine within some seconds, or the process.
    void stop();

    // Declared in the order in which they need each other.
    DeviceEvents& events_;
    Guests& guests_;
    std::function<bool()> udev_sees_ap_devices_;
    std::function<void()> when_ready_;
    Wake wake_;
    engine::Engine engine_;
    std::unique_ptr<sdbus::IConnection> connection_;
    Loop loop_;
    Loop::Ticker silent_poll_, job_clock_;
    Loop::Alarm checkpoint_alarm_, policy_alarm_;
    Chronicle chronicle_;
    std::optional<dbus::Service> service_; ///< from the first snapshot on
};

} // namespace ap
