// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl release: gives queues back to the host.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_release(Grammar& grammar) { add_wish(grammar, Verb::release, "release --adapters 3 --domains all"); }

} // namespace ap::cli
