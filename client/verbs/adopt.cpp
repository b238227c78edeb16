// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl adopt: makes what is so the wish.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_adopt(Grammar& grammar) { add_wish(grammar, Verb::adopt, "adopt 11112222-3333-4444-5555-666666666666 --name web"); }

} // namespace ap::cli
