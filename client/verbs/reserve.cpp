// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl reserve: moves queues into the guest pool.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_reserve(Grammar& grammar) { add_wish(grammar, Verb::reserve, "reserve 03.002f,04.0030-0032"); }

} // namespace ap::cli
