// SPDX-License-Identifier: LGPL-2.1-or-later
// The properties of each object as one value, so that two snapshots can be compared property by property.
#pragma once

#include "engine/job.hpp"
#include "engine/snapshot.hpp"

#include <wire_types.hpp>

#include <set>
#include <string>
#include <vector>

namespace ap::dbus {

struct ManagerView {
    std::uint64_t generation = 0;
    bool bus_present = false, vfio_ap_present = false;
    std::vector<std::string> kernel_features;
    std::string bind_mode, bind_choice, bind_reason;
    bool settled = false, degraded = false;
    std::string degraded_reason;
    std::vector<std::string> problems;
    bool drifted = false;
};
ManagerView manager_view(const engine::Snapshot& snapshot);

struct AdapterView {
    std::uint8_t id = 0;
    std::string type;
    std::uint32_t hardware_type = 0;
    std::string mode;
    bool online = false, configured = false, checkstopped = false;
    std::string serial;
    DomainSet domains, host_pool, guest_pool; ///< written out only where somebody is told: most pictures change few of them
    bool drained = false;
};
/// Requires: the snapshot has the adapter.
AdapterView adapter_view(const engine::Snapshot& snapshot, Apid id);

struct MatrixView {
    std::string uuid, name;
    bool defined = false, autostart = false, wanted_active = false, active = false, in_use = false;
    std::string holder;
    std::vector<std::string> guests;
    wire::Triple definition, assigned, effective;
};
/// Requires: the snapshot has the matrix, defined or active.
MatrixView matrix_view(const engine::Snapshot& snapshot, const Uuid& uuid);
std::set<Uuid> matrices_of(const engine::Snapshot& snapshot);

struct JobPropertiesView {
    std::string state;
    wire::Progress progress, queue_progress;
    std::string waiting_for;
    std::vector<std::string> steps;
    wire::JobError error;
    std::string remarks;
};
JobPropertiesView job_view(const engine::JobView& job);

struct CheckpointView {
    std::uint32_t job = 0;
    std::string description;
    wire::StartedBy started_by;
    std::uint64_t deadline = 0;
    std::string overdue;
};
/// Requires: the snapshot has a checkpoint, of this job.
CheckpointView checkpoint_view(const engine::Snapshot& snapshot, std::uint32_t job);

/// Names of the properties that differ, in the order of the XML. Constant and silent ones are not among them.
std::vector<std::string> changed_properties(const ManagerView& before, const ManagerView& after);
std::vector<std::string> changed_properties(const AdapterView& before, const AdapterView& after);
std::vector<std::string> changed_properties(const MatrixView& before, const MatrixView& after);
std::vector<std::string> changed_properties(const JobPropertiesView& before, const JobPropertiesView& after);
std::vector<std::string> changed_properties(const CheckpointView& before, const CheckpointView& after);

} // namespace ap::dbus
