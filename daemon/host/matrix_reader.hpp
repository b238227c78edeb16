// SPDX-License-Identifier: LGPL-2.1-or-later
// Reads vfio_ap's mdevs: /sys/devices/vfio_ap/matrix/<uuid> (kernel-abi section 7).
#pragma once

#include "core/host_state.hpp"
#include "host/kept_files.hpp"
#include "host/sysfs.hpp"

#include <set>
#include <string_view>

namespace ap::host {

inline constexpr const char* matrix_device = "sys/devices/vfio_ap/matrix";
[[nodiscard]] std::string mdev_path(const Uuid& uuid); ///< below the root

/// What `matrix` and `guest_matrix` say. 512 queues and more do not fit: the kernel cuts the text at 4095
/// bytes (7.4).
struct MatrixText {
    Matrix matrix; ///< without control domains; what was readable when cut
    bool cut = false;
};
/// nullopt for text that is not of the kernel's form.
[[nodiscard]] std::optional<MatrixText> parse_matrix_text(std::string_view text);
[[nodiscard]] std::optional<DomainSet> parse_control_domains(std::string_view text);
/// One line of three masks (7.5).
[[nodiscard]] std::optional<Matrix> parse_ap_config(std::string_view text);
[[nodiscard]] std::string to_ap_config(const Matrix& matrix); ///< with the newline

[[nodiscard]] Result<std::set<Uuid>> list_mdevs(const Directory& root);
/// has_ap_config, has_guest_matrix from the matrix device's `features` (>= 6.12); leaves them alone on older
/// kernels.
[[nodiscard]] Result<void> read_features(KeptFiles& files, HostState& host);

/// Assigned adapters, domains and control domains; nullopt when the mdev or its attributes are not there.
/// Fault::host_io with EOVERFLOW when 512 queues or more are assigned on a kernel without ap_config: nothing
/// can tell which.
[[nodiscard]] Result<std::optional<Matrix>> read_assigned(const Directory& root, const Uuid& uuid);

/// One mdev, all but its use; `cut` where read_assigned() would fail with EOVERFLOW. `host` must have its binding already: it notes what kind of attributes the mdev
/// has, and is needed when guest_matrix is cut. nullopt when the directory is gone. An mdev whose attributes
/// are gone while its directory is there is either not complete yet (empty matrix) or being removed under
/// somebody who has it open (6.2): then it keeps what `before` knew, and `in_use` is set.
[[nodiscard]] Result<std::optional<ActiveMatrix>> read_mdev(const Directory& root, const Uuid& uuid,
                                                            HostState& host, const ActiveMatrix* before);

} // namespace ap::host
