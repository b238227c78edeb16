// SPDX-License-Identifier: LGPL-2.1-or-later
// Masks as people and other programs write them: in all forms that the kernel takes (kernel-abi 3.2).
// Ours are always whole; these are only read.
#pragma once

#include "core/id_set.hpp"

#include <optional>
#include <string_view>

namespace ap::host {

/// What `before` becomes when this is written; nullopt: the kernel refuses it. Instantiated for Apid and Apqi.
template <class Id>
[[nodiscard]] std::optional<IdSet<Id>> kernel_mask(std::string_view text, const IdSet<Id>& before);

} // namespace ap::host
