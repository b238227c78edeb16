// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon as it ships, on a bus of its own and a host in memory.
#pragma once

#include "bus_client.hpp"
#include "daemon.hpp"
#include "fakes/fake_calendar.hpp"
#include "fakes/fake_guests.hpp"
#include "fakes/fake_host.hpp"
#include "fakes/fake_lock.hpp"
#include "fakes/fake_sources.hpp"
#include "fakes/fake_store.hpp"
#include "private_bus.hpp"

#include <mutex>
#include <thread>

namespace ap::tests {

/// Events that the test makes itself.
class FakeEvents final : public DeviceEvents {
  public:
    void happen(const Dirty& what);
    int fd() const override { return wake_.fd(); }
    Dirty drain() override;
    std::optional<Arrivals> take_arrivals() override { return Arrivals{}; }

  private:
    Wake wake_;
    std::mutex mutex_;
    Dirty waiting_;
};

/// Requires: SIGTERM and SIGINT are blocked in every thread of the test; block_signals() before the first one.
class DaemonOnFakes {
  public:
    explicit DaemonOnFakes(HostState start);
    ~DaemonOnFakes();
    /// Starts the daemon and waits for its name.
    bool start();
    /// SIGTERM; the exit status.
    int stop();
    static void block_signals();

    PrivateBus bus;
    fakes::CallGate gate;
    fakes::FakeHost host;
    fakes::FakeStore store{gate};
    fakes::FakeLock lock{gate};
    fakes::FakeCalendar calendar;
    fakes::FakeSources sources;
    fakes::FakeGuests guests;
    FakeEvents events;
    BusClient client{bus.address()};

  private:
    std::thread thread_;
    int status_ = -1;
};

} // namespace ap::tests
