// SPDX-License-Identifier: LGPL-2.1-or-later
// Table H: the other files of the bus, of cards and queues; and the modes and names of all.
#include <algorithm>

#include "phrases.hpp"
#include "tables.hpp"

namespace contract {

namespace {

using Names = std::vector<std::string>;

/// Names of a directory, on kernels with driver_override one more.
Row names(std::string id, State state, std::string source, Steps before, std::string directory, Names all,
          Feature kernel, std::string extra = {}) {
    if (!extra.empty()) {
        all.push_back(std::move(extra));
        std::ranges::sort(all);
    }
    return Row{std::move(id), state, std::move(source),
               std::move(before) + Steps{lists(std::move(directory), all)}}
        .needing(kernel);
}

const Names bus_names{"ap_adapter_mask",
                      "ap_control_domain_mask",
                      "ap_domain",
                      "ap_interrupts",
                      "ap_max_adapter_id",
                      "ap_max_domain_id",
                      "ap_usage_domain_mask",
                      "apmask",
                      "aqmask",
                      "bindings",
                      "config_time",
                      "devices",
                      "drivers",
                      "drivers_autoprobe",
                      "drivers_probe",
                      "features",
                      "poll_thread",
                      "poll_timeout",
                      "scans",
                      "uevent"};
const Names card_names{"03.0004",        "03.0047",  "ap_functions",   "chkstop",    "config",
                       "depth",          "driver",   "hwtype",         "load",       "max_msg_size",
                       "modalias",       "online",   "pendingq_count", "raw_hwtype", "request_count",
                       "requestq_count", "serialnr", "subsystem",      "type",       "uevent"};
const Names queue_names{"ap_functions",   "chkstop", "config",    "driver",         "interrupt",
                        "load",           "mkvps",   "online",    "pendingq_count", "request_count",
                        "requestq_count", "reset",   "subsystem", "uevent"};
const Names vfio_queue_names{"ap_functions", "chkstop",        "config",        "driver",
                             "interrupt",    "pendingq_count", "request_count", "requestq_count",
                             "reset",        "status",         "subsystem",     "uevent"};
const Names unbound_queue_names{"ap_functions",  "chkstop",        "config", "interrupt", "pendingq_count",
                                "request_count", "requestq_count", "reset",  "subsystem", "uevent"};

Steps modes(const std::string& prefix, unsigned mode, const Names& files) {
    Steps steps;
    for (const auto& file : files) {
        steps.push_back(has_mode(prefix + file, mode));
        if (mode == 0200) steps.push_back(unreadable(prefix + file, EACCES));
        if (mode == 0444) steps.push_back(write(prefix + file, "1", EACCES));
    }
    return steps;
}

const std::vector<Row> table{
    {"H1",
     State::s0,
     "config_time_store",
     {write("config_time", "4", EINVAL), write("config_time", "121", EINVAL),
      write("config_time", "x", EINVAL), write("config_time", "5"), shows("config_time", "5\n"),
      write("config_time", "120"), shows("config_time", "120\n")}},
    {"H2",
     State::s0,
     "sscanf",
     {write("config_time", "60abc"), shows("config_time", "60\n"), write("config_time", " 61"),
      shows("config_time", "61\n")}},
    {"H3",
     State::s0,
     "ap_domain_store",
     {write("ap_domain", "85", EINVAL), write("ap_domain", "-1", EINVAL), write("ap_domain", "x", EINVAL),
      shows("ap_domain", "4\n"), write("ap_domain", "0x47"), shows("ap_domain", "71\n"),
      write("ap_domain", "84"), shows("ap_domain", "84\n"), write("ap_domain", "7\n"),
      shows("ap_domain", "7\n"), events({})}},
    {"H4",
     State::s0,
     "ap_domain_store",
     {write("aqmask", "-4"), write("ap_domain", "4", EINVAL), write("ap_domain", "0x47"),
      shows("ap_domain", "71\n")}},
    {"H5",
     State::s0,
     "poll_timeout_store",
     {write("poll_timeout", "120000000001", EINVAL), write("poll_timeout", "x", EINVAL),
      write("poll_timeout", "99999999999999999999999", ERANGE), write("poll_timeout", "120000000000"),
      shows("poll_timeout", "120000000000\n")}},
    {"H6",
     State::s0,
     "kstrtobool",
     {write("poll_thread", "maybe", EINVAL), write("poll_thread", "2", EINVAL), write("poll_thread", "1"),
      shows("poll_thread", "0\n"), write("poll_thread", "off"), write("poll_thread", "No")}},
    {"H7",
     State::s0,
     "ap_bus_force_rescan",
     {note("scans"), write("scans", ""), same("scans"), write("scans", "anything"), grown("scans"),
      events({})}},
    Row{"H8", State::as_booted, "bindings_show", {shows("bindings", "0/0\n")}}
        .not_here(Host::Kind::kernel, "the AP bus is built in: its first scan ends before any program runs")
        .not_here(Host::Kind::apsim, "there is no moment before the first scan")
        .not_here(Host::Kind::model, "there is no moment before the first scan"),
    {"H9", State::s0, "bindings_show", {shows("bindings", "4/4 (complete)\n")}},
    {"H10",
     State::s0,
     "zcrypt_queue online_store",
     {write("card03/online", "0"), write("03.0004/online", "1", EINVAL), shows("03.0004/online", "0\n"),
      write("03.0004/online", "0")}},
    {"H11",
     State::s0,
     "zcrypt_queue online_store",
     {machine(machine_h("queue 3.0x47 state=checkstop\n")), write("03.0047/online", "1", ENODEV),
      write("03.0004/online", "1")}},
    Row{"H12", State::s0, "zcrypt_card online_store (queues in the order in which they were bound)",
        bound_in_order("cex4queue") + Steps{write("card03/online", "0"),
                                            events({card_change_event("03", "ONLINE=0"),
                                                    queue_change_event("03.0004", "cex4queue", "ONLINE=0"),
                                                    queue_change_event("03.0047", "cex4queue", "ONLINE=0")}),
                                            shows("card03/online", "0\n"), shows("03.0004/online", "0\n"),
                                            write("card03/online", "1"),
                                            events({card_change_event("03", "ONLINE=1"),
                                                    queue_change_event("03.0004", "cex4queue", "ONLINE=1"),
                                                    queue_change_event("03.0047", "cex4queue", "ONLINE=1")})}}
        .correcting("11 adds: the ONLINE= events of a card's queues come in the order in which these were "
                    "bound to cex4queue."),
    {"H13",
     State::s0,
     "config_store",
     {write("card03/config", "1"), events({card_change_event("03", "CONFIG=1")})}},
    Row{"H14", State::s0, "sclp_ap", {write("card03/config", "0", EOPNOTSUPP)}}
        .not_here(Host::Kind::kernel, "the testbed's machine is no KVM guest")
        .not_here(Host::Kind::apsim, "the simulated machine is no KVM guest")
        .not_here(Host::Kind::model, "the simulated machine is no KVM guest"),
    {"H15",
     State::s0,
     "config_store",
     {write("card03/config", "2", EINVAL), write("card03/config", "x", EINVAL), shows("card03/config", "1\n"),
      events({})}},
    {"H16",
     State::s1,
     "zcrypt_queue_unregister",
     {unreadable("03.0004/online", ENOENT), absent("03.0004/load")}},
    {"H17", State::s0, "vfio_ap only", {unreadable("03.0004/status", ENOENT)}},
    {"H18", State::s2, "status_show", {shows("03.0004/status", "assigned\n")}},

    {"KF1",
     State::s0,
     "facts: bind, online of card and queue",
     {write("card03/online", "1"), events({card_change_event("03", "ONLINE=1")}),
      write("03.0004/online", "1"), events({queue_change_event("03.0004", "cex4queue", "ONLINE=1")}),
      write("03.0004/online", "0"), events({queue_change_event("03.0004", "cex4queue", "ONLINE=0")}),
      shows("03.0004/online", "0\n"), write("03.0004/online", "1"), write("card03/online", "2", EINVAL),
      write("card03/online", "x", EINVAL), write("03.0004/online", "2", EINVAL),
      write("03.0004/online", "x", EINVAL), write("03.0004/online", ""), shows("card03/online", "1\n")}},
    {"KF2",
     State::s1,
     "facts: bind, a card whose queues are vfio_ap's",
     {write("card03/online", "0"), events({card_change_event("03", "ONLINE=0")}), write("card03/online", "1"),
      events({card_change_event("03", "ONLINE=1")})}},
    {"KF3",
     State::s0,
     "facts: bind, config of a host's card",
     {write("card03/config", "0"), shows("card03/config", "0\n"), shows("card03/online", "0\n"),
      shows("03.0004/config", "1\n"), events({card_change_event("03", "CONFIG=0")}),
      write("card03/online", "1", ENODEV), write("card03/config", "1"), shows("card03/online", "1\n"),
      events({card_change_event("03", "CONFIG=1")}), scan(), shows("03.0004/config", "1\n"), events({})}},
    {"KF4",
     State::s0,
     "facts: bus, uevent on request",
     {write("card03/uevent", "change"), write("03.0004/uevent", "change"),
      write("/sys/devices/vfio_ap/matrix/uevent", "change"),
      events({card_change_event("03", "SYNTH_UUID=0"),
              queue_change_event("03.0004", "cex4queue", "SYNTH_UUID=0"),
              "change@/devices/vfio_ap/matrix SUBSYSTEM=matrix SYNTH_UUID=0 DRIVER=vfio_ap"}),
      write("03.0004/uevent", "nonsense", EINVAL)}},
    {"KF5",
     State::s0,
     "facts: bus, uevent files",
     {shows("card03/uevent", "DEVTYPE=ap_card\nDRIVER=cex4card\nDEV_TYPE=000D\nMODALIAS=ap:t0D\nMODE=cca\n"),
      shows("03.0004/uevent", "DEVTYPE=ap_queue\nDRIVER=cex4queue\nMODE=cca\n"),
      shows("/sys/devices/vfio_ap/matrix/uevent", "DRIVER=vfio_ap\n"), shows("/sys/devices/ap/uevent", "")}},
    {"KF6",
     State::s0,
     "facts: bus, values of the bus",
     {shows("ap_adapter_mask", low_mask("14")), shows("ap_usage_domain_mask", low_mask("080000000000000001")),
      shows("ap_control_domain_mask", low_mask("080000000000000001")), shows("ap_max_adapter_id", "63\n"),
      shows("ap_max_domain_id", "84\n"), shows("ap_interrupts", "1\n"),
      shows("features", "APSC APXA QACT RC8A\n"), shows("poll_timeout", "250000\n"),
      shows("drivers_autoprobe", "1\n"), shows("/sys/module/ap/parameters/useirq", "1\n")}},
    {"KF7",
     State::s0,
     "facts: bus, values of a card",
     {shows("card03/hwtype", "13\n"), shows("card03/raw_hwtype", "13\n"), shows("card03/type", "CEX7C\n"),
      shows("card03/modalias", "ap:t0D\n"), shows("card03/max_msg_size", "12288\n"),
      shows("card03/chkstop", "0\n"), shows("card03/config", "1\n"), shows("card03/load", "0\n"),
      shows("card03/pendingq_count", "0\n"), shows("card03/requestq_count", "0\n")}},
    Row{"KF8",
        State::s0,
        "facts: bus, depth and functions of a card",
        {shows("card03/depth", "8\n"), shows("card03/ap_functions", "0x93000000\n"),
         shows("03.0004/ap_functions", "0x93000000\n")}}
        .needing(Feature::matrix_features),
    {"KF9",
     State::s1,
     "facts: bus, values of a queue of vfio_ap",
     {shows("03.0004/request_count", "-\n"), shows("03.0004/interrupt", "Interrupts disabled.\n"),
      shows("03.0004/reset", "No Reset Timer set.\n"), shows("03.0004/pendingq_count", "0\n"),
      shows("03.0004/config", "1\n"), shows("03.0004/chkstop", "0\n")}},
    {"KF10", State::s0, "facts: bus, modes of the bus",
     modes("", 0644,
           {"ap_domain", "apmask", "aqmask", "config_time", "drivers_autoprobe", "poll_thread",
            "poll_timeout", "scans"}) +
         modes("", 0200, {"drivers_probe", "uevent"}) +
         modes("", 0444,
               {"ap_adapter_mask", "ap_control_domain_mask", "ap_interrupts", "ap_max_adapter_id",
                "ap_max_domain_id", "ap_usage_domain_mask", "bindings", "features"})},
    {"KF11", State::s0, "facts: bus, modes of a card",
     modes("card03/", 0644, {"config", "online", "request_count", "uevent"}) +
         modes("card03/", 0444,
               {"ap_functions", "chkstop", "depth", "hwtype", "load", "max_msg_size", "modalias",
                "pendingq_count", "raw_hwtype", "requestq_count", "serialnr", "type"})},
    {"KF12", State::s0, "facts: bus, modes of a queue",
     modes("03.0004/", 0644, {"online", "request_count", "reset", "uevent"}) +
         modes(
             "03.0004/", 0444,
             {"ap_functions", "chkstop", "config", "interrupt", "load", "pendingq_count", "requestq_count"})},
    {"KF13", State::s2, "facts: mdev, modes",
     modes("M1/", 0200,
           {"assign_adapter", "assign_control_domain", "assign_domain", "remove", "unassign_adapter",
            "unassign_control_domain", "unassign_domain"}) +
         modes("M1/", 0444, {"control_domains", "guest_matrix", "matrix"}) +
         modes("03.0004/", 0444, {"status"}) +
         modes("", 0200,
               {"create", "drivers/vfio_ap/bind", "drivers/vfio_ap/unbind", "drivers/vfio_ap/uevent",
                "drivers/cex4queue/bind"}) +
         modes("", 0444, {"available_instances"})},
    Row{"KF14", State::s2, "facts: mdev, mode of ap_config", {has_mode("M1/ap_config", 0644)}}.needing(
        Feature::ap_config),
    Row{"KF15",
        State::s2,
        "facts: mdev, names in an mdev",
        {lists("M1",
               {"ap_config", "assign_adapter", "assign_control_domain", "assign_domain", "control_domains",
                "driver", "guest_matrix", "iommu_group", "matrix", "mdev_type", "remove", "subsystem",
                "uevent", "unassign_adapter", "unassign_control_domain", "unassign_domain", "vfio-dev"}),
         lists("M1/vfio-dev", {"vfio0"}), shows("M1/uevent", "DRIVER=vfio_ap_mdev\n")}}
        .needing(Feature::ap_config),
    Row{"KF16",
        State::s0,
        "facts: bus, the matrix device",
        {lists("matrix", {"driver", "features", "mdev_supported_types", "subsystem", "uevent"}),
         shows("matrix/features", "guest_matrix hotplug ap_config\n"),
         links_to("matrix/driver", "../../../bus/matrix/drivers/vfio_ap"),
         links_to("matrix/subsystem", "../../../bus/matrix"),
         links_to("/sys/bus/matrix/devices/matrix", "../../../devices/vfio_ap/matrix"),
         links_to("/sys/class/mdev_bus/matrix", "../../devices/vfio_ap/matrix"),
         lists("/sys/bus/matrix", {"devices", "drivers", "drivers_autoprobe", "drivers_probe", "uevent"})}}
        .needing(Feature::matrix_features),
    names("KF17", State::s0, "facts: bus, names", {}, "/sys/bus/ap", bus_names, Feature::no_driver_override),
    names("KF18", State::s0, "facts: override, names of the bus", {}, "/sys/bus/ap", bus_names,
          Feature::driver_override, "bindings_complete_count"),
    {"KF19", State::s0, "facts: bus, names of a card", {lists("/sys/devices/ap/card03", card_names)}},
    names("KF20", State::s0, "facts: bus, names of a queue", {}, "03.0004", queue_names,
          Feature::no_driver_override),
    names("KF21", State::s0, "facts: override, names of a queue", {}, "03.0004", queue_names,
          Feature::driver_override, "driver_override"),
    names("KF22", State::s1, "facts: bus, names of a queue of vfio_ap", {}, "03.0004", vfio_queue_names,
          Feature::no_driver_override),
    names("KF23", State::s1, "facts: override, names of a queue of vfio_ap", {}, "03.0004", vfio_queue_names,
          Feature::driver_override, "driver_override"),
    names("KF24", State::s0, "facts: bus, names of an unbound queue",
          {write("drivers/cex4queue/unbind", "03.0004")}, "03.0004", unbound_queue_names,
          Feature::no_driver_override),
    names("KF25", State::s0, "facts: override, names of an unbound queue",
          {write("drivers/cex4queue/unbind", "03.0004")}, "03.0004", unbound_queue_names,
          Feature::driver_override, "driver_override"),
    {"KF26",
     State::s0,
     "facts: bus, names below /sys/devices/ap",
     {lists("/sys/devices/ap", {"card03", "card05", "uevent"}),
      lists("/sys/bus/ap/devices", {"03.0004", "03.0047", "05.0004", "05.0047", "card03", "card05"}),
      lists("/sys/bus/ap/drivers", {"cex4card", "cex4queue", "vfio_ap"})}},
    Row{"KF27",
        State::as_booted,
        "facts: boot, an unreadable mask and an empty one",
        {shows("apmask", low_mask("")), shows("aqmask", low_mask("")),
         shows("/sys/module/ap/parameters/apmask", "zz\n"), shows("/sys/module/ap/parameters/aqmask", "0x\n"),
         load("vfio_ap"), on("03.0004", "vfio_ap"), on("05.0047", "vfio_ap"),
         shows("bindings", "4/4 (complete)\n")}}
        .booted("ap.apmask=zz ap.aqmask=0x"),
    Row{"KF28",
        State::as_booted,
        "facts: boot, both masks and a domain",
        {shows("apmask", mask("ef")), shows("aqmask", low_mask("f8")),
         shows("/sys/module/ap/parameters/domain", "4\n"), shows("ap_domain", "4\n"), load("vfio_ap"),
         on("03.0004", "vfio_ap"), on("03.0047", "vfio_ap"), on("05.0004", "cex4queue"),
         on("05.0047", "vfio_ap")}}
        .booted("ap.apmask=0xef" + std::string(62, 'f') + " ap.aqmask=0xf8 ap.domain=4"),
    Row{"KF29",
        State::as_booted,
        "facts: boot, relative masks start from nothing",
        {shows("apmask", low_mask("")), shows("aqmask", mask("f7")), load("vfio_ap"),
         on("05.0004", "vfio_ap")}}
        .booted("ap.apmask=-5 ap.aqmask=+0-255,-4"),
    Row{"KF30",
        State::as_booted,
        "kernel-abi 17 (BINDINGS=complete when vfio_ap comes late)",
        {load("vfio_ap"), shows("bindings", "4/4 (complete)\n"), shows("apmask", low_mask("3"))}}
        .booted("ap.apmask=0x3"),
};

} // namespace

std::span<const Row> rows_of_files() { return table; }

} // namespace contract
