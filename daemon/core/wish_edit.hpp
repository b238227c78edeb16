// SPDX-License-Identifier: LGPL-2.1-or-later
// What wishes say about one matrix: gathered in any order, applied once.
#pragma once

#include "core/parse.hpp"
#include "core/wish.hpp"

#include <string>
#include <string_view>

namespace ap {

/// Changes to one set of ids. Gathering is commutative; what contradicts shows in problem().
template <class Set>
struct IdChange {
    std::optional<Set> whole;
    Set add{}, remove{};
    bool two_wholes = false; ///< two wishes name different new wholes

    void set_whole(const std::optional<Set>& ids) {
        if (!ids) return;
        two_wholes |= whole && *whole != *ids;
        whole = ids;
    }
    void gather(const std::optional<Set>& adds, const std::optional<Set>& removes) {
        if (adds) add |= *adds;
        if (removes) remove |= *removes;
    }
    [[nodiscard]] bool empty() const { return !whole && add.empty() && remove.empty(); }
    [[nodiscard]] Set apply_to(const Set& base) const { return (whole.value_or(base) | add) - remove; }
    /// Why the changes contradict each other; "" when they do not. `what` is "adapters" or the like.
    [[nodiscard]] std::string problem(std::string_view what) const {
        if (two_wholes) return std::string(what) + " are given twice and differently";
        if (whole && !(add.empty() && remove.empty())) return std::string(what) + " are given whole and also added to or taken from";
        if (add.intersects(remove)) return std::string(what) + " " + describe(add & remove) + " are both added and taken away";
        return {};
    }
};

struct MatrixChange {
    IdChange<AdapterSet> adapters;
    IdChange<DomainSet> domains, control;
    bool control_same = false;  ///< control becomes what the domains become
    DomainSet control_along{};  ///< domains that assign brings as control domains too
    bool control_given = false; ///< some wish says which control domains there shall be

    /// Takes in an assign, modify or unassign, or the part of a wish about several matrices.
    void gather(const Wish& wish);
    [[nodiscard]] bool empty() const { return adapters.empty() && domains.empty() && !control_given && !control_same; }
    [[nodiscard]] std::string problem() const;
    /// Control domains follow the domains when asked to, and when they were the same before and nobody says otherwise.
    [[nodiscard]] Matrix apply_to(const Matrix& base) const;
};

/// One value that all wishes must agree on.
template <class T>
struct Agreed {
    std::optional<T> value;
    bool disputed = false;

    void gather(const std::optional<T>& said) {
        if (!said) return;
        disputed |= value && *value != *said;
        value = said;
    }
};

/// Everything the wishes say about one matrix.
struct MatrixEdit {
    const Wish* definition = nullptr; ///< the define; lives as long as the wishes
    bool two_definitions = false;
    bool assign = false, start = false, stop = false, undefine = false, adopt = false;
    bool moves = false, drains = false; ///< among what changes is something that is moved, or drained
    MatrixChange change;
    Agreed<std::string> new_name; ///< of a matrix that assign makes, or that modify or adopt renames
    Agreed<bool> autostart;

    void gather(const Wish& wish);
    /// Does any wish change what the matrix is? A define does not: it is refused unless it says what is so already.
    [[nodiscard]] bool edits() const { return !change.empty() || new_name.value || autostart.value; }
    /// Why the wishes contradict each other; "" when they do not.
    [[nodiscard]] std::string problem() const;
};

/// Does an unassign name ids to take away? Without any it removes the matrix.
[[nodiscard]] inline bool takes_only_ids(const Wish& wish) { return wish.adapters || wish.domains || wish.control; }

} // namespace ap
