// SPDX-License-Identifier: LGPL-2.1-or-later
// vfio_ap_mdev_reset_queue() and apq_reset_check().
#include "model/resets.hpp"

#include <algorithm>

namespace apsim {

namespace {

constexpr std::int64_t interval = 20; // milliseconds; AP_RESET_INTERVAL

bool waits(std::uint8_t code) { return code == response::resetting || code == response::busy; }

} // namespace

std::uint8_t begin_reset(Machine& machine, unsigned adapter, unsigned domain) {
    const auto code = machine.response(adapter, domain);
    const auto time = machine.hardware.reset_time(adapter);
    if (code == response::normal && time != 0)
        machine.resets[Machine::key(adapter, domain)] = machine.now() + time;
    return code;
}

/// A queue whose last reset ended badly is not given to guests; deconfigured or checkstopped is not badly.
void Resets::store(Apqn queue, std::uint8_t code) {
    const bool clean =
        code == response::normal || code == response::deconfigured || code == response::checkstopped;
    auto& unclean = machine_.unclean[queue.adapter];
    clean ? unclean.clear(queue.domain) : unclean.set(queue.domain);
}

void Resets::begin(unsigned adapter, unsigned domain) {
    const Apqn queue{static_cast<std::uint8_t>(adapter), static_cast<std::uint8_t>(domain)};
    const auto code = begin_reset(machine_, adapter, domain);
    store(queue, code);
    if (code == response::normal) machine_.queue(adapter, domain).silenced = true;
    if (code == response::normal || waits(code)) pending_.push_back({queue, code == response::normal});
}

void Resets::begin(unsigned adapter, const Mask256& domains) {
    (domains & machine_.passed_through[adapter]).for_each([&](unsigned domain) { begin(adapter, domain); });
}

/// One look at a queue that is being reset.
bool Resets::done(Pending& pending) {
    const auto [adapter, domain] = pending.queue;
    if (waits(machine_.response(adapter, domain))) return false;
    if (pending.accepted) return true;
    const auto code = begin_reset(machine_, adapter, domain);
    store(pending.queue, code);
    pending.accepted = !waits(code);
    return false;
}

/// The kernel always waits a first interval for a reset that was accepted.  Here hardware whose resets take
/// no time is done at once, so that tests that are about something else need not wait.
void Resets::wait() {
    const auto timeless = [this] {
        return machine_.waiting == nullptr || (!machine_.hardware.takes_time() && machine_.resets.empty());
    };
    while (!pending_.empty() && !timeless()) {
        const auto next = machine_.now() + interval;
        while (machine_.now() < next) machine_.waiting->pause(effects_, next);
        std::erase_if(pending_, [this](Pending& pending) { return done(pending); });
    }
    pending_.clear();
    forget_finished_resets(machine_);
}

void forget_finished_resets(Machine& machine) {
    std::erase_if(machine.resets, [now = machine.now()](const auto& entry) { return entry.second <= now; });
}

} // namespace apsim
