// SPDX-License-Identifier: LGPL-2.1-or-later
// Others who decide about binding, as a test has them.
#pragma once

#include "ports/sources.hpp"

#include <mutex>

namespace ap::fakes {

class FakeSources final : public Sources {
  public:
    std::vector<Source> read() override { std::lock_guard lock(mutex_); return sources_; }

    // --- for tests
    void set(std::vector<Source> sources) { std::lock_guard lock(mutex_); sources_ = std::move(sources); }

  private:
    std::mutex mutex_;
    std::vector<Source> sources_;
};

} // namespace ap::fakes
