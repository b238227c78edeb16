// SPDX-License-Identifier: LGPL-2.1-or-later
// Random episodes, the same for a seed everywhere.  They know nothing of the kernel's rules: they remember
// what they asked for, so that operations meet, and ask for wrong things too.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "fuzz/episode.hpp"
#include "fuzz/random.hpp"

namespace contract {

class Generator {
  public:
    explicit Generator(std::uint64_t seed) : random_(seed) {}

    Episode episode(std::string name, unsigned operations);

  private:
    Operation next();
    Operation careful(Operation);
    Operation mask();
    Operation driver();
    Operation override_();
    Operation life();
    Operation assign();
    Operation config();
    Operation hardware();
    Operation guest();
    Operation module();
    Operation device_file();
    Operation bus_file();
    Operation mdev_bus();
    Operation odd();

    std::string adapter_line(unsigned adapter);
    std::string usage_line();
    std::string an_mdev();
    bool would_spoil_the_host(unsigned adapter) {
        return overridden_.contains(adapter) && !random_.percent(3);
    }

    void begin(Episode&);

    Random random_;
    bool by_override_ = false; ///< this administrator likes driver_override better than masks
    bool autoprobe_ = true;
    std::vector<Operation> intended_; ///< comes next, last one first
    std::set<std::string> mdevs_;     ///< created, perhaps
    std::set<std::string> guests_;    ///< opened, perhaps
    std::set<unsigned> adapters_;     ///< of the machine
    std::set<unsigned> overridden_;   ///< adapters with a driver_override somewhere, perhaps
};

} // namespace contract
