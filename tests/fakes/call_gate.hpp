// SPDX-License-Identifier: LGPL-2.1-or-later
// One counter over every port call of a test: makes the k-th one fail, block, or meet somebody else's change.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ap::fakes {

/// How a call fails.
struct Failure {
    int errno_value = 5;   ///< EIO
    bool took_effect = false; ///< the kernel did it, and only reading back failed; a Store never does this
};

/// Any thread. Calls are numbered from 1 in the order in which they come, over all fakes that share the gate.
class CallGate {
  public:
    // --- for tests
    void fail(unsigned call, Failure failure = {});
    /// Every call from this one on whose name starts with `prefix` ("" = all) fails.
    void fail_all_from(unsigned call, std::string prefix = {}, Failure failure = {});
    /// The process dies right before this call: it and all later ones have no effect on the world, whatever the code under test still does in vain.
    void crash_before(unsigned call);
    [[nodiscard]] bool crashed() const;
    /// The call stays inside the fake until release().
    void block(unsigned call);
    void wait_until_blocked();
    void release();
    /// Runs in the calling thread right before the call takes effect; it may change the fakes and call the engine.
    void before(unsigned call, std::function<void()> what);
    /// Forgets failures, blocks and hooks, releases who is blocked, and counts from 1 again.
    void reset();
    [[nodiscard]] unsigned calls() const;
    [[nodiscard]] std::vector<std::string> trace() const; ///< names of the calls so far

    // --- for fakes
    /// Registers a call ("set_matrix 1234…"); returns how it shall fail, if it shall.
    std::optional<Failure> enter(std::string name);

  private:
    struct Tail { unsigned from; std::string prefix; Failure failure; };

    [[nodiscard]] std::optional<Failure> failure_of(unsigned call, const std::string& name) const;
    void wait_while_blocked(std::unique_lock<std::mutex>& lock, unsigned call);

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> trace_;
    std::map<unsigned, Failure> failures_;
    std::optional<Tail> tail_;
    std::optional<unsigned> crash_;
    std::map<unsigned, std::function<void()>> hooks_;
    std::set<unsigned> blocks_;
    unsigned blocked_ = 0;
};

} // namespace ap::fakes
