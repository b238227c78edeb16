// SPDX-License-Identifier: LGPL-2.1-or-later
// Table C: assign and unassign.  Table D: ap_config.  Table E: life cycle of mdevs.
#include "conformance/rows.hpp"

#include <algorithm>
#include <cctype>

namespace apsim::conformance {

namespace {

const std::string both = "03.0004\n03.0047\n";
const std::string only_domains = ".0004\n.0047\n";
const std::string m1(uuid_m1);
const std::string m2(uuid_m2);

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::vector<Step> steps(std::initializer_list<std::vector<Step>> parts) {
    std::vector<Step> all;
    for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// M1 {3; 4, 0x47} while 03.0047 has no driver.
const std::vector<Step> c26{write("drivers/vfio_ap/unbind", "03.0047"), write("M1/assign_adapter", "3"),
                            write("M1/assign_domain", "4"), write("M1/assign_domain", "0x47")};

const std::vector<Row> table_c{
    {"C1",
     State::s1m,
     {has_size("M1/matrix", 0), has_size("M1/guest_matrix", 0), has_size("M1/control_domains", 0)}},
    {"C2",
     State::s1m,
     {write("M1/assign_adapter", "3"), shows("M1/matrix", "03.\n"), shows("M1/guest_matrix", "03.\n")}},
    {"C3",
     State::s1m,
     {write("M1/assign_domain", "4"), shows("M1/matrix", ".0004\n"), shows("M1/guest_matrix", ".0004\n")}},
    {"C4",
     State::s1m,
     {write("M1/assign_adapter", "3"), write("M1/assign_domain", "4"), write("M1/assign_domain", "0x47"),
      shows("M1/matrix", both), shows("M1/guest_matrix", both)}},
    {"C5", State::s2, {write("M1/assign_adapter", "5", EADDRNOTAVAIL), shows("M1/matrix", both)}},
    {"C6", State::s1m, {write("M1/assign_adapter", "5"), shows("M1/matrix", "05.\n")}},
    {"C7",
     State::s1m,
     {write("M1/assign_adapter", "5"), write("M1/assign_domain", "4", EADDRNOTAVAIL),
      shows("M1/matrix", "05.\n")}},
    {"C8", State::s2, {write("M1/assign_adapter", "64", ENODEV)}},
    {"C9", State::s2, {write("M1/assign_domain", "85", ENODEV)}},
    {"C10",
     State::s2,
     {write("M1/assign_adapter", "abc", EINVAL), write("M1/assign_adapter", "-1", EINVAL),
      write("M1/assign_adapter", " 3", EINVAL), write("M1/assign_adapter", "3 ", EINVAL),
      write("M1/assign_adapter", "08", EINVAL), shows("M1/matrix", both)}},
    {"C11", State::s2, {write("M1/assign_adapter", "99999999999999999999999", ERANGE)}},
    {"C12",
     State::s2,
     {write("M1/assign_adapter", "0x3\n"), write("M1/assign_adapter", "+3"), write("M1/assign_adapter", "03"),
      shows("M1/matrix", both)}},
    {"C13", State::s2, {write("M1/assign_adapter", "10", EADDRNOTAVAIL), shows("M1/matrix", both)}},
    {"C14",
     State::s2,
     {write("apmask", "-10"), write("M1/assign_adapter", "10"),
      shows("M1/matrix", both + "0a.0004\n0a.0047\n"), shows("M1/guest_matrix", both)}},
    {"C15",
     State::s2,
     {write("M1/assign_domain", "5"), shows("M1/matrix", "03.0004\n03.0005\n03.0047\n"),
      shows("M1/guest_matrix", both)}},
    {"C16", State::s4, {write("M2/assign_adapter", "3"), shows("M2/matrix", "03.\n")}},
    {"C17",
     State::s4,
     {write("M2/assign_adapter", "3"), write("M2/assign_domain", "4", EADDRINUSE),
      shows("M2/matrix", "03.\n")}},
    {"C18",
     State::s4,
     {write("M2/assign_domain", "4"), write("M2/assign_adapter", "3", EADDRINUSE),
      shows("M2/matrix", ".0004\n")}},
    {"C19",
     State::s4,
     {write("M2/assign_adapter", "3"), write("M2/assign_domain", "6"), shows("M2/matrix", "03.0006\n")}},
    {"C21", State::s2, {write("M1/unassign_adapter", "9"), shows("M1/matrix", both)}},
    {"C22", State::s2, {write("M1/unassign_adapter", "64", ENODEV)}},
    {"C23",
     State::s2,
     {write("M1/unassign_domain", "0x47"), shows("M1/matrix", "03.0004\n"),
      shows("M1/guest_matrix", "03.0004\n"), shows("03.0047/status", "unassigned\n")}},
    {"C24",
     State::s3,
     {write("M1/unassign_adapter", "3"), shows("M1/matrix", only_domains),
      shows("M1/guest_matrix", only_domains), shows("03.0004/status", "unassigned\n"),
      shows("03.0047/status", "unassigned\n")}},
    {"C25", State::s3, {write("M1/unassign_domain", "4"), shows("M1/guest_matrix", "03.0047\n")}},
    {"C26", State::s1m, steps({c26, {shows("M1/matrix", both), shows("M1/guest_matrix", only_domains)}})},
    {"C27", State::s1m,
     steps({c26, {write("drivers/vfio_ap/bind", "03.0047"), shows("M1/guest_matrix", both)}})},
    {"C28", State::s1m,
     steps({c26,
            {write("M1/unassign_domain", "0x47"), shows("M1/matrix", "03.0004\n"),
             shows("M1/guest_matrix", ".0004\n")}})},
    {"C29", State::s1m,
     steps({c26,
            {write("M1/unassign_domain", "0x47"), write("M1/ap_config", "0x1,0x08,0x\n"),
             shows("M1/guest_matrix", "03.0004\n")}})},
    {"C30",
     State::s2,
     {write("M1/assign_control_domain", "0x47"), shows("M1/control_domains", "0004\n0047\n")}},
    {"C31", State::s4, {write("M2/assign_control_domain", "4"), shows("M2/control_domains", "0004\n")}},
    {"C32", State::s2, {write("M1/assign_control_domain", "85", ENODEV)}},
    {"C33", State::s2, {write("M1/assign_control_domain", "9"), shows("M1/control_domains", "0004\n0009\n")}},
    {"C34",
     State::s2,
     {write("M1/unassign_control_domain", "4"), write("M1/unassign_control_domain", "4"),
      has_size("M1/control_domains", 0)}},
    {"C35", State::s2, {unreadable("M1/assign_adapter", EACCES)}},
    {"C36",
     State::s1m,
     {write("apmask", "0x0"), write("M1/ap_config", "0xffffffff,0xffffffff,"), has_size("M1/matrix", 4095)}},
};

std::string zeros(std::size_t n) { return std::string(n, '0'); }
const std::string config_m1 =
    "0x1" + zeros(63) + ",0x080000000000000001" + zeros(46) + ",0x08" + zeros(62) + "\n";

const std::vector<Row> table_d{
    {"D1", State::s2, {shows("M1/ap_config", config_m1), has_size("M1/ap_config", 201)}},
    {"D2",
     State::s2,
     {write("M1/ap_config", config_m1), shows("M1/ap_config", config_m1), shows("M1/guest_matrix", both)}},
    {"D3",
     State::s2,
     {write("M1/ap_config", "0x1,0x08,0x08\n"), shows("M1/matrix", "03.0004\n"),
      shows("03.0047/status", "unassigned\n")}},
    {"D4",
     State::s2,
     {write("M1/ap_config", ",,\n"), has_size("M1/matrix", 0), has_size("M1/guest_matrix", 0),
      has_size("M1/control_domains", 0)}},
    {"D5", State::s2, {write("M1/ap_config", "\n", EINVAL), shows("M1/ap_config", config_m1)}},
    {"D6", State::s2, {write("M1/ap_config", "0x1,0x08", EINVAL), shows("M1/ap_config", config_m1)}},
    {"D7",
     State::s2,
     {write("M1/ap_config", "0x1,0x08\n"), shows("M1/matrix", "03.0004\n"),
      has_size("M1/control_domains", 0)}},
    {"D8",
     State::s2,
     {write("M1/ap_config", "0x1" + zeros(64) + ",,", EINVAL), write("M1/ap_config", "g,,", EINVAL),
      shows("M1/ap_config", config_m1)}},
    {"D9",
     State::s2,
     {write("M1/ap_config", "0x14,0x08,", EADDRNOTAVAIL), shows("M1/ap_config", config_m1),
      shows("M1/guest_matrix", both)}},
    {"D10", State::s4, {write("M2/ap_config", "0x1,0x08,", EADDRINUSE), has_size("M2/matrix", 0)}},
    {"D11",
     State::s2,
     {write("M1/ap_config", "0x" + zeros(50) + "8,0x08,", EADDRNOTAVAIL), shows("M1/ap_config", config_m1)}},
    {"D12",
     State::s2,
     {write("apmask", "-200"), write("M1/ap_config", "0x" + zeros(50) + "8,0x08,", ENODEV),
      shows("M1/ap_config", config_m1)}},
    {"D13", State::s2, {write("M1/ap_config", config_m1 + "garbage"), shows("M1/ap_config", config_m1)}},
    {"D14",
     State::s3,
     {write("apmask", "-5"), write("M1/ap_config", "0x04,0x080000000000000001,0x08"),
      shows("M1/guest_matrix", "05.0004\n05.0047\n"), shows("05.0004/status", "in use\n"),
      shows("03.0004/status", "unassigned\n")}},
};

const std::string in_matrix = "/devices/vfio_ap/matrix/" + m1;

const std::vector<Row> table_e{
    {"E1",
     State::s1,
     {write("create", m1 + "\n"), shows("available_instances", "65535\n"), absent("M1/nonsense"),
      shows("M1/matrix", ""),
      events({"add@" + in_matrix + " SUBSYSTEM=mdev",
              "add@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=254 MINOR=0 DEVNAME=vfio/0",
              "add@" + in_matrix + "/vfio-dev/vfio0 SUBSYSTEM=vfio-dev",
              "bind@" + in_matrix + " SUBSYSTEM=mdev DRIVER=vfio_ap_mdev"})}},
    {"E2", State::s1, {write("create", upper(m2)), shows("M2/matrix", "")}},
    {"E3", State::s4, {write("create", m1, EEXIST), write("create", upper(m2), EEXIST)}},
    {"E4",
     State::s1,
     {write("create", m1.substr(1), EINVAL), write("create", m1 + "\n\n", EINVAL),
      write("create", "11111111+1111-4111-8111-111111111111", EINVAL),
      shows("available_instances", "65536\n"), events({})}},
    {"E5", State::s1, {write("create", m1 + "X"), shows("M1/matrix", "")}},
    {"E7", State::s2, {write("M1/remove", "0"), shows("M1/matrix", both)}},
    {"E8",
     State::s2,
     {write("M1/remove", "x", EINVAL), write("M1/remove", "99999999999999999999999", EINVAL),
      shows("M1/matrix", both)}},
    {"E9",
     State::s2,
     {write("M1/remove", "1"), absent("M1"), shows("03.0004/status", "unassigned\n"),
      shows("available_instances", "65536\n"),
      events({"remove@" + in_matrix + "/vfio-dev/vfio0 SUBSYSTEM=vfio-dev",
              "remove@/devices/virtual/vfio/0 SUBSYSTEM=vfio MAJOR=254 MINOR=0 DEVNAME=vfio/0",
              "unbind@" + in_matrix + " SUBSYSTEM=mdev", "remove@" + in_matrix + " SUBSYSTEM=mdev"})}},
};

const std::vector<Elsewhere> elsewhere{
    {"A12", "needs a 6.19 kernel; the personality here is 6.12 (A13 is its counterpart)"},
    {"A30", "needs driver_override, 6.19"},
    {"A32", "needs vfio_ap unloaded; modules cannot be loaded and unloaded yet"},
    {"A33", "needs vfio_ap to be loaded during the test"},
    {"A34", "needs boot parameters"},
    {"B10", "needs vfio_ap unloaded"},
    {"C20", "needs driver_override, 6.19"},
    {"E6", "65,536 mdevs: in mdev_test, without a file system in between"},
    {"E10", "the writer blocks: in behaviour_test"},
    {"E11", "together with E10 in behaviour_test"},
    {"E12", "needs module unloading"},
    {"E13", "needs module unloading"},
    {"E14", "needs a second process; in vfio_test"},
    {"E15", "needs VFIO and KVM"},
    {"E16", "needs VFIO and KVM"},
};

} // namespace

std::span<const Row> rows_c() { return table_c; }
std::span<const Row> rows_d() { return table_d; }
std::span<const Row> rows_e() { return table_e; }
std::span<const Elsewhere> rows_elsewhere() { return elsewhere; }

} // namespace apsim::conformance
