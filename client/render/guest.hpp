// SPDX-License-Identifier: LGPL-2.1-or-later
// What previews and `show` say about a guest of libvirt.
#pragma once

#include "guests.hpp"
#include "render/json_fwd.hpp"
#include "render/look.hpp"

#include <string>
#include <vector>

namespace ap::cli {

/// "the running guest and its definition"; requires places.any().
std::string in_words(Places places);
/// What it has and what is to be put where, for a preview.
std::vector<std::string> guest_lines(const HostView& view, const NamedGuest& named);
/// CPU features that it needs and has not got; none: nothing.
std::vector<std::string> guest_warnings(const LibvirtGuest& guest);
/// All about it, for `show`.
std::string guest_text(const HostView& view, const LibvirtGuest& guest, const Look& look);
Json json_of(const LibvirtGuest& guest);
Json json_of(const NamedGuest& named);

/// When a running guest learns of queues that come or go.
std::string how_it_notices();

} // namespace ap::cli
