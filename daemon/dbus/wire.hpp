// SPDX-License-Identifier: LGPL-2.1-or-later
// Our values as rows of the bus API, and requests from the bus as our values.
#pragma once

#include "core/explainer.hpp"
#include "engine/job.hpp"
#include "engine/snapshot.hpp"

#include <wire_types.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace ap::dbus {

// --- Outgoing ----------------------------------------------------------------------------------------------------------

/// "03.002f,04.0030-0032"; "" for the empty set. Never cut.
std::string queue_list(const QueueSet& queues);
wire::Triple to_wire(const Matrix& matrix);
/// "host", "pool", "unbound", "absent" or the uuid of the matrix.
std::string to_wire(const Owner& owner);
/// "host", "pool", "unbound", "absent" or "matrix".
std::string kind_of(const Owner& owner);
std::vector<wire::DriftRow> to_wire(const std::vector<Drift>& drift);
/// The whole host; at most 100 KiB as a message, also with 65,536 queues.
wire::Host to_wire(const engine::Snapshot& snapshot);
/// `view` is of snapshot.host.
wire::QueueRow queue_row(const engine::Snapshot& snapshot, const QueueView& view, Apqn queue);
wire::Explanation to_wire(const Explanation& explanation, const Wanted& names);
wire::UserRow to_wire(const User& user, const engine::Snapshot& snapshot);
wire::Plan to_wire(const Plan& plan);
wire::HistoryRow to_row(const engine::HistoryEntry& entry);
wire::HistoryEntry to_wire(const engine::HistoryEntry& entry);
wire::OpenJob to_wire(const engine::OpenJob& open);
wire::SourceList source_list(const engine::Snapshot& snapshot);
/// Names of the kernel's features that `host` has.
std::vector<std::string> kernel_features(const HostState& host);
/// The libvirt element that gives the matrix to a guest.
std::string hostdev_xml(const Uuid& uuid);

// --- Incoming ----------------------------------------------------------------------------------------------------------
// Strict: an unknown key, another type than documented, a text of more than `longest_text` bytes, more than `most_wishes` wishes are Fault::invalid.

inline constexpr std::size_t longest_text = 65536;
inline constexpr std::size_t most_wishes = 4096;

Result<void> check_text(std::string_view what, std::string_view text);
/// Every wrong wish is a reason.
std::expected<std::vector<Wish>, std::vector<Error>> wishes_from(const std::vector<wire::Wish>& wishes);
/// The same as they came, for the history.
std::vector<engine::WishText> texts_of(const std::vector<wire::Wish>& wishes);
Result<engine::ApplyOptions> apply_options_from(const wire::Options& options);
/// The options of Plan and of RollBack: "disrupt" alone.
Result<engine::ApplyOptions> plan_options_from(const wire::Options& options);
/// The queues a filter lets through, ascending.
Result<std::vector<wire::QueueRow>> list_queues(const engine::Snapshot& snapshot, const wire::QueueFilter& filter);
/// What WhoUses is asked about: an adapter ("3", "0x3", "card03": all its queues) or a queue list.
Result<QueueSet> queues_asked_for(const std::string& what);

} // namespace ap::dbus
