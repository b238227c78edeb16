// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables, one function each.
#pragma once

#include "rows.hpp"

namespace contract {

std::vector<Row> rows_of_masks();

} // namespace contract
