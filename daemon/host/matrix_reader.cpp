// SPDX-License-Identifier: LGPL-2.1-or-later
// Prefers ap_config, which is complete and one read; `matrix` with `control_domains` on kernels before 6.10.
#include "host/matrix_reader.hpp"

#include "core/predictor.hpp"

#include <fmt/format.h>

#include <cerrno>

namespace ap::host {
namespace {

std::unexpected<Error> not_understood(const Directory& mdev, const char* file) {
    return std::unexpected(Error{.fault = Fault::host_io,
                                 .subject = mdev.full(file),
                                 .reason = "is not of the form the kernel writes",
                                 .remedy = {}});
}

/// What is assigned, as far as the kernel tells.
Result<std::optional<MatrixText>> assigned_by_lists(const Directory& mdev) {
    auto text = mdev.read("matrix");
    if (!text) return std::unexpected(std::move(text.error()));
    auto control = mdev.read("control_domains");
    if (!control) return std::unexpected(std::move(control.error()));
    if (!*text || !*control) return std::nullopt;
    auto parsed = parse_matrix_text(**text);
    if (!parsed) return not_understood(mdev, "matrix");
    auto domains = parse_control_domains(**control);
    if (!domains) return not_understood(mdev, "control_domains");
    parsed->matrix.control = *domains;
    return *parsed;
}

Result<std::optional<MatrixText>> assigned_of(const Directory& mdev) {
    auto config = mdev.read("ap_config");
    if (!config) return std::unexpected(std::move(config.error()));
    if (!*config) return assigned_by_lists(mdev);
    auto matrix = parse_ap_config(**config);
    if (!matrix) return not_understood(mdev, "ap_config");
    return MatrixText{*matrix, false};
}

/// What the guest sees. Before 6.13 a text that does not fit its page is written behind it, over other memory of the kernel
/// (matrix_show and guest_matrix_show of vfio_ap_ops.c; 6.12.107 panicked soon after such a read, contract row
/// C36); hence only what fits is read, going by what is assigned, which bounds what the guest can see. The
/// predictor stands in elsewhere.
Result<Matrix> effective_of(const Directory& mdev, const Matrix& assigned, HostState& host) {
    if (!fits_in_a_list(assigned)) return effective_matrix(host, assigned);
    auto text = mdev.read("guest_matrix");
    if (!text) return std::unexpected(std::move(text.error()));
    if (text->has_value() || mdev.has("matrix"))
        host.has_guest_matrix = text->has_value(); // else it is vanishing just now
    if (!*text) return effective_matrix(host, assigned);
    auto parsed = parse_matrix_text(**text);
    if (!parsed) return not_understood(mdev, "guest_matrix");
    if (parsed->cut) return effective_matrix(host, assigned);
    parsed->matrix.control = assigned.control & host.host_control;
    return parsed->matrix;
}

/// `remove` is the first attribute to come and the first to go (6.1, 6.2).
std::optional<ActiveMatrix> without_attributes(const Directory& root, const Uuid& uuid,
                                               const ActiveMatrix* before) {
    if (!root.has(mdev_path(uuid).c_str())) return std::nullopt;
    if (root.has((mdev_path(uuid) + "/remove").c_str())) return ActiveMatrix{};
    auto dying = before != nullptr ? *before : ActiveMatrix{};
    dying.in_use = dying.going = true;
    return dying;
}

} // namespace

std::string mdev_path(const Uuid& uuid) { return fmt::format("{}/{}", matrix_device, to_string(uuid)); }

Result<std::set<Uuid>> list_mdevs(const Directory& root) {
    std::set<Uuid> uuids;
    auto listed = root.list(matrix_device, [&](std::string_view name) {
        if (auto uuid = parse_uuid(name)) uuids.insert(*uuid);
    });
    if (!listed) return std::unexpected(std::move(listed.error()));
    return uuids;
}

Result<void> read_features(KeptFiles& files, HostState& host) {
    auto text = files.read(fmt::format("{}/features", matrix_device));
    if (!text) return std::unexpected(std::move(text.error()));
    if (!*text) return {};
    auto padded = fmt::format(" {} ", without_newline(**text));
    host.has_ap_config = padded.find(" ap_config ") != std::string::npos;
    host.has_guest_matrix = padded.find(" guest_matrix ") != std::string::npos;
    return {};
}

Result<std::optional<Matrix>> read_assigned(const Directory& root, const Uuid& uuid) {
    const auto mdev = root.at(mdev_path(uuid));
    auto assigned = assigned_of(mdev);
    if (!assigned) return std::unexpected(std::move(assigned.error()));
    if (!*assigned) return std::nullopt;
    if ((*assigned)->cut)
        return std::unexpected(Error{
            .fault = Fault::host_io,
            .subject = mdev.full("matrix"),
            .reason = "lists 512 queues or more; this kernel shows only the first 511 and has no ap_config",
            .remedy = "use a kernel of at least 6.10, or matrices of at most 511 queues",
            .errno_value = EOVERFLOW});
    return (*assigned)->matrix;
}

Result<std::optional<ActiveMatrix>> read_mdev(const Directory& root, const Uuid& uuid, HostState& host,
                                              const ActiveMatrix* before) {
    auto mdev = root.at(mdev_path(uuid));
    auto assigned = assigned_of(mdev);
    if (!assigned) return std::unexpected(std::move(assigned.error()));
    if (!*assigned) return without_attributes(root, uuid, before);
    host.has_ap_config = mdev.has("ap_config");
    ActiveMatrix out;
    out.assigned = (*assigned)->matrix;
    out.cut = (*assigned)->cut;
    auto effective = effective_of(mdev, out.assigned, host);
    if (!effective) return std::unexpected(std::move(effective.error()));
    out.effective = *effective;
    return out;
}

} // namespace ap::host
