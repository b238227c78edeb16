// SPDX-License-Identifier: LGPL-2.1-or-later
// The arguments of a changing verb, from core's table of verbs: one place says how each is written and
// explained.
#pragma once

#include "core/wish.hpp"
#include "grammar.hpp"
#include "guests.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

const VerbRow& row_of(Verb verb);

class WishOptions {
  public:
    /// What the verb is about (`matrix`, `queues` and the like) becomes a position on the line, all others options of their name.
    void add(Syntax& syntax, Verb verb);
    /// Those that were given, also when they are empty: refusing them is core's business.
    [[nodiscard]] WishArguments given() const;

  private:
    std::map<std::string, std::optional<std::string>> values_;
};

/// A changing verb that is one wish, named and explained as core's table has it; `example` is shown below its
/// help. `target`: what options that the caller adds say about guests.
Syntax add_wish(Grammar& grammar, Verb verb, const std::string& example, std::shared_ptr<const GuestWish> target = std::make_shared<GuestWish>());
/// The same for verbs that take several matrices at once: `start web db` is one change.
void add_wish_for_each(Grammar& grammar, Verb verb, const std::string& example);

} // namespace ap::cli
