// SPDX-License-Identifier: LGPL-2.1-or-later
// The grid as text: the widest layout that fits, a legend of what occurs, the matrices behind the letters.
#pragma once

#include "render/grid.hpp"
#include "render/look.hpp"

#include <string>

namespace ap::cli {

enum class Fold { automatic, always, never };

/// Layouts, best first: each domain under its own number; numbers written downwards; equal columns folded;
/// folded and downwards; the last in blocks below each other. Rows are folded when there are too many for a
/// screen.
std::string grid_text(const HostView& view, const Grid& grid, Fold fold, const Look& look);

} // namespace ap::cli
