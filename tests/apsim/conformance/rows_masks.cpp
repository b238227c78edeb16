// SPDX-License-Identifier: LGPL-2.1-or-later
// Table A: writes to the masks.  Table B: bind, unbind, probe.
#include "conformance/rows.hpp"

namespace apsim::conformance {

namespace {

const std::string ones(64, 'f');
const std::string zeros(64, '0');

std::string mask(std::string digits) { return "0x" + digits + std::string(64 - digits.size(), 'f') + "\n"; }
std::string low_mask(std::string digits) {
    return "0x" + digits + std::string(64 - digits.size(), '0') + "\n";
}
std::string mask_event(std::string key, std::string text) {
    text.pop_back();
    return "change@/devices/ap SUBSYSTEM=ap " + key + "=" + text + "\\n";
}
std::string unbind_event(std::string card, std::string queue) {
    return "unbind@/devices/ap/" + card + "/" + queue + " SUBSYSTEM=ap DEVTYPE=ap_queue MODE=cca";
}
std::string bind_event(std::string card, std::string queue, std::string driver) {
    return "bind@/devices/ap/" + card + "/" + queue + " SUBSYSTEM=ap DEVTYPE=ap_queue DRIVER=" + driver +
           " MODE=cca";
}

const Step all_on_vfio_ap[] = {on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap"), on("05.0004", "vfio_ap"),
                               on("05.0047", "vfio_ap")};

std::vector<Step> with(std::vector<Step> steps, std::span<const Step> more) {
    steps.insert(steps.end(), more.begin(), more.end());
    return steps;
}

/// A write that is refused and leaves no trace.
std::vector<Step> refused_mask(std::string bytes) {
    return {write("apmask", std::move(bytes), EINVAL), shows("apmask", mask("")), events({}),
            on("03.0004", "cex4queue")};
}

const std::vector<Row> table_a{
    {"A1", State::s0, {shows("apmask", "0x" + ones + "\n"), has_size("apmask", 67)}},
    {"A2",
     State::s0,
     {write("apmask", "-3"), shows("apmask", mask("ef")),
      events({unbind_event("card03", "03.0004"), bind_event("card03", "03.0004", "vfio_ap"),
              unbind_event("card03", "03.0047"), bind_event("card03", "03.0047", "vfio_ap"),
              mask_event("APMASK", mask("ef"))}),
      on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap"), on("05.0004", "cex4queue"),
      on("05.0047", "cex4queue")}},
    {"A3", State::s1, {write("apmask", "-3"), events({}), on("03.0004", "vfio_ap")}},
    {"A4", State::s1, {write("apmask", "+3"), on("03.0004", "cex4queue"), on("03.0047", "cex4queue")}},
    {"A5",
     State::s2,
     {write("apmask", "+3", EBUSY), shows("apmask", mask("ef")), on("03.0004", "vfio_ap"), events({})}},
    {"A6",
     State::s2,
     {write("apmask", "+0-255", EBUSY), write("apmask", ones, EBUSY), shows("apmask", mask("ef")),
      events({})}},
    {"A7", State::s2, {write("apmask", "+0"), shows("apmask", mask("ef")), events({})}},
    {"A8",
     State::s2,
     {write("apmask", "-5"), on("05.0004", "vfio_ap"), shows("05.0004/status", "unassigned\n"),
      shows("03.0004/status", "assigned\n"), shows("M1/matrix", "03.0004\n03.0047\n")}},
    {"A9",
     State::s1m,
     {write("M1/assign_adapter", "3"), write("apmask", "+3"), on("03.0004", "cex4queue"),
      shows("M1/matrix", "03.\n")}},
    {"A10",
     State::s1m,
     {write("M1/assign_adapter", "3"), write("apmask", "+3"), write("M1/assign_domain", "4", EADDRNOTAVAIL),
      shows("M1/matrix", "03.\n")}},
    {"A11",
     State::s2,
     {write("aqmask", "-4"), on("05.0004", "vfio_ap"), on("03.0004", "vfio_ap"), on("05.0047", "cex4queue")}},
    {"A13",
     State::s2,
     {write("aqmask", "-4"), write("aqmask", "+4"), on("05.0004", "cex4queue"), on("03.0004", "vfio_ap")}},
    {"A14", State::s0, {write("apmask", ""), shows("apmask", mask("")), events({})}},
    {"A15", State::s0, with({write("apmask", "\n"), shows("apmask", low_mask(""))}, all_on_vfio_ap)},
    {"A16", State::s0, with({write("apmask", "0x"), shows("apmask", low_mask(""))}, all_on_vfio_ap)},
    {"A17", State::s0, with({write("apmask", "0x41"), shows("apmask", low_mask("41"))}, all_on_vfio_ap)},
    {"A18", State::s0, with({write("apmask", "41"), shows("apmask", low_mask("41"))}, all_on_vfio_ap)},
    {"A19", State::s0, refused_mask("0X41")},
    {"A20", State::s0, refused_mask(ones + "f")},
    {"A21", State::s0, refused_mask("0xzz")},
    {"A22a", State::s0, refused_mask("+256")},
    {"A22b", State::s0, refused_mask("-5-256")},
    {"A23", State::s0, refused_mask("-5-3")},
    {"A24", State::s0, refused_mask("-1 -2")},
    {"A25", State::s0, {write("apmask", "-1-2"), shows("apmask", mask("9"))}},
    {"A26", State::s0, {write("apmask", "-3,+3"), shows("apmask", mask("")), events({})}},
    {"A27", State::s0, {write("apmask", "-010"), shows("apmask", mask("ff7"))}},
    {"A28", State::s0, refused_mask("-3,foo")},
    {"A29", State::s0, {write("apmask", "-3,,-5,\n"), shows("apmask", mask("eb"))}},
    {"A31",
     State::s0,
     {write("drivers_autoprobe", "0"), write("apmask", "-3"), on("03.0004", "vfio_ap"),
      on("03.0047", "vfio_ap")}},
    {"X1",
     State::s0,
     {write("drivers/cex4queue/unbind", "03.0004"), write("apmask", "-9"), on("03.0004", "cex4queue")}},
    {"X2",
     State::s0,
     {write("drivers/cex4queue/unbind", "03.0004"), write("apmask", "-3"), unbound("03.0004"),
      on("03.0047", "vfio_ap")}},
    {"X5", State::s0, {write("apmask", "-18446744073709551619"), shows("apmask", mask("ef"))}},
};

const std::vector<Row> table_b{
    {"B1", State::s0, {write("drivers/vfio_ap/bind", "03.0004", EBUSY), on("03.0004", "cex4queue")}},
    {"B2",
     State::s0,
     {write("drivers/cex4queue/unbind", "03.0004"), unbound("03.0004"), shows("bindings", "3/4\n"),
      events({unbind_event("card03", "03.0004")})}},
    {"B3",
     State::s0,
     {write("drivers/cex4queue/unbind", "03.0004"), write("drivers/vfio_ap/bind", "03.0004", ENODEV),
      unbound("03.0004")}},
    {"B4",
     State::s0,
     {write("drivers/cex4queue/unbind", "03.0004"), write("drivers_probe", "03.0004"),
      on("03.0004", "cex4queue")}},
    {"B5", State::s0, {write("drivers/vfio_ap/unbind", "03.0004", ENODEV), on("03.0004", "cex4queue")}},
    {"B6",
     State::s0,
     {write("drivers/cex4queue/unbind", "7f.0001", ENODEV),
      write("drivers/cex4queue/bind", "7f.0001", ENODEV), write("drivers_probe", "7f.0001", ENODEV)}},
    {"B7", State::s0, {write("drivers/vfio_ap/bind", "card03", ENODEV)}},
    {"B8", State::s0, {write("drivers_probe", "03.0004"), on("03.0004", "cex4queue"), events({})}},
    {"B9",
     State::s1,
     {write("drivers/vfio_ap/unbind", "03.0004"), unbound("03.0004"), absent("03.0004/status"),
      shows("03.0004/request_count", "-\n")}},
    {"B11",
     State::s0,
     {write("drivers_autoprobe", "0"), ask("plug 6"), unbound("card06"), unbound("06.0004"),
      shows("bindings", "4/6\n"), ask("unplug 6"), absent("card06")}},
    {"B12",
     State::s3,
     {write("drivers/vfio_ap/unbind", "03.0004"), shows("M1/guest_matrix", ".0004\n.0047\n"),
      shows("03.0047/status", "assigned\n"), shows("M1/matrix", "03.0004\n03.0047\n")}},
    {"B13",
     State::s3,
     {write("drivers/vfio_ap/unbind", "03.0004"), write("drivers/vfio_ap/bind", "03.0004"),
      shows("M1/guest_matrix", "03.0004\n03.0047\n"), shows("03.0004/status", "in use\n")}},
};

} // namespace

std::span<const Row> rows_a() { return table_a; }
std::span<const Row> rows_b() { return table_b; }

} // namespace apsim::conformance
