// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl assign: what is wanted most often, in one word.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_assign(Grammar& grammar) {
    add_wish(grammar, Verb::assign, "assign web --adapters 3,4 --domains 0x2f");
}

} // namespace ap::cli
