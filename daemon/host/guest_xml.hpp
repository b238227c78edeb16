// SPDX-License-Identifier: LGPL-2.1-or-later
// The matrix in the XML of a guest. Pure.
#pragma once

#include "core/uuid.hpp"

#include <optional>
#include <string_view>

namespace ap::host {

/// Of the first hostdev with model vfio-ap, and libvirt allows no second one; nullopt when there is none or the text is no XML of a domain.
[[nodiscard]] std::optional<Uuid> matrix_in(std::string_view domain_xml);

} // namespace ap::host
