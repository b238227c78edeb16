// SPDX-License-Identifier: LGPL-2.1-or-later
// What a random administrator writes: numbers, masks, names, right and wrong, about few ids.  Functions call
// the random numbers one after the other, never twice in an expression whose order the compiler may choose.
#pragma once

#include <string>

#include "fuzz/random.hpp"

namespace contract {

/// Ids that meet each other: those of the machine, some it could have, a few that cannot be.
unsigned an_adapter(Random&);
unsigned a_domain(Random&);

/// As kstrtoul() takes numbers, in one of its ways; sometimes as it does not.
std::string a_number(Random&, unsigned value);

/// For apmask or aqmask; `id` makes one that is likely to matter.
std::string a_mask(Random&, unsigned (*id)(Random&));

/// Three masks for ap_config.
std::string a_config(Random&);

/// "03.0004"; sometimes no queue.
std::string a_queue_name(Random&);
std::string a_queue_file(Random&); ///< the directory in the names of episodes
std::string a_card_file(Random&);

/// Sometimes with a newline, sometimes with more behind it.
std::string ended(Random&, std::string text);

} // namespace contract
