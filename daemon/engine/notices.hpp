// SPDX-License-Identifier: LGPL-2.1-or-later
// What the loop thread has yet to be told, in the order in which it happened.
#pragma once

#include "engine/engine.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace ap::engine {

/// Any thread. Adding and waking are apart, so that who adds under a lock of his own can wake after giving it back.
class Notices {
  public:
    explicit Notices(std::function<void()> wake) : wake_(std::move(wake)) {}
    /// A loop that does not come to look is not flooded: pictures that follow each other directly become one.
    void add(Notice notice);
    void wake() const { wake_(); }
    void post(Notice notice);
    [[nodiscard]] std::vector<Notice> take();

  private:
    const std::function<void()> wake_;
    std::mutex mutex_;
    std::vector<Notice> waiting_;
};

} // namespace ap::engine
