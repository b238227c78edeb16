// SPDX-License-Identifier: LGPL-2.1-or-later
// All verbs, in the order of the help.
#pragma once

#include "verbs/verbs.hpp"

#include <array>

namespace ap::cli {

inline constexpr std::array<AddVerb, 33> verb_list{
    add_status,  add_list, add_grid,   add_show,    add_why,      add_who_uses, add_plan,
    add_monitor, add_jobs, add_history, add_xml,    add_migrate_check, add_assign, add_detach,   add_unassign, add_define,   add_undefine,
    add_start,   add_stop, add_modify, add_adopt,   add_move,     add_swap,     add_drain,    add_restore,
    add_reserve,  add_release,  add_keep,     add_convert,
    add_rollback, add_confirm, add_recover, add_rescan,
};

} // namespace ap::cli
