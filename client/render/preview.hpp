// SPDX-License-Identifier: LGPL-2.1-or-later
// A plan as people read it before they say yes.
#pragma once

#include "proxy/views.hpp"
#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

/// What a preview is about.
struct Proposal {
    std::vector<Wish> wishes;          ///< as understood
    std::vector<std::string> guests;   ///< guests that were named, and what is to become of them
    std::vector<std::string> warnings; ///< of number_warnings(), and about guests
    PlanView plan;
};

/// What was understood, in both bases; the wishes and guests of it.
std::string understood_text(const Proposal& proposal, const Look& look);
/// Everything; `steps`: also the single steps.
std::string preview_text(const HostView& view, const Proposal& proposal, bool steps, const Look& look);

/// "the host", "the guest pool", "matrix web": an owner of a plan in words.
std::string owner_in_words(const HostView& view, const PlanView& plan, const std::string& owner);

} // namespace ap::cli
