// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl unassign: takes ids from a matrix, or the matrix away.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_unassign(Grammar& grammar) { add_wish(grammar, Verb::unassign, "unassign web --domains 0x2f"); }

} // namespace ap::cli
