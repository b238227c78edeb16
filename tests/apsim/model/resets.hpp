// SPDX-License-Identifier: LGPL-2.1-or-later
// Resetting queues: what the hardware does, and how vfio_ap waits for it (kernel-abi 9).
#pragma once

#include <vector>

#include "model/machine.hpp"

namespace apsim {

/// PQAP(ZAPQ) or PQAP(RAPQ): begins a reset if the queue can take it, and says what the queue answers.
std::uint8_t begin_reset(Machine&, unsigned adapter, unsigned domain);

/// Drops what is known of resets that are over.
void forget_finished_resets(Machine&);

/// Resets of queues of vfio_ap: all are begun first, then waited for together.
class Resets {
  public:
    Resets(Machine& machine, Effects& effects) : machine_(machine), effects_(effects) {}

    void begin(unsigned adapter, unsigned domain);

    /// Begins the resets of those queues of an adapter that vfio_ap has and that are among these domains.
    void begin(unsigned adapter, const Mask256& domains);

    /// Pauses until all are done, which may be never.
    void wait();

  private:
    struct Pending {
        Apqn queue;
        bool accepted; ///< else the reset is begun again when the queue has become free
    };

    bool done(Pending&);
    void store(Apqn, std::uint8_t code);

    Machine& machine_;
    Effects& effects_;
    std::vector<Pending> pending_;
};

} // namespace apsim
