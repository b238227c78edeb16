// SPDX-License-Identifier: LGPL-2.1-or-later
// What is mounted where in the simulated host, all of it private to its mount namespace.
#pragma once

#include <string>
#include <vector>

#include "model/tree.hpp"
#include "run/result.hpp"

namespace apsim {

/// An empty, writable directory at `path`: a tmpfs on it, or, when there is no such directory, a tmpfs on its
/// parent that shows the parent's entries and the new directory, so that nothing is created on the real host.
Done<void> private_directory(const std::string& path);

/// /run, with what the programs inside expect to find there.
Done<void> mount_private_run();

/// /etc/mdevctl.d, /etc/driverctl.d, /etc/udev/rules.d, /etc/apctl and /var/lib/apctl, likewise.
Done<void> mount_private_directories();

/// What mdevctl expects to find in the directory of its definitions.
Done<void> make_definition_directories(const std::string& definitions);

/// Requires: the simulated /sys is mounted and being served.  Puts its directory for VFIO on /dev/vfio.  Where
/// there is none, /dev becomes a tmpfs with the same entries.
Done<void> show_vfio_directory();

/// The real sysfs, kept under /run until reveal_real_sys() is done.
class RealSys {
  public:
    enum class Access { as_it_is, read_only };

    /// Mounts a sysfs for this network namespace (or binds the old one where that is not allowed) and lists
    /// what of it shows through.
    static Done<RealSys> prepare(Access = Access::as_it_is);

    const std::vector<Placeholder>& placeholders() const { return placeholders_; }

    /// Requires: the simulated /sys is mounted and being served.  Binds the real parts onto the placeholders.
    Done<void> reveal() const;

  private:
    std::vector<Placeholder> placeholders_;
};

} // namespace apsim
