// SPDX-License-Identifier: LGPL-2.1-or-later
// Life of the daemon under test.
#include "daemon_on_fakes.hpp"

#include <csignal>
#include <utility>

#include <unistd.h>

namespace ap::tests {

void FakeEvents::happen(const Dirty& what) {
    std::lock_guard hold(mutex_);
    waiting_ |= what;
    wake_.poke();
}

Dirty FakeEvents::drain() {
    std::lock_guard hold(mutex_);
    wake_.clear();
    return std::exchange(waiting_, {});
}

DaemonOnFakes::DaemonOnFakes(HostState start) : host(gate, std::move(start)) {}

DaemonOnFakes::~DaemonOnFakes() {
    gate.reset();
    if (thread_.joinable()) stop();
}

void DaemonOnFakes::block_signals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool DaemonOnFakes::start() {
    thread_ = std::thread([this] {
        Daemon daemon({{host, host, store, lock, calendar, sources, guests}, events, [] { return true; }, [] {}}, connect_to(bus.address()));
        status_ = daemon.run();
    });
    return client.sees_name(true);
}

int DaemonOnFakes::stop() {
    // To the process: every thread blocks it, so the loop's signalfd is what takes it.
    kill(getpid(), SIGTERM);
    thread_.join();
    return status_;
}

} // namespace ap::tests
