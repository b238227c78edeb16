// SPDX-License-Identifier: LGPL-2.1-or-later
// What `why` and `show` say about one queue.
#pragma once

#include "session.hpp"

namespace ap::cli {

Answer<int> explain(Session& session, Apqn queue);

} // namespace ap::cli
