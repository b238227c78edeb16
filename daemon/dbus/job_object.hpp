// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1.Job: a change on its way, on the bus.
#pragma once

#include "dbus/views.hpp"

#include <job_adaptor.h>

#include <functional>

namespace ap::dbus {

/// Loop thread only. Announces itself when made and when destroyed, and its end by Completed.
class JobObject final : public sdbus::AdaptorInterfaces<org::apctl1::Job_adaptor, sdbus::ManagedObject_adaptor> {
  public:
    using CancelJob = std::function<ap::Result<void>(std::uint32_t job)>;

    JobObject(sdbus::IConnection& connection, engine::JobView job, CancelJob cancel);
    ~JobObject();
    void update(engine::JobView job);
    [[nodiscard]] bool ended() const { return engine::ended(job_.state); }
    static std::string path_of(std::uint32_t job);

  private:
    void Cancel() override;

    std::uint32_t Id() override { return job_.id; }
    std::string Description() override { return job_.description; }
    std::string State() override { return view_.state; }
    wire::Progress Progress() override { return view_.progress; }
    wire::Progress QueueProgress() override { return view_.queue_progress; }
    std::string WaitingFor() override { return view_.waiting_for; }
    wire::StartedBy StartedBy() override { return {job_.started_by.uid, job_.started_by.bus_name}; }
    std::vector<std::string> Steps() override { return view_.steps; }
    wire::JobError Error() override { return view_.error; }
    std::string Remarks() override { return view_.remarks; }

    engine::JobView job_;
    JobPropertiesView view_;
    CancelJob cancel_;
};

} // namespace ap::dbus
