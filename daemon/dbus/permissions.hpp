// SPDX-License-Identifier: LGPL-2.1-or-later
// Who may call what: one table, default deny.
#pragma once

#include "core/error.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace ap::dbus {

enum class Access {
    reading,   ///< everybody
    root_only, ///< whatever changes something
};
struct PermissionRow {
    std::string_view member; ///< "org.apctl1.Manager.Apply"
    Access access;
};
/// A row for every method of api/*.xml; a test walks the files.
std::span<const PermissionRow> permission_table();

/// Fault::denied unless the table lets the caller. A member without a row is for nobody. `uid` is asked only when it matters: it costs a round trip.
Result<void> permit(std::string_view member, const std::function<uid_t()>& uid);

/// For GetPermissions: every member that changes something, "yes" or "no".
std::map<std::string, std::string> permissions_of(uid_t uid);

} // namespace ap::dbus
