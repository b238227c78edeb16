// SPDX-License-Identifier: LGPL-2.1-or-later
// All tables together.
#include "tables.hpp"

namespace contract {

std::span<const Row> all_rows() {
    static const auto rows = [] {
        std::vector<Row> all;
        for (auto* table : {rows_of_masks, rows_of_binding, rows_of_assignment, rows_of_config, rows_of_mdevs,
                            rows_of_host, rows_of_override, rows_of_files, rows_of_vfio})
            all.insert(all.end(), table().begin(), table().end());
        return all;
    }();
    return rows;
}

} // namespace contract
