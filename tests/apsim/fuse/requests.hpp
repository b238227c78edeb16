// SPDX-License-Identifier: LGPL-2.1-or-later
// The file system's answers to single requests of the kernel.
#pragma once

#include <string>

#include "fuse/inodes.hpp"
#include "model/machine.hpp"

namespace apsim {

/// Name under which the root of the file system gives out the directory for /dev/vfio.  It is in no listing:
/// whoever sets the simulated host up binds it to its place.
inline constexpr const char* vfio_directory_name = ".dev-vfio";

/// The table for fuse_session_new(); its user data is the Filesystem.
const fuse_lowlevel_ops& requests();

/// What differs for nodes below /dev/vfio; requests() passes it on.
const fuse_lowlevel_ops& vfio_requests();

/// What there is in /dev/vfio, as a listing.
std::string vfio_listing(fuse_req_t, const Machine&);

/// Appends an entry to a listing.
void append_entry(fuse_req_t, std::string& entries, const char* name, fuse_ino_t, mode_t type);

} // namespace apsim
