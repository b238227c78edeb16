// SPDX-License-Identifier: LGPL-2.1-or-later
// Where a plan contradicts those who decide about binding beside us. Pure.
#pragma once

#include "core/plan.hpp"
#include "core/source.hpp"

#include <string>
#include <vector>

namespace ap {

/// A source says otherwise of these queues than the plan does. Only queues that the plan binds otherwise than they are: what is so already is nobody's change.
struct SourceClash {
    std::string place;  ///< the file and line
    QueueSet queues;
    std::string text;   ///< what the source makes of them: "gives 03.002f to the host at every boot"
    std::string remedy;
};
std::vector<SourceClash> clashes(const Plan& plan, const std::vector<Source>& sources);

/// For the preview, whatever the policy is.
std::string note_of(const SourceClash& clash);
/// Of a plan that yields: Fault::foreign_owner.
Error refusal_of(const SourceClash& clash);

} // namespace ap
