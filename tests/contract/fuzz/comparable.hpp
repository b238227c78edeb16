// SPDX-License-Identifier: LGPL-2.1-or-later
// What two hosts, or one at two times, may number differently: VFIO groups, device numbers, and how often
// BINDINGS=complete came before.
#pragma once

#include <string>
#include <string_view>

namespace contract {

class Comparable {
  public:
    /// From now on completions count from this number.
    void completions_from(unsigned long base) { completions_ = base; }

    std::string path(std::string path) const; ///< of a file, or where a link points to
    std::string uevent(std::string uevent) const;
    std::string content(std::string_view name, std::string text) const; ///< of a file of that name

  private:
    unsigned long completions_ = 0;
};

} // namespace contract
