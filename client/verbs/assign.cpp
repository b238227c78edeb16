// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl assign: what is wanted most often, in one word.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_assign(Grammar& grammar) {
    auto target = std::make_shared<GuestWish>();
    add_wish(grammar, Verb::assign, "assign web --adapters 3,4 --domains 0x2f", target)
        .flag("--guest", target->guest, "MATRIX is a guest, also where a matrix has its name")
        .flag("--live", target->live, "attach to the running guest")
        .flag("--config", target->config, "attach in the guest's definition");
}

} // namespace ap::cli
