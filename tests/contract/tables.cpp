// SPDX-License-Identifier: LGPL-2.1-or-later
// All tables together.
#include "tables.hpp"

namespace contract {

std::span<const Row> all_rows() {
    static const auto rows = [] {
        std::vector<Row> all;
        for (auto* table : {rows_of_masks})
            for (auto& row : table()) all.push_back(std::move(row));
        return all;
    }();
    return rows;
}

} // namespace contract
