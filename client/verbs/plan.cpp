// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl plan VERB ...: the changing verbs once more, which then only show what they would do.
#include "verbs/verbs.hpp"

namespace ap::cli {

void add_plan(Grammar& grammar) {
    auto plan = grammar.looking("plan", "show what a changing verb would do", [](Session&) -> Answer<int> {
        return fail(Fault::invalid, "plan what? see: apctl plan --help");
    });
    plan.verbs_below().example("apctl plan assign web --adapters 3,4 --domains 0x2f");
    auto below = grammar.planning(plan);
    for (const auto add : {add_assign, add_unassign, add_define, add_undefine, add_start, add_stop,
                           add_modify, add_move, add_swap, add_drain, add_restore, add_reserve, add_release, add_keep, add_convert, add_rollback})
        add(below);
}

} // namespace ap::cli
