// SPDX-License-Identifier: LGPL-2.1-or-later
// One change, from being told to its end, for programs that have nobody to show a preview to.
#pragma once

#include "core/uuid.hpp"
#include "proxy/proxy.hpp"

#include <vector>

namespace ap::hook {

/// "start", "stop" and the like.
cli::WireWish wish_about(const char* verb, const Uuid& matrix);

/// Without a wish: the binding of what was wished before. The daemon's refusal, why the job failed, or Fault::timed_out: then the job goes on.
cli::Answer<void> carry_out(cli::Proxy& daemon, const std::vector<cli::WireWish>& wishes, const cli::ApplyOptions& options, cli::Patience until);

} // namespace ap::hook
