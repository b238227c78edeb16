// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl modify: changes a matrix, under a running guest too.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_modify(Grammar& grammar) { add_wish(grammar, Verb::modify, "modify web --add-domains 0x30"); }

} // namespace ap::cli
