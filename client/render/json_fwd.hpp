// SPDX-License-Identifier: LGPL-2.1-or-later
// The name of the JSON type, for those who only pass it on.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace ap::cli {

/// Keys keep the order in which they were added.
using Json = nlohmann::ordered_json;

} // namespace ap::cli
