// SPDX-License-Identifier: LGPL-2.1-or-later
// A queue that changes its driver marks the binding only, so that a mask write that moves thousands costs two
// listings, not thousands of reads.
#include "host/uevent.hpp"

#include "host/device_names.hpp"

namespace ap::host {
namespace {

constexpr std::string_view bus_root = "/devices/ap";
constexpr std::string_view matrix_root = "/devices/vfio_ap/matrix";

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
bool moves(std::string_view action) { return action == "bind" || action == "unbind"; }

Dirty of_ap(const Uevent& event) {
    Dirty dirty;
    if (event.initial_scan) dirty.everything = true;
    if (event.devpath == bus_root) dirty.binding = true; // APMASK, AQMASK, BINDINGS
    auto name = last_name(event.devpath);
    if (auto card = card_of(name)) dirty.adapters.insert(*card);
    if (auto queue = queue_of(name)) {
        if (moves(event.action))
            dirty.binding = true;
        else
            dirty.adapters.insert(queue->adapter); // came, went, ONLINE, CONFIG
    }
    return dirty;
}

/// The mdev itself, or its vfio-dev child, whose removal is the only sign that an open mdev is being removed.
Dirty of_mdev(const Uevent& event) {
    Dirty dirty;
    if (!event.devpath.starts_with(matrix_root) || event.devpath.size() <= matrix_root.size() + 1)
        return dirty;
    auto below = event.devpath.substr(matrix_root.size() + 1);
    auto uuid = parse_uuid(below.substr(0, below.find('/')));
    if (!uuid) return dirty;
    dirty.matrix_list = true;
    dirty.matrices.insert(*uuid);
    return dirty;
}

/// The module vfio_ap came or went: so did mdevs, and queues changed hands.
Dirty of_matrix_device() {
    Dirty dirty;
    dirty.binding = dirty.matrix_list = true;
    return dirty;
}

Dirty of_bus(const Uevent& event) {
    Dirty dirty;
    dirty.everything = event.devpath == "/bus/ap";
    return dirty;
}

Dirty of_driver(const Uevent& event) {
    Dirty dirty;
    dirty.binding = event.devpath.starts_with("/bus/ap/drivers/");
    return dirty;
}

Dirty of_any(const Uevent& event) {
    if (event.subsystem == "ap") return of_ap(event);
    if (event.subsystem == "mdev" || event.subsystem == "vfio-dev") return of_mdev(event);
    if (event.subsystem == "matrix") return of_matrix_device();
    if (event.subsystem == "bus") return of_bus(event);
    if (event.subsystem == "drivers") return of_driver(event);
    return {};
}

} // namespace

Dirty dirt_of(const Uevent& event) {
    auto dirty = of_any(event);
    dirty.configuration = dirty.any();
    return dirty;
}

void count_arrival(const Uevent& event, Arrivals& arrivals) {
    if (event.subsystem != "ap" || event.action != "bind") return;
    const auto queue = queue_of(last_name(event.devpath));
    if (!queue) return;
    if (event.driver == "vfio_ap") arrivals.with_vfio_ap.insert(*queue);
    else if (event.driver == "cex4queue") arrivals.with_host.insert(*queue);
}

} // namespace ap::host
