// SPDX-License-Identifier: LGPL-2.1-or-later
// Port to vfio_ap's mdevs.
#pragma once

#include "core/plan.hpp"

namespace ap {

/// All functions may block in the kernel without end (queue resets, kernel-abi section 9): engine thread only.
/// Writes are one write(2) each, verified by reading back; Fault::kernel_refused with errno otherwise.
class MatrixDevices {
  public:
    virtual ~MatrixDevices() = default;
    /// EEXIST when the uuid is taken. An mdev that is there already and empty is not success here; the planner knows what exists.
    virtual Result<void> create(const Uuid& uuid) = 0;
    /// Never writes `remove` while somebody has the mdev open: that write would block for ever and the guest would lose its
    /// queues silently (kernel-abi 6.2). Fault::in_use then, naming the holder as far as known.
    virtual Result<void> remove(const Uuid& uuid) = 0;
    /// The whole matrix by one ap_config write (EADDRNOTAVAIL: a queue belongs to the host; EADDRINUSE: to another mdev).
    virtual Result<void> set_matrix(const Uuid& uuid, const Matrix& matrix) = 0;
    /// One id by the assign_*/unassign_* files.
    virtual Result<void> edit_matrix(const EditMatrix& edit) = 0;
};

} // namespace ap
