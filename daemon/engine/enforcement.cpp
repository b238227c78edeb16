// SPDX-License-Identifier: LGPL-2.1-or-later
// The bound on bringing back.
#include "engine/enforcement.hpp"

#include <fmt/format.h>

namespace ap::engine {

bool is_about_binding(const Drift& drift) {
    switch (drift.kind) {
    case Drift::Kind::mask_freed:
    case Drift::Kind::mask_taken:
    case Drift::Kind::override_set:
    case Drift::Kind::override_missing:
    case Drift::Kind::unbound: return true;
    default: return false;
    }
}

void Enforcement::at_rest() {
    due_ = Checkpoint::never;
    trouble_.clear();
    refused_at_ = 0;
    given_up_ = false;
}

bool Enforcement::is_due(Time now, std::uint64_t generation) {
    if (given_up_ || refused_at_ == generation) return false;
    std::erase_if(tries_, [now](Time t) { return t + period < now; });
    if (tries_.size() == pauses.size()) {
        given_up_ = true;
        due_ = Checkpoint::never;
        trouble_ = fmt::format("given up: somebody changed the binding again after it was brought back {} times within {} min; end that, then apctl rescan has it tried again",
                               pauses.size(), period.count());
        return false;
    }
    if (due_ == Checkpoint::never) due_ = now + pauses.at(tries_.size());
    return due_ <= now;
}

void Enforcement::refused(std::string why, std::uint64_t generation) {
    due_ = Checkpoint::never;
    trouble_ = std::move(why);
    refused_at_ = generation;
}

void Enforcement::tried(Time now) {
    due_ = Checkpoint::never;
    trouble_.clear();
    refused_at_ = 0;
    tries_.push_back(now);
}

void Enforcement::start_over() {
    at_rest();
    tries_.clear();
}

} // namespace ap::engine
