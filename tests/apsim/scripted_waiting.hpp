// SPDX-License-Identifier: LGPL-2.1-or-later
// A clock and a script for operations that wait: what others do while they do, without threads or real time.
#pragma once

#include <deque>
#include <functional>
#include <gtest/gtest.h>
#include <vector>

#include "model/waiting.hpp"

namespace apsim {

class ScriptedWaiting : public Waiting {
  public:
    /// At the next pause that has nothing to do yet, this happens.
    void meanwhile(std::function<void()> act) { acts_.push_back(std::move(act)); }

    std::int64_t now() const override { return now_; }

    void pause(Effects& so_far, std::optional<std::int64_t> until) override {
        told.push_back(std::exchange(so_far, {}));
        if (!acts_.empty()) {
            const auto act = std::move(acts_.front());
            acts_.pop_front();
            return act();
        }
        if (until)
            now_ = std::max(now_, *until);
        else
            throw std::logic_error("waits for ever");
    }

    std::vector<Effects> told; ///< at each pause

  private:
    std::deque<std::function<void()>> acts_;
    std::int64_t now_ = 1000;
};

} // namespace apsim
