// SPDX-License-Identifier: LGPL-2.1-or-later
// The verbs, one file each. Every function adds its verb to the command line.
#pragma once

#include "grammar.hpp"

namespace ap::cli {

void add_status(Grammar& grammar);
void add_list(Grammar& grammar);
void add_grid(Grammar& grammar);
void add_show(Grammar& grammar);
void add_why(Grammar& grammar);
void add_who_uses(Grammar& grammar);
void add_plan(Grammar& grammar);
void add_monitor(Grammar& grammar);
void add_jobs(Grammar& grammar);
void add_xml(Grammar& grammar);
void add_migrate_check(Grammar& grammar);

void add_assign(Grammar& grammar);
void add_detach(Grammar& grammar);
void add_unassign(Grammar& grammar);
void add_define(Grammar& grammar);
void add_undefine(Grammar& grammar);
void add_start(Grammar& grammar);
void add_stop(Grammar& grammar);
void add_modify(Grammar& grammar);
void add_adopt(Grammar& grammar);
void add_reserve(Grammar& grammar);
void add_release(Grammar& grammar);
void add_keep(Grammar& grammar);
void add_move(Grammar& grammar);
void add_swap(Grammar& grammar);
void add_drain(Grammar& grammar);
void add_restore(Grammar& grammar);
void add_convert(Grammar& grammar);
void add_rollback(Grammar& grammar);
void add_confirm(Grammar& grammar);
void add_history(Grammar& grammar);
void add_recover(Grammar& grammar);
void add_rescan(Grammar& grammar);

/// What `apctl` alone does.
Answer<int> status(Session& session);

} // namespace ap::cli
