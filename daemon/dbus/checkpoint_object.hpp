// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1.Checkpoint: the change that waits to be confirmed, on the bus.
#pragma once

#include "dbus/views.hpp"
#include "engine/engine.hpp"

#include <checkpoint_adaptor.h>

#include <functional>

namespace ap::dbus {

/// Loop thread only. Announces itself when made and when destroyed.
class CheckpointObject final : public sdbus::AdaptorInterfaces<org::apctl1::Checkpoint_adaptor, sdbus::ManagedObject_adaptor> {
  public:
    /// Makes the object of a job that was just queued; its path.
    using ShowJob = std::function<sdbus::ObjectPath(const engine::JobView&)>;

    CheckpointObject(sdbus::IConnection& connection, engine::Engine& engine, CheckpointView view, ShowJob show_job);
    ~CheckpointObject();
    /// `changed`: names of the properties that differ from before.
    void update(CheckpointView view, const std::vector<std::string>& changed);
    static std::string path_of(std::uint32_t job);

  private:
    sdbus::ObjectPath Confirm() override;
    sdbus::ObjectPath RollBack(const wire::Options& options) override;

    std::uint32_t Job() override { return view_.job; }
    std::string Description() override { return view_.description; }
    wire::StartedBy StartedBy() override { return view_.started_by; }
    std::uint64_t Deadline() override { return view_.deadline; }
    std::uint64_t TimeLeft() override;
    std::string Overdue() override { return view_.overdue; }

    engine::Engine& engine_;
    CheckpointView view_;
    ShowJob show_job_;
};

} // namespace ap::dbus
