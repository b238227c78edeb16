// SPDX-License-Identifier: LGPL-2.1-or-later
// From the types of the bus to values. What the daemon sends is foreign text too: whatever cannot be read is
// Fault::internal and names the piece, never a guess.
#pragma once

#include "failure.hpp"
#include "proxy/views.hpp"
#include "wire_types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace ap::cli {

/// Rebuilds observed and wanted state, so that owner_of() and condition_of() answer here as they do in the
/// daemon. What does not travel keeps its default: raw hardware types, the kernel's in-use rule, driver
/// overrides.
Answer<HostView> from_wire(const wire::Host& host);
Answer<ExplanationView> from_wire(const wire::Explanation& explanation);
Answer<std::vector<UserView>> from_wire(const std::vector<wire::UserRow>& rows);
Answer<PlanView> from_wire(const wire::Plan& plan);
std::vector<DriftView> from_wire(const std::vector<wire::DriftRow>& rows);
HistoryView from_wire(const wire::HistoryRow& row);
HistoryEntryView from_wire(const wire::HistoryEntry& entry);
OpenJobView from_wire(const wire::OpenJob& open);
SourcesView from_wire(const wire::SourceList& list);
/// The properties of a job object; those that are missing keep their defaults.
Answer<JobView> job_from_wire(const std::map<std::string, sdbus::Variant>& properties);
CheckpointView checkpoint_from_wire(const std::map<std::string, sdbus::Variant>& properties);
ServiceView service_from_wire(const std::map<std::string, sdbus::Variant>& properties);

/// A D-Bus error: the fault by its name, one line of the message for each reason. Names that are not ours
/// mean an unreachable daemon (nobody owns the name, no reply) or, for the rest, a failure inside.
Failure failure_from_wire(std::string_view error_name, std::string_view message);
std::vector<std::string> lines_of(std::string_view message);

std::vector<wire::Wish> to_wire(const std::vector<WireWish>& wishes);

} // namespace ap::cli
