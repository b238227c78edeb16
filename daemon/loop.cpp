// SPDX-License-Identifier: LGPL-2.1-or-later
// The loop thread on sd-event.
#include "loop.hpp"

#include <csignal>
#include <cstdint>
#include <system_error>

#include <poll.h>
#include <sys/epoll.h>

namespace ap {
namespace {

void check(int result, const char* what) {
    if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

sd_event* make_event() {
    sd_event* event = nullptr;
    check(sd_event_new(&event), "event loop");
    return event;
}

} // namespace

/// What sd_bus_attach_event() would do; sdbus-c++ 1.2 does not offer it: before each wait, ask which events and which
/// time the connection waits for.
struct Loop::BusConnection {
    BusConnection(Loop& event_loop, sdbus::IConnection& bus) : loop(event_loop), connection(bus) {
        const auto poll = connection.getEventLoopPollData();
        sd_event_source* raw = nullptr;
        check(sd_event_add_io(loop.event_.get(), &raw, poll.fd, 0, on_io, this), "bus connection");
        io.reset(raw);
        check(sd_event_source_set_prepare(raw, prepare), "bus connection");
        check(sd_event_add_time(loop.event_.get(), &raw, CLOCK_MONOTONIC, 0, 0, on_time, this), "bus timer");
        timer.reset(raw);
        check(sd_event_source_set_enabled(raw, SD_EVENT_OFF), "bus timer");
    }

    // The bits of poll(2) that sd-bus asks for have the same values in epoll(7).
    static_assert(POLLIN == EPOLLIN && POLLOUT == EPOLLOUT);
    static int prepare(sd_event_source*, void* data) {
        auto& self = *static_cast<BusConnection*>(data);
        return self.loop.guarded([&self] { self.wait_for_what_matters(); });
    }
    void wait_for_what_matters() {
        const auto poll = connection.getEventLoopPollData();
        check(sd_event_source_set_io_events(io.get(), static_cast<std::uint32_t>(poll.events)), "bus connection");
        const bool timed = poll.timeout_usec != UINT64_MAX;
        if (timed) check(sd_event_source_set_time(timer.get(), poll.timeout_usec), "bus timer");
        check(sd_event_source_set_enabled(timer.get(), timed ? SD_EVENT_ONESHOT : SD_EVENT_OFF), "bus timer");
    }
    static int on_io(sd_event_source*, int, std::uint32_t, void* data) { return process(data); }
    static int on_time(sd_event_source*, std::uint64_t, void* data) { return process(data); }
    /// One message a turn, so that a flood of calls starves nobody; what is left makes the next turn immediate.
    static int process(void* data) {
        auto& self = *static_cast<BusConnection*>(data);
        return self.loop.guarded([&self] { self.connection.processPendingRequest(); });
    }

    Loop& loop;
    sdbus::IConnection& connection;
    EventSource io, timer;
};

Loop::Loop() : event_(make_event(), sd_event_unref) {}
Loop::~Loop() = default;

Loop::Registration& Loop::add(Handler handler) {
    registrations_.push_back({*this, std::move(handler), nullptr});
    return registrations_.back();
}

int Loop::guarded(const Handler& handler) {
    try {
        handler();
    } catch (...) {
        failure_ = std::current_exception();
        sd_event_exit(event_.get(), 0);
    }
    return 0;
}

/// Lets a descriptor be while the pause lasts that its first event began.
struct Loop::Patient {
    Patient(Loop& event_loop, int fd, std::chrono::microseconds time, Handler what) : loop(event_loop), handler(std::move(what)), pause(static_cast<std::uint64_t>(time.count())) {
        sd_event_source* raw = nullptr;
        check(sd_event_add_io(loop.event_.get(), &raw, fd, EPOLLIN, begin, this), "event source");
        io.reset(raw);
        check(sd_event_add_time(loop.event_.get(), &raw, CLOCK_MONOTONIC, 0, accuracy, end, this), "timer");
        timer.reset(raw);
        check(sd_event_source_set_enabled(raw, SD_EVENT_OFF), "timer");
    }
    static int begin(sd_event_source* source, int, std::uint32_t, void* data) {
        auto& self = *static_cast<Patient*>(data);
        return self.loop.guarded([&] {
            check(sd_event_source_set_enabled(source, SD_EVENT_OFF), "event source");
            check(sd_event_source_set_time_relative(self.timer.get(), self.pause), "timer");
            check(sd_event_source_set_enabled(self.timer.get(), SD_EVENT_ONESHOT), "timer");
        });
    }
    static int end(sd_event_source*, std::uint64_t, void* data) {
        auto& self = *static_cast<Patient*>(data);
        return self.loop.guarded([&] {
            check(sd_event_source_set_enabled(self.io.get(), SD_EVENT_ON), "event source");
            self.handler();
        });
    }

