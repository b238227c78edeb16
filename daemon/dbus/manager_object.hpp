// SPDX-License-Identifier: LGPL-2.1-or-later
// org.apctl1.Manager: the host as a whole, on the bus. Parse, ask the engine, answer.
#pragma once

#include "dbus/views.hpp"
#include "engine/engine.hpp"

#include <manager_adaptor.h>

#include <functional>

namespace ap::dbus {

/// What the manager object needs from the rest of the service.
struct ManagerHooks {
    /// Makes the object of a job that was just queued; its path.
    std::function<sdbus::ObjectPath(const engine::JobView&)> show_job;
    /// Keeps the reply until the engine has read everything anew.
    std::function<void(std::uint64_t ticket, sdbus::Result<std::uint64_t>&&)> await_rescan;
};

/// Loop thread only.
class ManagerObject final : public sdbus::AdaptorInterfaces<org::apctl1::Manager_adaptor, sdbus::ObjectManager_adaptor> {
  public:
    ManagerObject(sdbus::IConnection& connection, engine::Engine& engine, std::string version, ManagerHooks hooks);
    ~ManagerObject();
    /// `changed`: names of the properties that differ from before.
    void update(const engine::Snapshot& snapshot, const std::vector<std::string>& changed);

  private:
    wire::Host GetHost() override;
    std::vector<wire::QueueRow> ListQueues(const wire::QueueFilter& filter) override;
    wire::Explanation ExplainQueue(const std::string& queue) override;
    std::vector<wire::UserRow> WhoUses(const std::string& what) override;
    wire::Plan Plan(const std::vector<wire::Wish>& wishes, const wire::Options& options) override;
    sdbus::ObjectPath Apply(const std::vector<wire::Wish>& wishes, const wire::Options& options) override;
    void Rescan(sdbus::Result<std::uint64_t>&& result) override;
    std::vector<wire::HistoryRow> History(const std::uint32_t& most) override;
    wire::HistoryEntry HistoryEntry(const std::uint32_t& job) override;
    wire::OpenJob OpenJob() override;
    sdbus::ObjectPath Recover(const std::string& how) override;
    wire::SourceList GetSources() override;
    std::map<std::string, std::string> GetPermissions() override;

    std::string Version() override { return version_; }
    std::uint32_t ApiVersion() override { return wire::api_version; }
    std::uint64_t Generation() override { return view_.generation; }
    bool BusPresent() override { return view_.bus_present; }
    bool VfioApPresent() override { return view_.vfio_ap_present; }
    std::vector<std::string> KernelFeatures() override { return view_.kernel_features; }
    std::vector<std::string> Features() override { return {}; }
    std::string BindMode() override { return view_.bind_mode; }
    std::string BindChoice() override { return view_.bind_choice; }
    std::string BindReason() override { return view_.bind_reason; }
    bool Settled() override { return view_.settled; }
    bool Degraded() override { return view_.degraded; }
    std::string DegradedReason() override { return view_.degraded_reason; }
    std::vector<std::string> Problems() override { return view_.problems; }
    bool Drifted() override { return view_.drifted; }

    engine::Engine& engine_;
    std::string version_;
    ManagerHooks hooks_;
    ManagerView view_;
};

} // namespace ap::dbus
