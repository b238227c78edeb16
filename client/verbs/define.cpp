// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl define: writes a definition and starts nothing.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_define(Grammar& grammar) {
    add_wish(grammar, Verb::define, "define web --adapters 3,4 --domains 0x2f");
}

} // namespace ap::cli