    static constexpr std::uint64_t accuracy = 1000; ///< microseconds
    Loop& loop;
    Handler handler;
    std::uint64_t pause;
    EventSource io, timer;
};

void Loop::on_readable_after(int fd, std::chrono::microseconds pause, Handler handler) {
    patient_.push_back(std::make_unique<Patient>(*this, fd, pause, std::move(handler)));
}

void Loop::on_readable(int fd, Handler handler) {
    auto& registration = add(std::move(handler));
    const auto fire = [](sd_event_source*, int, std::uint32_t, void* data) {
        auto& self = *static_cast<Registration*>(data);
        return self.loop.guarded(self.handler);
    };
    sd_event_source* raw = nullptr;
    check(sd_event_add_io(event_.get(), &raw, fd, EPOLLIN, fire, &registration), "event source");
    registration.source.reset(raw);
}

void Loop::on_signal(int signal, Handler handler) {
    auto& registration = add(std::move(handler));
    const auto fire = [](sd_event_source*, const signalfd_siginfo*, void* data) {
        auto& self = *static_cast<Registration*>(data);
        return self.loop.guarded(self.handler);
    };
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, signal);
    check(-pthread_sigmask(SIG_BLOCK, &set, nullptr), "signal mask");
    sd_event_source* raw = nullptr;
    check(sd_event_add_signal(event_.get(), &raw, signal, fire, &registration), "signal");
    registration.source.reset(raw);
}

void Loop::after_each_turn(Handler handler) {
    auto& registration = add(std::move(handler));
    const auto fire = [](sd_event_source*, void* data) {
        auto& self = *static_cast<Registration*>(data);
        return self.loop.guarded(self.handler);
    };
    sd_event_source* raw = nullptr;
    check(sd_event_add_post(event_.get(), &raw, fire, &registration), "event source");
    registration.source.reset(raw);
}

void Loop::serve(sdbus::IConnection& connection) { bus_ = std::make_unique<BusConnection>(*this, connection); }

void Loop::keep_watchdog_quiet() { check(sd_event_set_watchdog(event_.get(), true), "watchdog"); }

void Loop::run() {
    check(sd_event_loop(event_.get()), "event loop");
    if (failure_) std::rethrow_exception(failure_);
}

void Loop::quit() { check(sd_event_exit(event_.get(), 0), "event loop"); }

Loop::Ticker::Ticker(Loop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {
    sd_event_source* raw = nullptr;
    check(sd_event_add_time(loop.event_.get(), &raw, CLOCK_MONOTONIC, 0, 0, fire, this), "timer");
    source_.reset(raw);
    check(sd_event_source_set_enabled(raw, SD_EVENT_OFF), "timer");
}

void Loop::Ticker::set(std::optional<std::chrono::milliseconds> interval) {
    if (interval == interval_) return;
    interval_ = interval;
    if (!interval) {
        check(sd_event_source_set_enabled(source_.get(), SD_EVENT_OFF), "timer");
        return;
    }
    const auto microseconds = std::chrono::duration_cast<std::chrono::microseconds>(*interval).count();
    check(sd_event_source_set_time_relative(source_.get(), static_cast<std::uint64_t>(microseconds)), "timer");
    check(sd_event_source_set_enabled(source_.get(), SD_EVENT_ONESHOT), "timer");
}

int Loop::Ticker::fire(sd_event_source*, std::uint64_t, void* data) {
    auto& self = *static_cast<Ticker*>(data);
    // Armed anew before the handler, which may switch it off.
    const auto interval = std::exchange(self.interval_, std::nullopt);
    return self.loop_.guarded([&self, interval] {
        self.set(interval);
        self.handler_();
    });
}

Loop::Alarm::Alarm(Loop& loop, Handler handler) : loop_(loop), handler_(std::move(handler)) {
    sd_event_source* raw = nullptr;
    check(sd_event_add_time(loop.event_.get(), &raw, CLOCK_BOOTTIME, 0, 0, fire, this), "timer");
    source_.reset(raw);
    check(sd_event_source_set_enabled(raw, SD_EVENT_OFF), "timer");
}

void Loop::Alarm::set(std::optional<std::chrono::milliseconds> time) {
    if (time) check(sd_event_source_set_time_relative(source_.get(), static_cast<std::uint64_t>(std::chrono::microseconds(*time).count())), "timer");
    check(sd_event_source_set_enabled(source_.get(), time ? SD_EVENT_ONESHOT : SD_EVENT_OFF), "timer");
}

int Loop::Alarm::fire(sd_event_source*, std::uint64_t, void* data) {
    auto& self = *static_cast<Alarm*>(data);
    return self.loop_.guarded([&self] { self.handler_(); });
}

} // namespace ap
