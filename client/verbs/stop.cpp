// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl stop: removes the mdevs of matrices; several are one change.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_stop(Grammar& grammar) { add_wish_for_each(grammar, Verb::stop, "stop web"); }

} // namespace ap::cli
