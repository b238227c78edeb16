// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1 on a bus connection: all objects, kept in step with the engine's notices.
#pragma once

#include "dbus/adapter_object.hpp"
#include "dbus/checkpoint_object.hpp"
#include "dbus/diff.hpp"
#include "dbus/job_object.hpp"
#include "dbus/manager_object.hpp"
#include "dbus/matrix_object.hpp"

#include <map>
#include <memory>

namespace ap::dbus {

/// Loop thread only. Objects show the snapshot the engine has when the service is made; take the bus name afterwards, so that nobody sees half.
class Service {
  public:
    Service(sdbus::IConnection& connection, engine::Engine& engine, std::string version);
    /// A notice of the engine: updates objects and sends the signals that go with it.
    void handle(const engine::Notice& notice);
    /// Whether look_at_clock() has something to look at.
    [[nodiscard]] bool busy() const;
    /// Answers Rescan calls that have waited for too long with TimedOut, and lets the engine mark slow steps.
    void look_at_clock(engine::Clock::time_point now);
    /// Shorter than the 25 s after which libraries give up on their own, so that the caller reads our reason.
    static constexpr std::chrono::seconds rescan_patience{20};

  private:
    struct PendingRescan {
        sdbus::Result<std::uint64_t> reply;
        engine::Clock::time_point deadline;
    };

    void on(const engine::SnapshotPublished& published);
    void on(const engine::JobChanged& changed);
    void on(const engine::RescanDone& done);
    sdbus::ObjectPath show(const engine::JobView& job);
    void forget_old_jobs();

    sdbus::IConnection& connection_;
    engine::Engine& engine_;
    ManagerObject manager_;
    std::map<Apid, AdapterObject> adapters_;
    std::map<Uuid, MatrixObject> matrices_;
    std::map<std::uint32_t, JobObject> jobs_;
    std::map<std::uint32_t, CheckpointObject> checkpoints_;
    std::map<std::uint64_t, PendingRescan> rescans_;
    engine::SnapshotPtr shown_;
};

} // namespace ap::dbus
