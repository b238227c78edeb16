// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl start: makes the mdevs of matrices; several are one change.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_start(Grammar& grammar) { add_wish_for_each(grammar, Verb::start, "start web db"); }

} // namespace ap::cli
