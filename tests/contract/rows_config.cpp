// SPDX-License-Identifier: LGPL-2.1-or-later
// Table D: ap_config.
#include "phrases.hpp"
#include "tables.hpp"

namespace contract {

namespace {

const std::string adapter_200 = "0x" + zeros(50) + "8";

/// Texts that are refused and change nothing of M1 in S2.
Row refused(std::string id, std::string source, std::vector<std::string> texts, int error = EINVAL) {
    Steps steps;
    for (auto& text : texts) steps.push_back(write("M1/ap_config", std::move(text), error));
    return {std::move(id), State::s2, std::move(source),
            steps + Steps{shows("M1/ap_config", config_m1), shows("M1/guest_matrix", both)}};
}

const std::vector<Row> rows{
    {"D-1", State::s2, "ap_config_show", {shows("M1/ap_config", config_m1), has_size("M1/ap_config", 201)}},
    {"D-2",
     State::s2,
     "ap_config_store",
     {write("M1/ap_config", config_m1), shows("M1/ap_config", config_m1), shows("M1/guest_matrix", both)}},
    {"D-3",
     State::s2,
     "left-aligned masks",
     {write("M1/ap_config", "0x1,0x08,0x08\n"), shows("M1/matrix", "03.0004\n"),
      shows("M1/guest_matrix", "03.0004\n"), shows("03.0047/status", "unassigned\n")}},
    {"D-4",
     State::s2,
     "empty fields = 0",
     {write("M1/ap_config", ",,\n"), has_size("M1/matrix", 0), has_size("M1/guest_matrix", 0),
      has_size("M1/control_domains", 0), shows("03.0004/status", "unassigned\n")}},
    refused("D-5", "parse_bitmap (third field missing)", {"\n"}),
    refused("D-6", "parse_bitmap (third field missing)", {"0x1,0x08"}),
    {"D-7",
     State::s2,
     "newline acts as separator",
     {write("M1/ap_config", "0x1,0x08\n"), shows("M1/matrix", "03.0004\n"),
      has_size("M1/control_domains", 0)}},
    refused("D-8", "ap_hex2bitmap", {"0x1" + zeros(64) + ",,", "g,,"}),
    refused("D-9", "validate_masks", {"0x14,0x08,"}, EADDRNOTAVAIL),
    {"D-10",
     State::s4,
     "verify_no_sharing",
     {write("M2/ap_config", "0x1,0x08,", EADDRINUSE), has_size("M2/matrix", 0)}},
    refused("D-11", "order in ap_config_store", {adapter_200 + ",0x08,"}, EADDRNOTAVAIL),
    {"D-12",
     State::s2,
     "ap_matrix_overflow_check",
     {write("apmask", "-200"), write("M1/ap_config", adapter_200 + ",0x08,", ENODEV),
      shows("M1/ap_config", config_m1)}},
    {"D-13",
     State::s2,
     "kstrndup",
     {write("M1/ap_config", config_m1 + "garbage"), shows("M1/ap_config", config_m1)}},
    {"D-14",
     State::s3,
     "hot_unplug then filter",
     {write("apmask", "-5"), write("M1/ap_config", "0x04,0x080000000000000001,0x08"),
      shows("M1/guest_matrix", "05.0004\n05.0047\n"), shows("05.0004/status", "in use\n"),
      shows("03.0004/status", "unassigned\n")}},

    refused("KD1", "facts: config, what is refused",
            {"0x0", "0x1" + zeros(63), "+3,+4,+4", "0x1 0x08 0x08", " 0x1,0x08,0x08", "0x1,0x08,0x08 ",
             "0X1,0X08,0X08", "zz,zz,zz", "0x1,0x08,0x8g"}),
    {"KD2",
     State::s2,
     "facts: config, formats",
     {write("M1/ap_config", ""), write("M1/ap_config", "0x,0x,0x"), has_size("M1/matrix", 0),
      write("M1/ap_config", "1,08,08"), shows("M1/matrix", "03.0004\n"),
      shows("M1/control_domains", "0004\n"), write("M1/ap_config", "0x1\n0x08\n0x"),
      shows("M1/matrix", "03.0004\n"), has_size("M1/control_domains", 0)}},
    {"KD3",
     State::s2,
     "facts: config, an adapter of the host without any domain",
     {write("M1/ap_config", "0x04,,"), shows("M1/matrix", "05.\n"), shows("M1/guest_matrix", "05.\n"),
      write("M1/ap_config", "0x04,0x08,", EADDRNOTAVAIL), shows("M1/matrix", "05.\n")}},
    refused("KD4", "facts: small (domains above the maxima)",
            {"0x0,0x" + zeros(21) + "04,", "0x0,0x0,0x" + zeros(21) + "04", adapter_200 + ",0x0,"}, ENODEV),
    {"KD5",
     State::s4,
     "facts: config, swapping needs one to give way first",
     {write("apmask", "-5"), write("M2/ap_config", "0x04,0x08,"),
      write("M1/ap_config", "0x04,0x08,", EADDRINUSE), shows("M1/ap_config", config_m1),
      write("M2/ap_config", ",,"), write("M1/ap_config", "0x04,0x08,"), write("M2/ap_config", "0x1,0x08,"),
      shows("M1/guest_matrix", "05.0004\n"), shows("M2/guest_matrix", "03.0004\n")}},
    {"KD6",
     State::s2,
     "ap_config_store (write-back heals stale filtering)",
     {write("drivers/vfio_ap/unbind", "03.0047"), shows("M1/guest_matrix", only_domains),
      write("M1/ap_config", "0x1,0x08,"), shows("M1/guest_matrix", "03.0004\n")}},
};

std::vector<Row> needing_ap_config() {
    std::vector<Row> table;
    for (auto row : rows) table.push_back(std::move(row).needing(Feature::ap_config));
    return table;
}

const std::vector<Row> table = needing_ap_config();

} // namespace

std::span<const Row> rows_of_config() { return table; }

} // namespace contract
