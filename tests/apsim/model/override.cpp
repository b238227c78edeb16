// SPDX-License-Identifier: LGPL-2.1-or-later
// Storing of driver_override.
#include "model/override.hpp"

#include <cerrno>

#include "model/kernel_text.hpp"

namespace apsim {

std::string override_of(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto it = machine.overrides.find(Machine::key(adapter, domain));
    return it == machine.overrides.end() ? std::string() : it->second;
}

Outcome store_override(Machine& machine, unsigned adapter, unsigned domain, std::string_view text) {
    static constexpr std::size_t longest = 4094;
    Outcome outcome;
    const Hold hold(machine, machine.attribute_lock, outcome.effects);
    if (machine.masks_in_use || text.size() > longest) return refused(EINVAL);
    const auto line = until_nul(text);
    const std::string name(line.substr(0, line.find('\n')));
    const auto key = Machine::key(adapter, domain);
    const bool had = machine.overrides.erase(key) > 0;
    if (!name.empty()) machine.overrides.emplace(key, name);
    if (had && name.empty()) --machine.override_count;
    if (!had && !name.empty()) ++machine.override_count;
    return outcome;
}

} // namespace apsim
