// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop thread: sd-event under names of ours, with room for the bus connection.
#pragma once

#include <sdbus-c++/sdbus-c++.h>
#include <systemd/sd-event.h>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>

namespace ap {

struct SourceDeleter { void operator()(sd_event_source* source) const { sd_event_source_disable_unref(source); } };
using EventSource = std::unique_ptr<sd_event_source, SourceDeleter>;

/// Everything here runs on the thread that calls run(). Setting up throws std::system_error.
/// An exception from a handler ends run() and is thrown from there: libsystemd's C frames in between must not see it.
class Loop {
  public:
    using Handler = std::function<void()>;

    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void on_readable(int fd, Handler handler);
    /// Not before `pause` is over: what comes one by one is then handled together.
    void on_readable_after(int fd, std::chrono::microseconds pause, Handler handler);
    /// Blocks the signal for this thread and those it starts. Requires: no other thread runs yet.
    void on_signal(int signal, Handler handler);
    /// After everything else of one turn of the loop.
    void after_each_turn(Handler handler);
    /// Sends and receives for the connection. Losing it ends run() by sdbus::Error.
    void serve(sdbus::IConnection& connection);
    /// Answers the watchdog of systemd, where there is one, as long as the loop turns.
    void keep_watchdog_quiet();

    /// Calls `handler` every so often while it is switched on.
    class Ticker {
      public:
        Ticker(Loop& loop, Handler handler);
        /// nullopt switches it off. The same interval again lets it go on undisturbed.
        void set(std::optional<std::chrono::milliseconds> interval);

      private:
        static int fire(sd_event_source* source, std::uint64_t, void* self);
        Loop& loop_;
        Handler handler_;
        std::optional<std::chrono::milliseconds> interval_;
        EventSource source_;
    };

    /// Calls `handler` once, after a time in which the sleep of the machine counts.
    class Alarm {
      public:
        Alarm(Loop& loop, Handler handler);
        /// From now; instead of what was set before. nullopt switches it off.
        void set(std::optional<std::chrono::milliseconds> time);

      private:
        static int fire(sd_event_source* source, std::uint64_t, void* self);
        Loop& loop_;
        Handler handler_;
        EventSource source_;
    };

    /// Until quit().
    void run();
    void quit();

  private:
    struct Registration {
        Loop& loop;
        Handler handler;
        EventSource source;
    };
    struct Patient;
    struct BusConnection;

    Registration& add(Handler handler);
    /// Runs the handler; an exception ends the loop.
    int guarded(const Handler& handler);

    std::unique_ptr<sd_event, decltype(&sd_event_unref)> event_;
    std::list<Registration> registrations_;
    std::list<std::unique_ptr<Patient>> patient_;
    std::unique_ptr<BusConnection> bus_;
    std::exception_ptr failure_;
};

} // namespace ap
