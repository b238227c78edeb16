// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl rollback: a job of the past taken back, as a change like any other.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_rollback(Grammar& grammar) { add_wish(grammar, Verb::rollback, "rollback 17"); }

} // namespace ap::cli
