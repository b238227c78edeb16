// SPDX-License-Identifier: LGPL-2.1-or-later
// The way every change goes: understand, plan, show, ask, carry out, follow.
#pragma once

#include "guests.hpp"

#include <vector>

namespace ap::cli {

/// Wishes of one change, as given on the command line. Bad input fails before the daemon is asked. Names of guests stand for their matrices; `target` is what
/// `assign` says of its own.
Answer<int> change(Session& session, const std::vector<WireWish>& wishes, const GuestWish& target = {});

} // namespace ap::cli
