// SPDX-License-Identifier: LGPL-2.1-or-later
// How often a binding is brought back that somebody else changes: soon, later, much later, and then no more, so that two programs never fight for ever. Pure.
#pragma once

#include "engine/snapshot.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ap::engine {

/// Is the drift about binding, rather than about matrices and definitions?
bool is_about_binding(const Drift& drift);

/// Times are Calendar::uptime().
class Enforcement {
  public:
    using Time = std::chrono::milliseconds;
    /// Between seeing a change and bringing it back: the first leaves time to somebody who is in the middle of it. So many times within the period.
    static constexpr std::array<std::chrono::seconds, 3> pauses{std::chrono::seconds(2), std::chrono::seconds(10), std::chrono::seconds(60)};
    static constexpr std::chrono::minutes period{10};

    /// The binding is as it is wanted.
    void at_rest();
    /// It is not. True: now is the time to bring it back.
    [[nodiscard]] bool is_due(Time now, std::uint64_t generation);
    /// It cannot be brought back on the host of this generation.
    void refused(std::string why, std::uint64_t generation);
    /// A job for it has ended.
    void tried(Time now);
    /// Somebody asked to look again.
    void start_over();

    [[nodiscard]] const std::string& trouble() const { return trouble_; }
    [[nodiscard]] Time due() const { return due_; }

  private:
    Time due_ = Checkpoint::never;
    std::vector<Time> tries_; ///< within the period
    std::string trouble_;
    std::uint64_t refused_at_ = 0; ///< generation; 0: not refused
    bool given_up_ = false;
};

} // namespace ap::engine
