// SPDX-License-Identifier: LGPL-2.1-or-later
// The neighbours' lock in memory.
#pragma once

#include "fakes/call_gate.hpp"
#include "ports/neighbour_lock.hpp"

#include <mutex>
#include <string>

namespace ap::fakes {

/// Does not wait: while somebody else has the lock, every try fails at once, as if its patience had passed.
class FakeLock final : public NeighbourLock {
  public:
    explicit FakeLock(CallGate& gate) : gate_(gate) {}

    // --- for tests
    /// "pid 4711 (chzdev)"; empty: nobody else has it.
    void set_holder(std::string holder);
    [[nodiscard]] bool held() const; ///< by us
    [[nodiscard]] std::uint32_t former() const; ///< what left_by() said; 0: nothing

    // --- NeighbourLock
    Result<void> acquire(std::chrono::milliseconds patience) override;
    void release() override;
    void left_by(std::uint32_t pid) override;

  private:
    CallGate& gate_;
    mutable std::mutex mutex_;
    std::string holder_;
    bool held_ = false;
    std::uint32_t former_ = 0;
};

} // namespace ap::fakes
