// SPDX-License-Identifier: LGPL-2.1-or-later
// The way every change goes: understand, plan, show, ask, carry out, follow.
#pragma once

#include "session.hpp"

#include <vector>

namespace ap::cli {

/// Wishes of one change, as given on the command line. Bad input fails before the daemon is asked.
Answer<int> change(Session& session, const std::vector<WireWish>& wishes);

} // namespace ap::cli
