// SPDX-License-Identifier: LGPL-2.1-or-later
// What the AP bus does with a queue of its own accord: the reset and the interrupts that make it ready to
// work (kernel-abi 5.1).  It happens beside all else; how far it has come is worked out when somebody looks.
#pragma once

#include <string_view>

#include "model/machine.hpp"

namespace apsim {

/// Begins anew, as when a driver of the host takes the queue over or it is back from checkstop.
void start_queue(Machine&, unsigned adapter, unsigned domain);

/// The queue has lost its driver: it is reset and then left alone.
void stop_queue(Machine&, unsigned adapter, unsigned domain);

/// A write to `reset`.
void restart_queue(Machine&, unsigned adapter, unsigned domain);

/// Lines of `reset` and `interrupt`.
std::string_view reset_line(const Machine&, unsigned adapter, unsigned domain);
std::string_view interrupt_line(const Machine&, unsigned adapter, unsigned domain);

} // namespace apsim
