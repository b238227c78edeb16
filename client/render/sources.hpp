// SPDX-License-Identifier: LGPL-2.1-or-later
// Who decides about binding beside us.
#pragma once

#include "proxy/views.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <string>

namespace ap::cli {

/// All of them, whether host and wanted state agree, and what to do where they do not.
std::string sources_text(const SourcesView& others, const Look& look);
/// One line of the status; "" when there is nobody else, or nobody differs from what is wanted.
std::string sources_line(const SourcesView& others, const Look& look);
/// A list.
Json json_of(const SourcesView& others);

} // namespace ap::cli
