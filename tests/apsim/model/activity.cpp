// SPDX-License-Identifier: LGPL-2.1-or-later
// The state machine of queues, as far as files show it.
#include "model/activity.hpp"

#include "model/resets.hpp"

namespace apsim {

namespace {

/// ap_sm_reset(): only a queue that can take a reset, or is in one, goes on.
void try_reset(Machine& machine, unsigned adapter, unsigned domain) {
    auto& queue = machine.queue(adapter, domain);
    queue.activity = Activity::starting;
    if (queue.uninitiated || !queue.config || queue.chkstop) return;
    const auto code = begin_reset(machine, adapter, domain);
    queue.silenced = false;
    queue.since = machine.polls;
    if (queue.driver != Driver::none) ++machine.polls;
    if (code == response::normal || code == response::resetting) queue.activity = Activity::resetting;
}

/// Only queues with a driver, whichever it is, are looked after, and only when some queue of those begins
/// something: one that vfio_ap takes over later than its beginning stays as it is until then (seen on 6.12
/// and 7.2).
bool ready(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto& queue = machine.queue(adapter, domain);
    return queue.driver != Driver::none && machine.polls > queue.since &&
           machine.response(adapter, domain) == response::normal;
}

bool in_reset(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto activity = machine.queue(adapter, domain).activity;
    return activity == Activity::starting ||
           (activity == Activity::resetting && !ready(machine, adapter, domain));
}

} // namespace

void start_queue(Machine& machine, unsigned adapter, unsigned domain) {
    machine.queue(adapter, domain).uninitiated = false;
    try_reset(machine, adapter, domain);
}

void stop_queue(Machine& machine, unsigned adapter, unsigned domain) {
    auto& queue = machine.queue(adapter, domain);
    if (!in_reset(machine, adapter, domain)) queue.activity = Activity::idle;
    begin_reset(machine, adapter, domain);
    queue.uninitiated = true;
}

void restart_queue(Machine& machine, unsigned adapter, unsigned domain) {
    try_reset(machine, adapter, domain);
}

std::string_view reset_line(const Machine& machine, unsigned adapter, unsigned domain) {
    return in_reset(machine, adapter, domain) ? "Reset in progress.\n" : "No Reset Timer set.\n";
}

std::string_view interrupt_line(const Machine& machine, unsigned adapter, unsigned domain) {
    const auto& queue = machine.queue(adapter, domain);
    const bool enabled = machine.boot.use_interrupts && !queue.uninitiated && !queue.silenced &&
                         queue.config && !queue.chkstop && !in_reset(machine, adapter, domain) &&
                         ready(machine, adapter, domain);
    return enabled ? "Interrupts enabled.\n" : "Interrupts disabled.\n";
}

} // namespace apsim
