// SPDX-License-Identifier: LGPL-2.1-or-later
// The state of the simulated host as JSON, for tests and the curious.
#pragma once

#include <nlohmann/json.hpp>

#include "host/running_host.hpp"

namespace apsim {

/// Masks, configuration, counters, cards, mdevs, and per driver the list of its queues.
nlohmann::json state_json(const Machine&);

nlohmann::json fault_json(const Fault&);
nlohmann::json trace_json(const TraceEntry&);

} // namespace apsim
