// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl move: from one matrix to another in one change.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_move(Grammar& grammar) { add_wish(grammar, Verb::move, "move web db --adapters 4"); }

} // namespace ap::cli
