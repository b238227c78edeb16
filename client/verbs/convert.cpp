// SPDX-License-Identifier: LGPL-2.1-or-later
// apctl convert: changes how queues get to vfio_ap.
#include "verbs/verbs.hpp"
#include "verbs/wish_options.hpp"

namespace ap::cli {

void add_convert(Grammar& grammar) { add_wish(grammar, Verb::convert, "convert overrides"); }

} // namespace ap::cli
