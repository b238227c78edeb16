// SPDX-License-Identifier: LGPL-2.1-or-later
// Lays out the AP part of /sys as plain files: enough to read, without the kernel's behaviour (apsim has
// that).
#pragma once

#include "core/matrix.hpp"
#include "core/uuid.hpp"
#include "temporary_directory.hpp"

#include <string>
#include <string_view>

namespace ap::host::testing {

/// A bus with nothing on it: both masks all ones, adapters 3, 4, 5 and domains 4, 0x2f, 0x47 in the host's
/// configuration.
class SysfsTree : public TemporaryDirectory {
  public:
    SysfsTree();

    void set_masks(const AdapterSet& apmask, const DomainSet& aqmask) const;
    /// A CEX8C, online, with a serial number.
    void add_card(Apid id) const;
    void set_card(Apid id, std::string_view file, std::string_view text) const;
    void remove_card(Apid id) const;
    /// The queue's device, without a driver.
    void add_queue(Apqn queue) const;
    void set_queue(Apqn queue, std::string_view file, std::string_view text) const;
    /// driver: "cex4queue" (adds `online`), "vfio_ap" (adds `status`), or "" for none.
    void bind(Apqn queue, std::string_view driver) const;
    /// The matrix device, as a kernel has it that knows ap_config.
    void load_vfio_ap() const;
    /// An mdev with all attributes; its guest sees `effective`. `with_ap_config` false: as before 6.10.
    void add_mdev(const Uuid& uuid, const Matrix& assigned, const Matrix& effective,
                  bool with_ap_config = true) const;
    /// Gives the mdev a VFIO group, and a process of this number that has it open.
    void hold(const Uuid& uuid, int group, int pid, std::string_view command) const;
};

[[nodiscard]] std::string matrix_text(const Matrix& matrix); ///< as `matrix` shows it, cut like the kernel's

} // namespace ap::host::testing
