// SPDX-License-Identifier: LGPL-2.1-or-later
// Each change is one write(2), then a look at what the kernel made of it. The kernel's errno is explained,
// never replaced.
#include "host/matrix_devices_sysfs.hpp"

#include "host/holder.hpp"
#include "host/matrix_reader.hpp"
#include "host/use_reader.hpp"

#include <fmt/format.h>

#include <fcntl.h>

#include <cerrno>

namespace ap::host {
namespace {

Result<void> explained(Result<void> result) {
    if (result) return result;
    auto& error = result.error();
    switch (error.errno_value) {
    case EADDRNOTAVAIL: error.reason += "; a queue of the matrix belongs to the host's drivers"; break;
    case EADDRINUSE: error.reason += "; a queue of the matrix is in another matrix"; break;
    case EEXIST: error.reason += "; there is an mdev with this UUID"; break;
    case EUSERS: error.reason += "; no more mdevs can be made"; break;
    case ENOENT: error.reason += "; there is no such mdev, or it is being removed"; break;
    case ENODEV: error.reason += "; an id is above the machine's maximum, or the mdev has just gone"; break;
    default: break;
    }
    return result;
}

std::unexpected<Error> not_as_written(const Uuid& uuid, std::string reason) {
    return std::unexpected(Error{.fault = Fault::kernel_refused,
                                 .subject = to_string(uuid),
                                 .reason = std::move(reason),
                                 .remedy = {}});
}

std::string attribute_of(const EditMatrix& edit) {
    constexpr std::string_view kinds[] = {"adapter", "domain", "control_domain"};
    return fmt::format("{}assign_{}", edit.assign ? "" : "un", kinds[static_cast<std::size_t>(edit.what)]);
}

bool has_id(const Matrix& matrix, const EditMatrix& edit) {
    switch (edit.what) {
    case EditMatrix::What::adapter: return matrix.adapters.contains(static_cast<Apid>(edit.id));
    case EditMatrix::What::domain: return matrix.domains.contains(static_cast<Apqi>(edit.id));
    case EditMatrix::What::control: break;
    }
    return matrix.control.contains(static_cast<Apqi>(edit.id));
}

/// Opening a group that is open gives EBUSY. The momentary open is harmless here, and only here: the mdev is
/// about to go.
bool is_busy(const Directory& root, const std::string& node) {
    FileDescriptor fd(::open(root.full(node.substr(1)).c_str(), O_RDWR | O_CLOEXEC));
    return !fd && errno == EBUSY;
}

} // namespace

Result<void> MatrixDevicesSysfs::create(const Uuid& uuid) {
    static constexpr const char* type = "sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough";
    if (!root_.has(type))
        return std::unexpected(Error{.fault = Fault::no_ap_bus,
                                     .subject = "vfio_ap",
                                     .reason = "the kernel module is not loaded, so no matrix can be made",
                                     .remedy = "modprobe vfio_ap"});
    auto written = root_.write(fmt::format("{}/create", type).c_str(), to_string(uuid));
    if (!written) return explained(std::move(written));
    if (root_.has((mdev_path(uuid) + "/assign_adapter").c_str())) return {};
    return not_as_written(uuid, "was created, yet there is no complete mdev of this UUID");
}

Result<void> MatrixDevicesSysfs::write(const Uuid& uuid, std::string_view attribute,
                                       std::string_view text) const {
    return explained(root_.write(fmt::format("{}/{}", mdev_path(uuid), attribute).c_str(), text));
}

Result<void> MatrixDevicesSysfs::remove(const Uuid& uuid) {
    if (auto open = refuse_if_open(uuid); !open) return open;
    if (auto written = write(uuid, "remove", "1"); !written) return written;
    if (!root_.has(mdev_path(uuid).c_str())) return {};
    return not_as_written(uuid, "was removed, yet the mdev is still there");
}

/// Three questions, since each misses something: `status` needs a queue the guest sees, EBUSY a VFIO group,
/// /proc the permission to look.
Result<void> MatrixDevicesSysfs::refuse_if_open(const Uuid& uuid) const {
    auto guest = has_guest(uuid);
    if (!guest) return std::unexpected(std::move(guest.error()));
    auto nodes = vfio_nodes_of(root_, uuid);
    bool open = *guest;
    for (const auto& node : nodes) open = open || is_busy(root_, node);
    auto holder = nodes.empty() ? std::nullopt : holder_among(find_holders(root_), nodes);
    if (!open && !holder) return {};
    return std::unexpected(
        Error{.fault = Fault::in_use,
              .subject = to_string(uuid),
              .reason = fmt::format("is open; {} uses it", holder ? to_string(*holder) : "a guest"),
              .remedy = "detach it from the guest, or shut the guest down, first"});
}

Result<bool> MatrixDevicesSysfs::has_guest(const Uuid& uuid) const {
    auto text = root_.read((mdev_path(uuid) + "/guest_matrix").c_str());
    if (!text) return std::unexpected(std::move(text.error()));
    auto effective = *text ? parse_matrix_text(**text) : std::nullopt;
    if (!effective) return false; // no guest_matrix before 6.0; the other two questions remain
    auto use = use_by_status(root_, effective->matrix.queues(), effective->matrix);
    if (!use) return std::unexpected(std::move(use.error()));
    return use->value_or(false);
}

Result<void> MatrixDevicesSysfs::set_matrix(const Uuid& uuid, const Matrix& matrix) {
    if (auto written = write(uuid, "ap_config", to_ap_config(matrix)); !written) return written;
    auto now = read_assigned(root_, uuid);
    if (!now) return std::unexpected(std::move(now.error()));
    if (*now == matrix) return {};
    return not_as_written(
        uuid, "its matrix is not the one that was written; somebody else changes it at the same time");
}

Result<void> MatrixDevicesSysfs::edit_matrix(const EditMatrix& edit) {
    // Decimal: the kernel takes every base, but a leading zero would make it octal.
    if (auto written = write(edit.uuid, attribute_of(edit), fmt::format("{}", edit.id)); !written)
        return written;
    return verify(edit);
}

Result<void> MatrixDevicesSysfs::verify(const EditMatrix& edit) const {
    auto now = read_assigned(root_, edit.uuid);
    // More queues than `matrix` can show and no ap_config: the write's success has to do.
    if (!now && now.error().errno_value == EOVERFLOW) return {};
    if (!now) return std::unexpected(std::move(now.error()));
    if (*now && has_id(**now, edit) == edit.assign) return {};
    return not_as_written(
        edit.uuid, fmt::format("{} of {} had no effect; somebody else changes the matrix at the same time",
                               attribute_of(edit), edit.id));
}

} // namespace ap::host
