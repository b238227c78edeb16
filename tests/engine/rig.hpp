// SPDX-License-Identifier: LGPL-2.1-or-later
// An engine on fakes, with a loop that waits for notices instead of sleeping.
#pragma once

#include "core/wish.hpp"
#include "engine/engine.hpp"
#include "fakes/fake_calendar.hpp"
#include "fakes/fake_host.hpp"
#include "fakes/fake_lock.hpp"
#include "fakes/fake_guests.hpp"
#include "fakes/fake_sources.hpp"
#include "fakes/fake_store.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

namespace ap::engine {

/// Everything a failed job has to put back.
struct World {
    HostState host;
    Wanted wanted;
    friend bool operator==(const World&, const World&) = default;
};

class Rig {
  public:
    explicit Rig(const HostState& start, const Wanted& wanted = {}, Policy policy = Policy::report);
    /// The next process on this host and this disk.
    Rig(const HostState& start, const fakes::FakeStore::Disk& disk, Policy policy = Policy::report);
    ~Rig();

    fakes::CallGate gate;
    fakes::FakeHost host;
    fakes::FakeStore store;
    fakes::FakeLock lock;
    fakes::FakeCalendar calendar;
    fakes::FakeSources sources;
    fakes::FakeGuests guests;

  private:
    std::mutex mutex_;
    std::condition_variable woken_;
    bool wake_ = false;

  public:
    Engine engine; ///< last, so that its thread ends first

    /// Starts the engine and waits for the first snapshot.
    void start();
    /// Takes notices until `done` holds; a failure of the test when nothing happens for a minute.
    void wait_until(const std::function<bool()>& done);
    JobView wait_for_end(std::uint32_t job);
    /// Applies and waits for the end; a refusal at once is a view without id, with the errors.
    JobView apply(const std::vector<Wish>& wishes, const ApplyOptions& options = {});
    /// Queues and does not wait; the wishes must be possible.
    std::uint32_t queue(const std::vector<Wish>& wishes, const ApplyOptions& options = {});
    /// Waits until the engine has read everything again, thus until all work before is done.
    Result<std::uint64_t> rescan();
    [[nodiscard]] JobView job(std::uint32_t id) const;
    [[nodiscard]] World world() const { return {host.state(), store.wanted()}; }
    /// The number of the first call of this name since the gate was reset; 0 when there was none.
    [[nodiscard]] unsigned call_named(const std::string& name) const;

    std::vector<Notice> seen; ///< all notices so far
};

Wish wish(std::string_view verb, const WishArguments& arguments);
Uuid uuid_of(const Rig& rig, std::string_view matrix);
/// 2 adapters (3, 4) x 3 domains (4, 0x2f, 0x47), all the host's.
HostState two_adapters();
/// The same on a kernel with driver_override.
HostState two_adapters_with_overrides();
Wish assign_web();
/// The number that a call has when two_adapters() gets assign_web() and nothing is in the way.
unsigned call_of_assign_web(const std::string& name);

} // namespace ap::engine
