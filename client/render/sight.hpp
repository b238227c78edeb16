// SPDX-License-Identifier: LGPL-2.1-or-later
// What a guest gets of a matrix, and why not all of it.
#pragma once

#include "proxy/views.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

struct Sight {
    Uuid uuid{};
    bool active = false;
    Matrix has{};                         ///< what is assigned; of a matrix that is not active, what is defined
    Matrix sees{};                        ///< what its guest sees of that; of one that is not active, what it would see from its start on
    std::vector<Filtered> hidden{};       ///< adapters of it that a queue, or the host's configuration, hides
    std::vector<std::string> no_start{};  ///< why it cannot be started now
    std::vector<ExplanationView> why{};   ///< the daemon's explanation of some of what is missing
};

/// Of an active matrix all but the explanations; of another one what it has.
Sight sight_of(const HostView& view, const Uuid& uuid);
/// One queue for each adapter that is hidden and each kind of reason; first those that no change by apctl brings.
std::vector<Apqn> worth_explaining(const HostState& host, const Sight& sight);

std::string sight_text(const HostView& view, const Sight& sight, const Look& look);
Json json_of(const HostView& view, const Sight& sight);

} // namespace ap::cli
