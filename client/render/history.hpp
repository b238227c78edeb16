// SPDX-License-Identifier: LGPL-2.1-or-later
// Jobs of the past, and the one that is left open, as people read them.
#pragma once

#include "proxy/views.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

std::string history_text(const std::vector<HistoryView>& jobs, const Look& look);
std::string history_entry_text(const HistoryEntryView& entry, const Look& look);
/// What is known, what is unproven, and what each choice would do.
std::string open_job_text(const OpenJobView& open, const Look& look);
/// What one choice would do, in lines; empty: nothing in the kernel.
std::vector<std::string> steps_of(const OpenJobView& open, const std::string& how);

Json json_of(const HistoryView& job);
Json json_of(const HistoryEntryView& entry);
Json json_of(const OpenJobView& open);

} // namespace ap::cli
