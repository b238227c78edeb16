// SPDX-License-Identifier: LGPL-2.1-or-later
// How queues get to vfio_ap: by the two masks, or queue by queue by driver_override. The kernel knows only one of them at a time.
#pragma once

#include "core/error.hpp"
#include "core/host_state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace ap {

enum class BindMode { masks, overrides };
std::string to_string(BindMode mode); ///< "masks", "overrides"

/// What people choose. `automatic`: overrides where the kernel has them and no mask is in use, else masks.
enum class BindChoice { automatic, masks, overrides };
std::string to_string(BindChoice choice); ///< "auto", "masks", "overrides"
Result<BindChoice> parse_bind_choice(std::string_view text);
/// The mode that the choice names; nullopt: it leaves that to the host.
std::optional<BindMode> mode_named(BindChoice choice);

/// The mode that is in use: a mask that is not all ones, or a driver_override somewhere. On a host where both are (the kernel lets boot parameters come to
/// that, kernel-abi 3.4) it is the masks. Nothing where neither is.
std::optional<BindMode> mode_in_use(const HostState& host);
/// The mode of the next change: what is in use; only where nothing is does the choice decide.
BindMode bind_mode(const HostState& host, BindChoice choice);
/// Why it is that mode, one sentence for a person.
std::string why_bind_mode(const HostState& host, BindChoice choice);

} // namespace ap
