// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl undefine: forgets definitions.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_undefine(Grammar& grammar) { add_wish_for_each(grammar, Verb::undefine, "undefine web"); }

} // namespace ap::cli
