// SPDX-License-Identifier: LGPL-2.1-or-later
// Time that stands still until a test moves it.
#pragma once

#include "ports/calendar.hpp"

#include <functional>
#include <mutex>
#include <utility>

namespace ap::fakes {

class FakeCalendar final : public Calendar {
  public:
    std::chrono::sys_seconds now() override { std::lock_guard lock(mutex_); return now_; }
    std::string boot() override { std::lock_guard lock(mutex_); return boot_; }

    std::chrono::milliseconds uptime() override { std::lock_guard lock(mutex_); return uptime_; }

    /// Time passes at once.
    void pause(std::chrono::milliseconds time) override {
        std::function<void()> meanwhile;
        {
            std::lock_guard lock(mutex_);
            uptime_ += time;
            meanwhile = meanwhile_;
        }
        if (meanwhile) meanwhile();
    }

    // --- for tests
    /// What happens in every pause, in the thread that pauses.
    void during_pauses(std::function<void()> what) { std::lock_guard lock(mutex_); meanwhile_ = std::move(what); }
    void advance(std::chrono::seconds by) { std::lock_guard lock(mutex_); now_ += by, uptime_ += by; }
    /// Somebody sets the clock of the wall.
    void set_now(std::chrono::sys_seconds now) { std::lock_guard lock(mutex_); now_ = now; }
    void set_boot(std::string boot) { std::lock_guard lock(mutex_); boot_ = std::move(boot), uptime_ = std::chrono::minutes(1); }

  private:
    std::mutex mutex_;
    std::chrono::sys_seconds now_{std::chrono::seconds{1'700'000'000}};
    std::string boot_ = "first boot";
    std::chrono::milliseconds uptime_ = std::chrono::hours(100);
    std::function<void()> meanwhile_;
};

} // namespace ap::fakes
