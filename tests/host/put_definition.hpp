// SPDX-License-Identifier: LGPL-2.1-or-later
// One job that changes one definition, as far as the store sees it.
#pragma once

#include "host/store.hpp"

namespace ap::host::testing {

inline Result<void> put_definition(StoreOnDisk& store, const Uuid& uuid, const std::optional<Definition>& definition) {
    auto changes = store.prepare({SetDefinition{uuid, std::nullopt, definition}}, {});
    if (!changes) return std::unexpected(changes.error());
    return store.commit(*changes, {1, "entry"}, Store::Foreign::refuse, std::nullopt, {});
}

} // namespace ap::host::testing
