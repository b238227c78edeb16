// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrices the hook started for a guest: remembered from its prepare to its release, and not beyond a boot, as the matrices themselves are not.
#pragma once

#include "core/error.hpp"
#include "core/uuid.hpp"

#include <string>
#include <vector>

namespace ap::hook {

class Taken {
  public:
    /// One file for each guest, named after it, in a directory that is made when it is needed.
    Taken(std::string directory, const Uuid& guest) : directory_(std::move(directory)), path_(directory_ + "/" + to_string(guest)) {}
    [[nodiscard]] Result<std::vector<Uuid>> read() const; ///< Fault::host_io
    [[nodiscard]] Result<void> add(const Uuid& matrix) const; ///< Fault::host_io
    void forget() const;

  private:
    std::string directory_, path_;
};

} // namespace ap::hook
