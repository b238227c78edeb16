// SPDX-License-Identifier: LGPL-2.1-or-later
// Which driver a device may have, and attaching and detaching it (kernel-abi 3.3, 5.2, 11).
#pragma once

#include <string_view>

#include "model/machine.hpp"

namespace apsim {

/// May this driver have this queue?  By the masks: a queue is reserved exactly for the drivers with the
/// default flag.
bool may_bind(const Machine&, unsigned adapter, unsigned domain, Driver);

/// Detach and attach, with uevents.  The card or queue must exist, and must be bound (detach) or unbound
/// (attach).
void detach_card(Machine&, unsigned adapter, Effects&);
void attach_card(Machine&, unsigned adapter, Effects&);
void detach_queue(Machine&, unsigned adapter, unsigned domain, Effects&);
void attach_queue(Machine&, unsigned adapter, unsigned domain, Driver, Effects&);

/// Tries every driver, as registration, drivers_probe and mask writes do; none may fit.
void probe_queue(Machine&, unsigned adapter, unsigned domain, Effects&);

/// Writes of a device's name to drivers/<driver>/bind, .../unbind and to drivers_probe.
Outcome store_bind(Machine&, Driver, std::string_view text);
Outcome store_unbind(Machine&, Driver, std::string_view text);
Outcome store_drivers_probe(Machine&, std::string_view text);

/// Sends BINDINGS=complete if it is due: armed, and every queue has a driver.
void check_completion(Machine&, Effects&);

struct BindingCount {
    unsigned bound, total;
};
BindingCount count_bindings(const Machine&);

/// A change uevent of /devices/ap with one or more extra keys.
Uevent bus_change(std::string keys);

/// Uevents of a card or queue; `extra` keys come first.
Uevent card_event(const Machine&, std::string_view action, unsigned adapter, std::string_view extra = {});
Uevent queue_event(const Machine&, std::string_view action, unsigned adapter, unsigned domain,
                   std::string_view extra = {});

} // namespace apsim
