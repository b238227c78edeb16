// SPDX-License-Identifier: LGPL-2.1-or-later
// A definition of a matrix as a file of mdevctl's: /etc/mdevctl.d/matrix/<uuid>, JSON.
#pragma once

#include "core/error.hpp"
#include "core/matrix.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace ap::host {

/// What such a file says about a matrix. Its name and whether it is wanted active have no place there.
struct DefinitionFile {
    Matrix matrix;
    bool autostart = true; ///< "start": "auto" or "manual"
    friend bool operator==(const DefinitionFile&, const DefinitionFile&) = default;
};

/// More than the largest definition takes: 768 attributes of less than 100 bytes each.
inline constexpr std::size_t largest_definition_file = std::size_t{256} * 1024;

/// Reads what mdevctl, libvirt and libap write: `attrs` is a list of objects with one key each, applied in
/// order as `mdevctl start` would.
///   assign_adapter, assign_domain, assign_control_domain and their unassign_ twins: a number as the kernel
///   takes it (decimal, 0x hex, leading 0 octal), or a
///     comma separated list of such (libap);
///   ap_config: three full masks;
///   any other attribute is not ours and is left alone.
/// Fault::invalid, one line, no subject: not JSON, not UTF-8, NUL, duplicate keys, too large, wrong type,
/// "mdev_type" other than vfio_ap-passthrough, id out of range.
[[nodiscard]] Result<DefinitionFile> parse_definition_file(std::string_view text);

/// The text for `definition`. `old` is the file's content so far ("" when there is none): keys and attributes
/// that are not ours stay where they are, and ours as they are written where they assign one id that is still
/// wanted; so what is changed and changed back is what it was. When `old` says the same already it comes back
/// byte for byte. New attributes are written one id each as strings, adapters before domains before control domains: the form
/// every mdevctl and every kernel understands (ap_config needs 6.10). Fault::invalid as above when `old` is
/// not understood.
[[nodiscard]] Result<std::string> write_definition_file(const DefinitionFile& definition,
                                                        std::string_view old);

} // namespace ap::host
