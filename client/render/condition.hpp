// SPDX-License-Identifier: LGPL-2.1-or-later
// What each condition of a queue looks like and is called; one table for grid, lists and sentences.
#pragma once

#include "core/explainer.hpp"
#include "render/look.hpp"

#include <string_view>

namespace ap::cli {

struct ConditionLook {
    QueueCondition condition;
    char letter;
    Ink cell; ///< in the grid
    Ink word; ///< in lists
    std::string_view meaning;
};
const ConditionLook& look_of(QueueCondition condition);

} // namespace ap::cli
