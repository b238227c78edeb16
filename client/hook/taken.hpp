// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrices the hook started, and for whom: remembered from prepare to release, and not beyond a boot, as the matrices themselves are not.
#pragma once

#include "core/error.hpp"
#include "core/uuid.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace ap::hook {

/// Hooks of other guests wait as long as it lives.
class Turn {
  public:
    explicit Turn(int lock) : lock_(lock) {}
    ~Turn();
    Turn(Turn&& other) noexcept : lock_(other.lock_) { other.lock_ = -1; }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    Turn& operator=(Turn&&) = delete;

  private:
    int lock_;
};

/// What one guest has taken. Several may have taken the same matrix: of guests that start at the same moment libvirt refuses all but one, and only after their
/// prepare. Whoever of them is released last leaves it unused.
class Taken {
  public:
    /// One empty file for each matrix and guest, in a directory that is made when it is needed.
    Taken(std::string directory, const Uuid& guest) : directory_(std::move(directory)), guest_(guest) {}

    /// Has anybody taken anything? Costs next to nothing.
    [[nodiscard]] static bool by_anybody(const std::string& directory);
    /// Only one guest at a time decides about a matrix: from looking at it until its start or stop has ended. May wait for as long as that takes. Fault::host_io
    [[nodiscard]] Result<Turn> turn(const Uuid& matrix) const;

    [[nodiscard]] std::vector<Uuid> matrices() const; ///< of this guest
    [[nodiscard]] bool by_others(const Uuid& matrix) const;
    [[nodiscard]] Result<void> add(const Uuid& matrix) const; ///< once more does no harm; Fault::host_io
    void forget(const Uuid& matrix) const;
    /// Takes the matrix from other guests that took it more than `age` ago and that `lives` does not know: a libvirt that died between their prepare and their release never
    /// released them. Only in a turn.
    void forget_others(const Uuid& matrix, std::chrono::seconds age, const std::function<bool(const Uuid& guest)>& lives) const;

  private:
    std::string directory_;
    Uuid guest_;
};

} // namespace ap::hook
