// SPDX-License-Identifier: LGPL-2.1-or-later
// Table A: writes to the masks.
#include "steps.hpp"
#include "tables.hpp"

namespace contract {

namespace {

const std::string ones(64, 'f');

std::string mask(const std::string& digits) {
    return "0x" + digits + std::string(64 - digits.size(), 'f') + "\n";
}

} // namespace

std::vector<Row> rows_of_masks() {
    return {
        {"A1", State::s0, "apmask_show", {shows("apmask", "0x" + ones + "\n"), has_size("apmask", 67)}},
        {"A2",
         State::s0,
         "apmask_store, __ap_revise_reserved",
         {write("apmask", "-3"), shows("apmask", mask("ef")), on("03.0004", "vfio_ap")}},
        {"A5",
         State::s2,
         "__verify_card_reservations, vfio_ap_mdev_resource_in_use",
         {write("apmask", "+3", EBUSY), shows("apmask", mask("ef")), on("03.0004", "vfio_ap"), events({}),
          log_names({"03.0004", "03.0047"})}},
    };
}

} // namespace contract
