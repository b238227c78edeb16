// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of permissions.
#include "dbus/permissions.hpp"

#include <algorithm>
#include <array>

namespace ap::dbus {
namespace {

constexpr std::array rows{
    PermissionRow{"org.apctl1.Manager.GetHost", Access::reading},
    PermissionRow{"org.apctl1.Manager.ListQueues", Access::reading},
    PermissionRow{"org.apctl1.Manager.ExplainQueue", Access::reading},
    PermissionRow{"org.apctl1.Manager.WhoUses", Access::reading},
    PermissionRow{"org.apctl1.Manager.Plan", Access::reading},
    PermissionRow{"org.apctl1.Manager.Apply", Access::root_only},
    PermissionRow{"org.apctl1.Manager.Rescan", Access::root_only},
    PermissionRow{"org.apctl1.Manager.History", Access::reading},
    PermissionRow{"org.apctl1.Manager.HistoryEntry", Access::reading},
    PermissionRow{"org.apctl1.Manager.OpenJob", Access::reading},
    PermissionRow{"org.apctl1.Manager.Recover", Access::root_only},
    PermissionRow{"org.apctl1.Manager.GetSources", Access::reading},
    PermissionRow{"org.apctl1.Manager.GetPermissions", Access::reading},
    PermissionRow{"org.apctl1.Matrix.GetHostdevXml", Access::reading},
    PermissionRow{"org.apctl1.Job.Cancel", Access::root_only},
    PermissionRow{"org.apctl1.Checkpoint.Confirm", Access::root_only},
    PermissionRow{"org.apctl1.Checkpoint.RollBack", Access::root_only},
};

Error denied(std::string_view member) {
    return {.fault = Fault::denied, .subject = std::string(member), .reason = "changes are for root only", .remedy = "run it as root"};
}

} // namespace

std::span<const PermissionRow> permission_table() { return rows; }

Result<void> permit(std::string_view member, const std::function<uid_t()>& uid) {
    const auto row = std::ranges::find(rows, member, &PermissionRow::member);
    if (row == rows.end()) return std::unexpected(denied(member));
    if (row->access == Access::root_only && uid() != 0) return std::unexpected(denied(member));
    return {};
}

std::map<std::string, std::string> permissions_of(uid_t uid) {
    std::map<std::string, std::string> out;
    for (const auto& row : rows)
        if (row.access != Access::reading) out.emplace(row.member, uid == 0 ? "yes" : "no");
    return out;
}

} // namespace ap::dbus
