// SPDX-License-Identifier: LGPL-2.1-or-later
// What libvirt tells of guests, as a test has it.
#pragma once

#include "ports/guests.hpp"
#include "wake.hpp"

#include <atomic>
#include <mutex>
#include <utility>

namespace ap::fakes {

class FakeGuests final : public Guests {
  public:
    [[nodiscard]] int fd() const override { return wake_.fd(); }
    void heard() override { wake_.clear(); }
    [[nodiscard]] GuestMap now() const override { std::lock_guard lock(mutex_); return map_; }
    void look_again() override { ++asked; }

    // --- for tests
    void set(GuestMap map) {
        std::lock_guard lock(mutex_);
        map_ = std::move(map);
        wake_.poke();
    }
    std::atomic<int> asked = 0; ///< how often look_again() was called

  private:
    Wake wake_;
    mutable std::mutex mutex_;
    GuestMap map_;
};

} // namespace ap::fakes
