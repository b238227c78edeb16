// SPDX-License-Identifier: LGPL-2.1-or-later
// Table E: life cycle of mdevs.
#include <algorithm>
#include <cctype>

#include "phrases.hpp"
#include "tables.hpp"

namespace contract {

namespace {

const std::string in_matrix = "/devices/vfio_ap/matrix/";
const std::string type_link = "mdev_supported_types/vfio_ap-passthrough";
const std::string third = "33333333-3333-4333-8333-333333333333";

std::string upper(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

std::string node(const std::string& number) {
    return " SUBSYSTEM=vfio MAJOR=254 MINOR=" + number + " DEVNAME=vfio/" + number;
}

std::vector<std::string> creation(const std::string& uuid, const std::string& number) {
    return {"add@" + in_matrix + uuid + " SUBSYSTEM=mdev",
            "add@/devices/virtual/vfio/" + number + node(number),
            "add@" + in_matrix + uuid + "/vfio-dev/vfio" + number + " SUBSYSTEM=vfio-dev",
            "bind@" + in_matrix + uuid + " SUBSYSTEM=mdev DRIVER=vfio_ap_mdev"};
}

/// First half: at once; second half: when nobody has it open any more.
std::vector<std::string> leaving(const std::string& uuid, const std::string& number) {
    return {"remove@" + in_matrix + uuid + "/vfio-dev/vfio" + number + " SUBSYSTEM=vfio-dev"};
}
std::vector<std::string> gone(const std::string& uuid, const std::string& number) {
    return {"remove@/devices/virtual/vfio/" + number + node(number),
            "unbind@" + in_matrix + uuid + " SUBSYSTEM=mdev",
            "remove@" + in_matrix + uuid + " SUBSYSTEM=mdev"};
}

std::vector<std::string> operator+(std::vector<std::string> first, const std::vector<std::string>& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

Step fill_up() {
    return {"create mdevs until there are 65536", [](Scene& scene) -> Difference {
                char uuid[37];
                for (unsigned i = 0; i < 65536; ++i) {
                    std::snprintf(uuid, sizeof uuid, "%08x-0000-4000-8000-000000000000", i);
                    if (const int error = scene.host().write(path_of("create"), uuid))
                        return std::to_string(i) + ": errno " + std::to_string(error);
                }
                return std::nullopt;
            }};
}

const std::vector<Row> table{
    {"E1",
     State::s1,
     "mdev_device_create",
     {write("create", m1 + "\n"), shows("available_instances", "65535\n"), events(creation(m1, "0")),
      shows("M1/matrix", ""), links_to("M1/mdev_type", "../" + type_link),
      links_to("M1/driver", "../../../../bus/mdev/drivers/vfio_ap_mdev"),
      links_to("M1/iommu_group", "../../../../kernel/iommu_groups/0"),
      links_to("M1/subsystem", "../../../../bus/mdev"),
      links_to("matrix/" + type_link + "/devices/" + m1, "../../../" + m1),
      links_to("/sys/bus/mdev/devices/" + m1, "../../../devices/vfio_ap/matrix/" + m1)}},
    {"E2", State::s1, "dev_set_name", {write("create", upper(m2)), shows("M2/matrix", "")}},
    {"E3",
     State::s4,
     "mdev_device_create",
     {write("create", m1, EEXIST), write("create", upper(m2), EEXIST), events({})}},
    {"E4",
     State::s1,
     "create_store, guid_parse",
     {write("create", m1.substr(1), EINVAL), write("create", m1 + "\n\n", EINVAL),
      write("create", "11111111+1111-4111-8111-111111111111", EINVAL),
      shows("available_instances", "65536\n"), events({})}},
    {"E5",
     State::s1,
     "create_store (37th byte ignored)",
     {write("create", m1 + "X"), shows("M1/matrix", "")}},
    Row{"E6",
        State::s1,
        "mdev_device_create",
        {fill_up(), shows("available_instances", "0\n"), write("create", m1, EUSERS)}}
        .not_here(Host::Kind::kernel, "65536 mdevs take too long: 27905 in seven minutes")
        .not_here(Host::Kind::apsim, "65536 mdevs take too long through a file system")
        .not_here(Host::Kind::model, "65536 mdevs take too long one by one; mdev_test has them"),
    {"E7", State::s2, "remove_store", {write("M1/remove", "0"), shows("M1/matrix", both), events({})}},
    {"E8",
     State::s2,
     "remove_store",
     {write("M1/remove", "x", EINVAL), write("M1/remove", "99999999999999999999999", EINVAL),
      shows("M1/matrix", both)}},
    {"E9",
     State::s2,
     "vfio_ap_mdev_remove",
     {write("M1/remove", "1"), absent("M1"), shows("03.0004/status", "unassigned\n"),
      shows("available_instances", "65536\n"), events(leaving(m1, "0") + gone(m1, "0"))}},
    {"E10",
     State::s3,
     "vfio_unregister_group_dev, vfio_ap_mdev_request",
     {begin("M1/remove", "1"), events(leaving(m1, "0")), shows("03.0004/status", "in use\n"), still_blocked(),
      guest_closes(m1), ended(), absent("M1"), events(gone(m1, "0")),
      shows("03.0004/status", "unassigned\n")}},
    {"E11",
     State::s3,
     "device_remove (groups removed first)",
     {begin("M1/remove", "1"), write("M1/assign_adapter", "3", ENOENT), write("M1/remove", "1", ENOENT),
      unreadable("M1/matrix", ENOENT), present("M1"), lists("M1", {"iommu_group"}),
      absent("/sys/bus/mdev/devices/" + m1), absent("matrix/" + type_link + "/devices/" + m1),
      write("create", m1, EEXIST), guest_closes(m1), ended(), write("create", m1)}},
    {"E12",
     State::s3,
     "module reference",
     {unload("vfio_ap", EAGAIN), shows("M1/guest_matrix", both), shows("03.0004/status", "in use\n"),
      events({})}},
    {"E13", State::s2, "vfio_ap_exit",
     bound_in_order("vfio_ap") +
         Steps{
             unload("vfio_ap"),
             events(
                 leaving(m1, "0") + gone(m1, "0") +
                 std::vector<std::string>{
                     "change@/devices/vfio_ap/matrix SUBSYSTEM=matrix MDEV_STATE=unregistered DRIVER=vfio_ap",
                     "remove@/bus/mdev/drivers/vfio_ap_mdev SUBSYSTEM=drivers", unbind_event("03.0047"),
                     unbind_event("03.0004"), "remove@/bus/ap/drivers/vfio_ap SUBSYSTEM=drivers",
                     "unbind@/devices/vfio_ap/matrix SUBSYSTEM=matrix",
                     "remove@/bus/matrix/drivers/vfio_ap SUBSYSTEM=drivers",
                     "remove@/devices/vfio_ap/matrix SUBSYSTEM=matrix", "remove@/bus/matrix SUBSYSTEM=bus",
                     "remove@/module/vfio_ap SUBSYSTEM=module"}),
             unbound("03.0004"), absent("/sys/devices/vfio_ap"), load("vfio_ap"), on("03.0004", "vfio_ap"),
             absent("M1"), shows("03.0004/status", "unassigned\n")}},
    {"E14", State::s3, "vfio group", {guest_opens(m1, EBUSY), shows("03.0004/status", "in use\n")}},

    {"KE1",
     State::s3,
     "facts: use, other mdevs are not held up by one that vanishes",
     {begin("M1/remove", "1"), write("create", m2), write("M2/assign_adapter", "3"),
      write("M2/assign_domain", "4", EADDRINUSE), write("M2/assign_domain", "9"),
      shows("M2/matrix", "03.0009\n"), write("apmask", "+3", EBUSY), still_blocked(), guest_closes(m1),
      ended(), write("M2/assign_domain", "4"), shows("M2/guest_matrix", "03.0004\n")}},
    {"KE2",
     State::s3,
     "facts: use, a guest's process is killed while its mdev is being removed",
     {begin("M1/remove", "1"), guest_is_killed(m1), ended(), absent("M1"),
      shows("03.0004/status", "unassigned\n")}},
    {"KE3",
     State::s3,
     "vfio_device_fops_release (an mdev whose guest was killed is free again)",
     {guest_is_killed(m1), shows("03.0004/status", "assigned\n"), shows("M1/guest_matrix", both),
      guest_opens(m1), shows("03.0004/status", "in use\n"), guest_closes(m1), write("M1/remove", "1"),
      absent("M1")}},
    Row{"KE4",
        State::s3,
        "vfio group (opening the group of an mdev that is being removed)",
        {begin("M1/remove", "1"), guest_opens(m1, ENOENT), still_blocked(), guest_closes(m1), ended()}},
    {"KE5",
     State::s1,
     "facts: mdev, create: identifiers",
     {write("create", ""), write("create", "x", EINVAL), write("create", zeros(36), EINVAL),
      write("create", "11111111111141118111111111111111", EINVAL), write("create", " " + m1, EINVAL),
      write("create", "{" + m1.substr(2) + "}", EINVAL), write("create", m1 + " "),
      write("create", "00000000-0000-0000-0000-000000000000"), shows("available_instances", "65534\n")}},
    {"KE6",
     State::s2,
     "facts: mdev, remove takes any number but 0",
     {write("M1/remove", ""), write("M1/remove", "2"), absent("M1")}},
    {"KE7",
     State::s4,
     "facts: mdev, numbers of groups are used again, the lowest first",
     {write("M1/remove", "1"), forget_events(), write("create", third), events(creation(third, "0")),
      links_to("M2/iommu_group", "../../../../kernel/iommu_groups/1")}},
    {"KE8",
     State::s1,
     "facts: mdev, the type's files",
     {shows("matrix/" + type_link + "/name", "VFIO AP Passthrough Device\n"),
      shows("matrix/" + type_link + "/device_api", "vfio-ap\n"), shows("available_instances", "65536\n"),
      lists("matrix/" + type_link, {"available_instances", "create", "device_api", "devices", "name"})}},
    Row{"KE9",
        State::s2,
        "mdev_match (the mdev stays, without its files and for good)",
        {write("/sys/bus/mdev/drivers/vfio_ap_mdev/unbind", m1), present("M1"), absent("M1/matrix"),
         present("M1/remove"), shows("03.0004/status", "unassigned\n"),
         write("/sys/bus/mdev/drivers/vfio_ap_mdev/bind", m1, ENODEV),
         write("/sys/bus/mdev/drivers_probe", m1), unbound("M1"), absent("M1/matrix"),
         write("M1/remove", "1"), absent("M1")}}
        .correcting("6.2 adds: an mdev that was unbound from vfio_ap_mdev cannot be bound again (ENODEV; "
                    "drivers_probe does nothing); it can only be removed."),
    {"KE10",
     State::s3,
     "vfio_ap_mdev_remove (unbind of an open mdev blocks as well)",
     {begin("/sys/bus/mdev/drivers/vfio_ap_mdev/unbind", m1), absent("M1/matrix"), guest_closes(m1), ended(),
      present("M1"), absent("M1/driver")}},
    {"KE11",
     State::s1m,
     "facts: use, a machine without AP resources, then hot plug",
     {guest_opens(m1), write("M1/assign_adapter", "3"), write("M1/assign_domain", "4"),
      shows("03.0004/status", "in use\n"), shows("03.0047/status", "unassigned\n"),
      shows("M1/guest_matrix", "03.0004\n")}},
    Row{"KE12",
        State::s2,
        "vfio_ap_mdev_remove (waits for the resets of its queues)",
        {takes("M1/remove", "1", 20), absent("M1")}}
        .not_here(Host::Kind::apsim,
                  "resets take no time here unless the topology says so, as in KH13 and KH14")
        .not_here(Host::Kind::model,
                  "resets take no time here unless the topology says so, as in KH13 and KH14"),
    {"KE13",
     State::s2,
     "rmmod takes the mdevs in the order of their creation",
     {write("create", m2), forget_events(), unload("vfio_ap"),
      event_among("remove@" + in_matrix + m2 + " SUBSYSTEM=mdev"), load("vfio_ap"), absent("M1"),
      absent("M2")}},
};

} // namespace

std::span<const Row> rows_of_mdevs() { return table; }

} // namespace contract
