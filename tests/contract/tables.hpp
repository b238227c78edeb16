// SPDX-License-Identifier: LGPL-2.1-or-later
// The tables, one function each.
#pragma once

#include <span>

#include "rows.hpp"

namespace contract {

std::span<const Row> rows_of_masks();
std::span<const Row> rows_of_binding();
std::span<const Row> rows_of_assignment();
std::span<const Row> rows_of_config();
std::span<const Row> rows_of_mdevs();
std::span<const Row> rows_of_host();
std::span<const Row> rows_of_override();
std::span<const Row> rows_of_files();
std::span<const Row> rows_of_vfio();

} // namespace contract
