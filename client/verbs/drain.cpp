// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl drain: nobody uses the adapter any more, until it is restored.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_drain(Grammar& grammar) { add_wish(grammar, Verb::drain, "drain 4"); }

} // namespace ap::cli
