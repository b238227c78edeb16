// SPDX-License-Identifier: LGPL-2.1-or-later
// What a write leads to: an errno, or changes of the tree and uevents to be told in order.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/node.hpp"

namespace apsim {

/// The name `name` appeared in, changed in or went from directory `dir`.
struct TreeChange {
    Node dir;
    std::string name;
    bool gone; ///< the name now stands for nothing or for another node
};

struct Uevent {
    std::string_view action;
    std::string devpath; ///< without /sys
    std::string_view subsystem;
    std::string keys; ///< further KEY=value texts, each ended by NUL
};

/// A write's effects.  Whoever carries them out tells all tree changes first, then the uevents in order, then
/// answers the writer, so that nobody who hears of a change can still see the old tree.  A write that takes
/// its time tells of them in parts (model/waiting.hpp).
struct Effects {
    std::vector<TreeChange> changes;
    std::vector<Uevent> uevents;
    std::vector<std::string> messages; ///< kernel log lines

    void added(Node dir, std::string name) { changes.push_back({dir, std::move(name), false}); }
    void removed(Node dir, std::string name) { changes.push_back({dir, std::move(name), true}); }
};

struct Outcome {
    int error = 0; ///< an errno, 0 for success
    Effects effects;
};

inline Outcome refused(int error) { return {error, {}}; }

} // namespace apsim
