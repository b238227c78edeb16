// SPDX-License-Identifier: LGPL-2.1-or-later
// A queue's `status` is "in use" exactly when its mdev has a guest and the guest sees the queue, so one queue
// speaks for all.
#include "host/use_reader.hpp"

#include "host/device_names.hpp"

namespace ap::host {

Result<std::optional<bool>> use_by_status(const Directory& root, const QueueSet& bound,
                                          const Matrix& effective) {
    auto queue = (effective.queues() & bound).first();
    if (!queue) return std::nullopt;
    auto status = root.read((queue_path(*queue) + "/status").c_str());
    if (!status) return std::unexpected(std::move(status.error()));
    if (!*status) return std::nullopt; // changed its driver this moment
    return without_newline(**status) == "in use";
}

Result<void> UseReader::read(const HostState& host, const Uuid& uuid, ActiveMatrix& matrix) {
    if (!matrix.in_use) { // set already for one that is being removed under its guest
        auto status = use_by_status(root_, host.guest, matrix.effective);
        if (!status) return std::unexpected(std::move(status.error()));
        matrix.in_use = status->has_value() ? **status : look_for(uuid).has_value();
    }
    auto holder = matrix.in_use ? holder_of(uuid) : std::nullopt;
    matrix.holder = holder ? to_string(*holder) : "";
    if (!matrix.in_use) known_.erase(uuid);
    return {};
}

std::optional<Holder> UseReader::look_for(const Uuid& uuid) {
    auto nodes = vfio_nodes_of(root_, uuid);
    if (nodes.empty()) return std::nullopt;
    if (!scan_) scan_ = find_holders(root_);
    return holder_among(*scan_, nodes);
}

/// The one known from before while that process lives; a number that was given to another command is not it. The kernel may not have had the command line of a process
/// that had just begun, so a guest's name is asked for until there is one.
std::optional<Holder> UseReader::known_holder(const Uuid& uuid) {
    const auto known = known_.find(uuid);
    if (known == known_.end()) return std::nullopt;
    auto& holder = known->second;
    if (command_of(root_, holder.pid) != holder.command) {
        known_.erase(known);
        return std::nullopt;
    }
    if (holder.guest.empty()) holder.guest = guest_of(root_, holder.pid);
    return holder;
}

bool UseReader::holder_runs(const Uuid& uuid) { return known_holder(uuid).has_value(); }

std::optional<Holder> UseReader::holder_of(const Uuid& uuid) {
    if (auto known = known_holder(uuid)) return known;
    auto found = look_for(uuid);
    if (found) known_[uuid] = *found;
    return found;
}

} // namespace ap::host
