// SPDX-License-Identifier: LGPL-2.1-or-later
// A kernel in memory on a small machine, for tests that need no file system.
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <utility>

#include "model/topology_text.hpp"
#include "model/tree.hpp"
#include "scripted_waiting.hpp"

namespace apsim {

inline constexpr std::string_view two_adapters = "adapter 3,5 type=CEX7 mode=cca\n";

/// Domains 4 and 0x47, and what the lines say.
inline Hardware small_hardware(std::string_view lines = two_adapters) {
    const auto text = "max-adapter 63\nmax-domain 84\nusage 4,0x47\ncontrol 4,0x47\n" + std::string(lines);
    return parse_topology(text).value();
}

/// Its files, on a clock that a script moves.
class SmallKernel {
  public:
    template <class Kernel>
    SmallKernel(Hardware hardware, const Kernel& kernel) : machine(std::move(hardware), kernel), tree(machine, {}) {
        machine.waiting = &waiting;
    }

    int write(std::string_view path, std::string_view bytes) {
        const auto node = tree.at(path);
        return node ? tree.store(*node, bytes).error : ENOENT;
    }
    std::string shown(std::string_view path) {
        const auto node = tree.at(path);
        return node ? tree.show(*node).value_or("cannot be read") : "no such file";
    }

    ScriptedWaiting waiting;
    Machine machine;
    Tree tree;
};

} // namespace apsim
