// SPDX-License-Identifier: LGPL-2.1-or-later
// Which files this process brought to the disk, in order: fsync() and fdatasync() of the test program are its own, and call the kernel's.
#pragma once

#include <string>
#include <vector>

namespace ap::host::testing {

void forget_synced_files();
/// Their names without directories.
std::vector<std::string> synced_files();

} // namespace ap::host::testing
