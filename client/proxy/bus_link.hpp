// SPDX-License-Identifier: LGPL-2.1-or-later
// The connection to the system bus, and waiting on it.
#pragma once

#include "proxy/interrupt.hpp"
#include "proxy/proxy.hpp"
#include "wire_types.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ap::cli {

/// Runs a call on the bus; sdbus' exceptions become failures here and nowhere else.
template <class Fn>
auto on_the_bus(Fn&& call) -> decltype(call());
Failure failure_of(const sdbus::Error& error);

class BusLink {
  public:
    /// Connects to the system bus when that has not been done. Throws sdbus::Error.
    sdbus::IConnection& connection();
    /// `heard` gets every signal of the daemon's jobs; `owner` is told when the daemon's name goes (false) or
    /// comes (true). Subscribes once. From now on Ctrl-C ends waits instead of the process.
    void listen(std::function<void(sdbus::Message&)> heard, std::function<void(bool)> owner);
    /// Ctrl-C ends the process again, until listen() is called anew.
    void leave_interrupts_alone() { interrupt_.reset(); }
    /// Handles what arrives until `enough` says so.
    Woken wait(const std::function<bool()>& enough, Patience until);

  private:
    std::unique_ptr<sdbus::IConnection> connection_;
    std::optional<Interrupt> interrupt_;
    bool subscribed_ = false;
};

template <class Fn>
auto on_the_bus(Fn&& call) -> decltype(call()) {
    try {
        return call();
    } catch (const sdbus::Error& error) {
        return std::unexpected(failure_of(error));
    }
}

} // namespace ap::cli
