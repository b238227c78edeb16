// SPDX-License-Identifier: LGPL-2.1-or-later
// One change, from being told to its end, for programs that have nobody to show a preview to.
#pragma once

#include "core/uuid.hpp"
#include "proxy/proxy.hpp"

#include <vector>

namespace ap::cli {

/// "start", "stop" and the like.
WireWish wish_about(const char* verb, const Uuid& matrix);

/// Without a wish: the binding of what was wished before. The daemon's refusal, why the job failed, or Fault::timed_out: then the job goes on.
Answer<void> carry_out(Proxy& daemon, const std::vector<WireWish>& wishes, const ApplyOptions& options, Patience until);

} // namespace ap::cli
