// SPDX-License-Identifier: LGPL-2.1-or-later
// vfio_ap's mdevs as sysfs shows them.
#pragma once

#include "host/sysfs.hpp"
#include "ports/matrix_devices.hpp"

namespace ap::host {

/// Engine thread only.
class MatrixDevicesSysfs final : public MatrixDevices {
  public:
    /// `root` is what "/" is to everybody else; sys/, proc/ and dev/ are looked for below it.
    explicit MatrixDevicesSysfs(std::string root = "/") : root_(std::move(root)) {}

    Result<void> create(const Uuid& uuid) override;
    Result<void> remove(const Uuid& uuid) override;
    Result<void> set_matrix(const Uuid& uuid, const Matrix& matrix) override;
    Result<void> edit_matrix(const EditMatrix& edit) override;

  private:
    [[nodiscard]] Result<void> refuse_if_open(const Uuid& uuid) const;
    [[nodiscard]] Result<bool> has_guest(const Uuid& uuid) const;
    [[nodiscard]] Result<void> write(const Uuid& uuid, std::string_view attribute,
                                     std::string_view text) const;
    [[nodiscard]] Result<void> verify(const EditMatrix& edit) const;

    Directory root_;
};

} // namespace ap::host
