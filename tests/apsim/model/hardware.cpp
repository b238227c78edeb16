// SPDX-License-Identifier: LGPL-2.1-or-later
// What queues answer.
#include "model/hardware.hpp"

#include <algorithm>

namespace apsim {

std::uint8_t Hardware::response(unsigned adapter, unsigned domain) const {
    const auto& there = adapters[adapter];
    if (adapter > max_adapter || domain > max_domain || !there || !domains.test(domain) ||
        !there->domains.test(domain) || there->state == response::absent)
        return response::invalid;
    const auto exception =
        queue_states.empty()
            ? queue_states.end()
            : queue_states.find({static_cast<std::uint8_t>(adapter), static_cast<std::uint8_t>(domain)});
    const auto own = exception == queue_states.end() ? response::normal : exception->second;
    if (own == response::absent) return response::invalid;
    if (there->standby) return response::deconfigured;
    return there->state != response::normal ? there->state : own;
}

bool Hardware::takes_time() const {
    const auto waits = [](std::uint8_t state) {
        return state == response::resetting || state == response::busy;
    };
    return reset_ms != 0 ||
           std::ranges::any_of(queue_states, [&](const auto& entry) { return waits(entry.second); }) ||
           std::ranges::any_of(adapters, [&](const auto& adapter) {
               return adapter && (adapter->reset_ms.value_or(0) != 0 || waits(adapter->state));
           });
}

} // namespace apsim
