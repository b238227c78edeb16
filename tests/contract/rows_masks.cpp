// SPDX-License-Identifier: LGPL-2.1-or-later
// Table A: writes to the masks, and what the transcript adds to it.
#include "phrases.hpp"
#include "tables.hpp"

namespace contract {

namespace {

const Steps all_on_vfio_ap = {on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap"), on("05.0004", "vfio_ap"),
                              on("05.0047", "vfio_ap")};

/// A write that is refused and leaves no trace.
Row refused(std::string id, std::string source, std::vector<std::string> texts) {
    Steps steps;
    for (auto& text : texts) steps.push_back(write("apmask", std::move(text), EINVAL));
    return {std::move(id), State::s0, std::move(source),
            steps + Steps{shows("apmask", mask("")), events({}), on("03.0004", "cex4queue")}};
}

/// A write after which apmask shows a text, and nothing of the machine H has moved.
Row harmless(std::string id, std::string source, std::string text, std::string shown) {
    return {
        std::move(id),
        State::s0,
        std::move(source),
        {write("apmask", std::move(text)), shows("apmask", shown), events({mask_event("APMASK", shown)})}};
}

const std::vector<Row> table{
    {"A1", State::s0, "apmask_show", {shows("apmask", "0x" + ones + "\n"), has_size("apmask", 67)}},
    {"A2",
     State::s0,
     "apmask_store, __ap_revise_reserved",
     {write("apmask", "-3"), shows("apmask", mask("ef")),
      events({unbind_event("03.0004"), bind_event("03.0004", "vfio_ap"), unbind_event("03.0047"),
              bind_event("03.0047", "vfio_ap"), mask_event("APMASK", mask("ef"))}),
      on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap"), on("05.0004", "cex4queue"),
      on("05.0047", "cex4queue")}},
    {"A3",
     State::s1,
     "apmask_store (equal masks)",
     {write("apmask", "-3"), events({}), on("03.0004", "vfio_ap")}},
    {"A4",
     State::s1,
     "apmask_commit: in_use finds no mdev",
     {write("apmask", "+3"),
      events({unbind_event("03.0004"), bind_event("03.0004", "cex4queue"), unbind_event("03.0047"),
              bind_event("03.0047", "cex4queue"), mask_event("APMASK", mask(""))}),
      on("03.0004", "cex4queue"), on("03.0047", "cex4queue")}},
    {"A5",
     State::s2,
     "__verify_card_reservations, vfio_ap_mdev_resource_in_use",
     {write("apmask", "+3", EBUSY), shows("apmask", mask("ef")), on("03.0004", "vfio_ap"), events({}),
      log_names({m1, "03.0004", "03.0047"})}},
    {"A6",
     State::s2,
     "apmask_commit",
     {write("apmask", "+0-255", EBUSY), write("apmask", ones, EBUSY), shows("apmask", mask("ef")),
      events({})}},
    {"A7", State::s2, "apmask_store", {write("apmask", "+0"), shows("apmask", mask("ef")), events({})}},
    {"A8",
     State::s2,
     "apmask_commit (only newly set bits checked)",
     {write("apmask", "-5"), on("05.0004", "vfio_ap"), on("05.0047", "vfio_ap"),
      shows("05.0004/status", "unassigned\n"), shows("03.0004/status", "assigned\n"),
      shows("M1/matrix", both), shows("M1/guest_matrix", both)}},
    {"A9",
     State::s1m,
     "vfio_ap_mdev_verify_no_sharing (needs both intersections)",
     {write("M1/assign_adapter", "3"), write("apmask", "+3"), on("03.0004", "cex4queue"),
      on("03.0047", "cex4queue"), shows("M1/matrix", "03.\n")}},
    {"A10",
     State::s1m,
     "vfio_ap_mdev_validate_masks",
     {write("M1/assign_adapter", "3"), write("apmask", "+3"), write("M1/assign_domain", "4", EADDRNOTAVAIL),
      shows("M1/matrix", "03.\n")}},
    {"A11",
     State::s2,
     "aqmask_store",
     {write("aqmask", "-4"), on("05.0004", "vfio_ap"), on("03.0004", "vfio_ap"), on("05.0047", "cex4queue"),
      events({unbind_event("05.0004"), bind_event("05.0004", "vfio_ap"), mask_event("AQMASK", mask("f7"))})}},
    Row{"A12",
        State::s2,
        "__verify_queue_reservations (all adapters)",
        {write("aqmask", "-4"), write("aqmask", "+4", EBUSY), shows("aqmask", mask("f7")),
         on("05.0004", "vfio_ap")}}
        .needing(Feature::driver_override),
    Row{"A13",
        State::s2,
        "__verify_queue_reservations (adapters of apmask only)",
        {write("aqmask", "-4"), write("aqmask", "+4"), on("05.0004", "cex4queue"), on("03.0004", "vfio_ap")}}
        .needing(Feature::no_driver_override),
    {"A14", State::s0, "kernfs", {write("apmask", ""), shows("apmask", mask("")), events({})}},
    {"A15", State::s0, "ap_hex2bitmap (no digit needed)",
     Steps{write("apmask", "\n"), shows("apmask", low_mask(""))} + all_on_vfio_ap},
    {"A16", State::s0, "ap_hex2bitmap",
     Steps{write("apmask", "0x"), shows("apmask", low_mask(""))} + all_on_vfio_ap},
    {"A17", State::s0, "ap_hex2bitmap (left aligned)",
     Steps{write("apmask", "0x41"), shows("apmask", low_mask("41"))} + all_on_vfio_ap},
    {"A18", State::s0, "ap_hex2bitmap (left aligned)",
     Steps{write("apmask", "41"), shows("apmask", low_mask("41"))} + all_on_vfio_ap},
    refused("A19", "ap_hex2bitmap", {"0X41"}),
    refused("A20", "ap_hex2bitmap", {ones + "f"}),
    refused("A21", "ap_hex2bitmap", {"0xzz"}),
    refused("A22", "modify_bitmap", {"+256", "-5-256"}),
    refused("A23", "modify_bitmap", {"-5-3"}),
    refused("A24", "modify_bitmap", {"-1 -2"}),
    harmless("A25", "modify_bitmap", "-1-2", mask("9")),
    {"A26",
     State::s0,
     "modify_bitmap, apmask_store",
     {write("apmask", "-3,+3"), shows("apmask", mask("")), events({})}},
    harmless("A27", "modify_bitmap (octal)", "-010", mask("ff7")),
    refused("A28", "ap_parse_bitmap_str on a copy", {"-3,foo"}),
    {"A29", State::s0, "modify_bitmap (repeated separators)",
     Steps{write("apmask", "-3,,-5,\n"), shows("apmask", mask("eb"))} + all_on_vfio_ap},
    Row{"A30",
        State::d1,
        "apmask_store (override counter)",
        {write("apmask", "0x" + ones, EINVAL), write("aqmask", "0x" + ones, EINVAL),
         write("apmask", "-6", EINVAL), write("apmask", "zz", EINVAL), shows("apmask", mask("")), events({})}}
        .needing(Feature::driver_override),
    {"A31",
     State::s0,
     "device_reprobe ignores autoprobe",
     {write("drivers_autoprobe", "0"), write("apmask", "-3"), on("03.0004", "vfio_ap"),
      on("03.0047", "vfio_ap")}},
    {"A32",
     State::s0,
     "__ap_revise_reserved, bindings_show",
     {unload("vfio_ap"), forget_events(), write("apmask", "-3"), unbound("03.0004"), unbound("03.0047"),
      shows("bindings", "2/4\n"),
      events({unbind_event("03.0004"), unbind_event("03.0047"), mask_event("APMASK", mask("ef"))}), scan(),
      events({}), shows("bindings", "2/4\n")}},
    {"A33",
     State::s0,
     "ap_driver_register, ap_check_bindings_complete",
     {unload("vfio_ap"), write("apmask", "-3"), forget_events(), load("vfio_ap"), on("03.0004", "vfio_ap"),
      on("03.0047", "vfio_ap"), shows("bindings", "4/4 (complete)\n"), event_among(complete_event)}},
    Row{"A34",
        State::as_booted,
        "ap_perms_init",
        {shows("apmask", low_mask("")), shows("aqmask", mask("")), load("vfio_ap"), on("03.0004", "vfio_ap"),
         on("05.0004", "vfio_ap"), shows("/sys/module/ap/parameters/apmask", "-3\n")}}
        .booted("ap.apmask=-3"),

    Row{"X1",
        State::s0,
        "__ap_revise_reserved (an unbound queue that is reserved)",
        {write("drivers/cex4queue/unbind", "03.0004"), write("apmask", "-9"),
         unbound_or_on("03.0004", "cex4queue"), on("03.0047", "cex4queue")}}
        .correcting(
            "3.2, quirk 7: whether a mask write binds an unbound queue that is reserved is not certain: the "
            "flags of the NULL driver are a word of the CPU's lowcore, which changes (both were seen on "
            "6.12, "
            "in two runs of the same program)."),
    Row{"X2",
        State::s0,
        "__ap_revise_reserved (an unbound queue, freed)",
        {write("drivers/cex4queue/unbind", "03.0004"), write("apmask", "-3"),
         unbound_or_on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap")}}
        .correcting("3.2, quirk 7: likewise an unbound queue that is freed by the write may be bound to "
                    "vfio_ap by it."),
    Row{"X3",
        State::s1,
        "__ap_revise_reserved (an unbound queue that was free before)",
        {write("drivers/vfio_ap/unbind", "03.0004"), write("apmask", "-9"),
         unbound_or_on("03.0004", "vfio_ap"), write("drivers_probe", "03.0004"), on("03.0004", "vfio_ap")}}
        .correcting(
            "3.2, quirk 7: likewise an unbound queue that was free before, by a write about other adapters."),
    Row{"X4",
        State::s1,
        "__ap_revise_reserved (an unbound queue that gets reserved)",
        {write("drivers/vfio_ap/unbind", "03.0004"), write("apmask", "+3"),
         unbound_or_on("03.0004", "cex4queue"), on("03.0047", "cex4queue")}}
        .correcting("3.2, quirk 7: likewise an unbound queue that the write reserves may stay unbound."),
    Row{"X5",
        State::s0,
        "modify_bitmap (simple_strtoul wraps)",
        {write("apmask", "-18446744073709551619"), shows("apmask", mask("ef")), on("03.0004", "vfio_ap")}}
        .needing(Feature::no_driver_override),
    Row{"X6",
        State::s0,
        "modify_bitmap (kstrtoul refuses)",
        {write("apmask", "-18446744073709551619", EINVAL), write("apmask", "+18446744073709551621", EINVAL),
         shows("apmask", mask("")), events({})}}
        .needing(Feature::readable_parameters),

    refused("KM1", "facts: masks, what is refused",
            {"+",
             "-",
             "+256",
             "-256",
             "+0-256",
             "+6-5",
             "+5 ",
             " +5",
             "+5, +6",
             "+5;+6",
             "+0x",
             "+-5",
             "--5",
             "+5-",
             "+5,-x",
             "+1e",
             "\t",
             "0x5 ",
             "0xzz",
             "0x" + ones + "0",
             "0x" + ones + "\n\n",
             "0x" + ones + " ",
             "0X" + ones,
             "x" + ones + "f",
             "+99999999999999999999"}),
    harmless("KM2", "facts: masks, relative syntax", "-0x0a-0x0B", mask("ffcf")),
    harmless("KM3", "facts: masks, relative syntax", "-9\n-10\n", mask("ff9f")),
    harmless("KM4", "facts: masks, relative syntax (last touch wins)", "-9-11,+10", mask("ffaf")),
    harmless("KM5", "facts: masks, the whole mask", "0x" + std::string(63, 'f'),
             "0x" + std::string(63, 'f') + "0\n"),
    harmless("KM6", "facts: masks, the whole mask (either case, no prefix, newline)",
             "ffffffFFFFFFFFFF" + std::string(47, 'F') + "0\n", "0x" + std::string(63, 'f') + "0\n"),
    {"KM7", State::s0, "facts: masks, short ones fill from the left",
     Steps{write("apmask", "xa"), shows("apmask", low_mask("a")), write("apmask", "abc"),
           shows("apmask", low_mask("abc")), write("apmask", "5"), shows("apmask", low_mask("5"))} +
         Steps{on("03.0004", "cex4queue"), on("05.0004", "vfio_ap")}},
    {"KM8",
     State::s0,
     "facts: masks, +255 and +6-6 set what is set",
     {write("apmask", "+255"), write("apmask", "+6-6"), write("apmask", "+5,,,+6\n\n"), events({})}},
    {"KM9",
     State::s0,
     "facts: masks, a long value",
     {write("apmask",
            [] {
                std::string text;
                for (int i = 0; i < 1200; ++i) text += "+5,";
                return text + "+6";
            }()),
      write(
          "apmask",
          [] {
              std::string text;
              for (int i = 0; i < 1365; ++i) text += "+5,";
              return text + "+256";
          }(),
          EINVAL),
      shows("apmask", mask(""))}},
    {"KM10",
     State::s0,
     "facts: masks, APMASK= and AQMASK= carry the newline",
     {write("aqmask", "-9"), events({mask_event("AQMASK", mask("ffb"))}), write("apmask", "-9"),
      events({mask_event("APMASK", mask("ffb"))})}},
    {"KM11",
     State::s0,
     "facts: masks, BINDINGS=complete waits for the next scan",
     {write("apmask", "-3"), shows("bindings", "4/4 (complete)\n"), no_event_among(complete_event), scan(),
      events({complete_event}), scan(), events({})}},
    Row{"KM12",
        State::s1,
        "vfio_ap_mdev_reset_queue, 20 ms per queue (facts: masks, +5 takes 163 ms for five queues)",
        {takes("apmask", "+3", 40), on("03.0004", "cex4queue"), on("03.0047", "cex4queue")}}
        .not_here(Host::Kind::apsim,
                  "resets take no time here unless the topology says so, as in KH13 and KH14")
        .not_here(Host::Kind::model,
                  "resets take no time here unless the topology says so, as in KH13 and KH14"),
    {"KM13",
     State::s2,
     "facts: mdev, masks against mdevs (a mask is refused as a whole)",
     {write("apmask", "-5"), forget_events(), write("apmask", "+3,+5", EBUSY), shows("apmask", mask("eb")),
      on("05.0004", "vfio_ap"), events({})}},
    {"KM14",
     State::s2,
     "facts: mdev, an mdev can hold a queue of an adapter that does not exist",
     {write("apmask", "-9"), write("M1/assign_adapter", "9"), write("apmask", "+9", EBUSY),
      log_names({"09.0004"})}},
    Row{"KM15",
        State::s2,
        "facts: override, masks and mdevs (06.0004 would stay with vfio_ap because of aqmask)",
        {write("aqmask", "-4,-0x47"), write("apmask", "+3", EBUSY), shows("apmask", mask("ef"))}}
        .needing(Feature::driver_override),
    Row{"KM16",
        State::s2,
        "facts: use, masks (06.0004 stays with vfio_ap because of aqmask)",
        {write("aqmask", "-4,-0x47"), write("apmask", "+3"), shows("apmask", mask("")),
         on("03.0004", "vfio_ap"), shows("M1/guest_matrix", both), write("aqmask", "+4", EBUSY)}}
        .needing(Feature::no_driver_override),
    {"KM17",
     State::s0,
     "facts: small, masks know nothing of the machine's maxima",
     {write("apmask", "-64"), write("apmask", "-255"),
      shows("apmask", "0x" + std::string(16, 'f') + "7" + std::string(46, 'f') + "e\n")}},
};

} // namespace

std::span<const Row> rows_of_masks() { return table; }

} // namespace contract
