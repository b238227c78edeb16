// SPDX-License-Identifier: LGPL-2.1-or-later
// Guests and their matrices, as a table and in other texts.
#pragma once

#include "proxy/views.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <string>

namespace ap::cli {

/// Guests whose XML names a matrix, then whoever else has one open.
std::string guests_text(const HostView& view, const Look& look);
Json json_of_guests(const HostView& view);

/// "db2 (running)", "db3 (shut off)": those whose XML names the matrix, a line each below a heading; "" when there are none.
std::string guests_of_text(const HostView& view, const Uuid& matrix, const Look& look);
/// The same on one line.
std::string guests_in_words(const HostView& view, const Uuid& matrix);

} // namespace ap::cli
