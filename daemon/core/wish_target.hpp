// SPDX-License-Identifier: LGPL-2.1-or-later
// Which matrix a wish is about.
#pragma once

#include "core/wish.hpp"

#include <map>
#include <string>

namespace ap {

/// Does the wish make the matrix when there is none?
[[nodiscard]] constexpr bool creates(Verb verb) { return verb == Verb::define || verb == Verb::assign; }
/// Is the wish about one matrix, rather than about pools, the host or several matrices?
[[nodiscard]] constexpr bool is_about_a_matrix(Verb verb) {
    switch (verb) {
    case Verb::define: case Verb::undefine: case Verb::start: case Verb::stop: case Verb::modify: case Verb::adopt: case Verb::assign: case Verb::unassign:
        return true;
    default: return false;
    }
}

/// Finds the matrices of a set of wishes; a name that a define or assign of the set makes new is known to all of them.
/// Keeps references: lives no longer than its arguments.
class Targets {
  public:
    Targets(const HostState& host, const Wanted& wanted, const std::vector<Wish>& wishes);

    /// Fault::not_found, or Fault::invalid for the ambiguous beginning of a UUID.
    [[nodiscard]] Result<Uuid> of(const Wish& wish) const;

  private:
    void note_creation(const Wish& wish);
    [[nodiscard]] Uuid for_new_name(const Wish& wish) const;

    const HostState& host_;
    const Wanted& wanted_;
    std::map<std::string, Uuid, std::less<>> by_name_; ///< before the wishes
    std::map<std::string, Uuid, std::less<>> new_;     ///< made by them
    std::set<Uuid> created_;                           ///< the same, by UUID
};

} // namespace ap
