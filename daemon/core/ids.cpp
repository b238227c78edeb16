// SPDX-License-Identifier: LGPL-2.1-or-later
// The printed names of AP ids.
#include "core/ids.hpp"

#include <fmt/format.h>

namespace ap {

std::string to_string(Apid id) { return fmt::format("{:02x}", to_int(id)); }
std::string to_string(Apqi id) { return fmt::format("{:04x}", to_int(id)); }
std::string to_string(Apqn queue) { return to_string(queue.adapter) + "." + to_string(queue.domain); }

} // namespace ap
