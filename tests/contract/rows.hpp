// SPDX-License-Identifier: LGPL-2.1-or-later
// Rows of the tables as data: a state, steps, what must be true after each, and why the kernel does so.
#pragma once

#include <cerrno>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "scene.hpp"

namespace contract {

/// What a step found instead of what the row says; nothing when they agree.
using Difference = std::optional<std::string>;

struct Step {
    std::string words;
    std::function<Difference(Scene&)> run;
};

/// In what kernels differ, told by which files there are (never by a release).
enum class Feature {
    driver_override, ///< queues have it (6.19); the kernels that do also ask for all opposite ids when a
                     ///< mask bit is set, and refuse numbers of 2^64 and more in masks
    no_driver_override,
    ap_config,           ///< mdevs have it (6.10)
    readable_parameters, ///< those of the AP bus are readable by all (7.0); the kernels where they are refuse
                         ///< numbers of 2^64 and more in masks
    matrix_features,     ///< the matrix device has `features` (6.12)
};

struct NotOn {
    Host::Kind kind;
    std::string why;
};

struct Row {
    std::string id; ///< as in the tables of kernel-abi section 15; "X" and "K" rows go beyond them
    State state;
    std::string source; ///< the function of the kernel, or the part of the transcript, that says so
    std::vector<Step> steps;
    std::vector<Feature> needs = {};
    std::string boot = {};          ///< kernel arguments; rows with the same ones share a boot
    std::vector<NotOn> not_on = {}; ///< where it cannot be expressed
    std::string correction = {};    ///< what the reference says otherwise, in a sentence

    Row needing(Feature feature) && {
        needs.push_back(feature);
        return std::move(*this);
    }
    Row booted(std::string arguments) && {
        boot = std::move(arguments);
        return std::move(*this);
    }
    Row not_here(Host::Kind kind, std::string why) && {
        not_on.push_back({kind, std::move(why)});
        return std::move(*this);
    }
    Row correcting(std::string sentence) && {
        correction = std::move(sentence);
        return std::move(*this);
    }
};

std::span<const Row> all_rows();

} // namespace contract
