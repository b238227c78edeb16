// SPDX-License-Identifier: LGPL-2.1-or-later
// Times of day are those of this machine's place; what counts is the time that is left.
#include "render/checkpoint.hpp"

#include "core/quote.hpp"
#include "render/section.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ctime>

namespace ap::cli {

std::string on_trial_text(std::uint32_t confirm_within, const Look& look) {
    return fact("On trial", fmt::format("taken back {} s after it is made, unless confirmed: apctl confirm", confirm_within), look, Ink::yellow);
}

std::string made_on_trial_text(const std::optional<CheckpointView>& waiting, std::uint32_t job) {
    if (!waiting || waiting->job != job) return "it does not wait to be confirmed (any more): apctl history\n";
    return fmt::format("taken back at {:%T} (in {} s) unless confirmed: apctl confirm\n",
                       fmt::localtime(static_cast<std::time_t>(waiting->deadline)), waiting->seconds_left);
}

std::string checkpoint_text(const std::optional<CheckpointView>& waiting, const Look& look) {
    if (!waiting) return {};
    const auto job = fmt::format("job {} ({})", waiting->job, harmless(waiting->description));
    if (waiting->overdue.empty())
        return fact("On trial", fmt::format("{} is taken back in {} s unless confirmed: apctl confirm", job, waiting->seconds_left), look, Ink::yellow);
    return fact("OVERDUE", fmt::format("{} was not confirmed and cannot be taken back: {}; to keep it: apctl confirm; to take it back: apctl rollback", job,
                                       harmless(waiting->overdue)),
                look, Ink::red);
}

Json json_of(const std::optional<CheckpointView>& waiting) {
    if (!waiting) return nullptr;
    return {{"job", waiting->job},           {"description", waiting->description},   {"uid", waiting->uid},
            {"deadline", waiting->deadline}, {"seconds_left", waiting->seconds_left}, {"overdue", waiting->overdue}};
}

} // namespace ap::cli
