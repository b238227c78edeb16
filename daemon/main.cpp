// SPDX-License-Identifier: LGPL-2.1-or-later
// apctld: options, the real host, one daemon on it, exit status.
#include "daemon.hpp"
#include "dbus/log.hpp"
#include "host/ap_bus_sysfs.hpp"
#include "host/calendar.hpp"
#include "host/libvirt_guests.hpp"
#include "host/matrix_devices_sysfs.hpp"
#include "host/neighbour_lock.hpp"
#include "host/source_files.hpp"
#include "host/store.hpp"
#include "host/uevents.hpp"
#include "options.hpp"
#include "settings.hpp"

#include <exception>
#include <filesystem>
#include <stdexcept>

#include <malloc.h>

namespace {

int serve(const ap::Options& options) {
    const auto settings = ap::read_settings(options.config);
    for (const auto& problem : settings.problems) ap::log::error(problem);
    ap::host::ApBusSysfs bus(options.root);
    ap::host::MatrixDevicesSysfs matrices(options.root);
    ap::host::SystemCalendar calendar(options.root);
    ap::host::StoreOnDisk store({.definitions = options.definitions_dir, .database = options.state_dir + "/apctl.db", .boot = calendar.boot()});
    ap::host::NeighbourLockFile lock(std::filesystem::path(options.root) / "run/lock/s390apconfig.lock");
    ap::host::SourceFiles sources(options.root);
    ap::host::LibvirtGuests guests(settings.libvirt);
    const auto events = ap::host::Uevents::open(options.definitions_dir, ap::host::SourceFiles::directories(options.root));
    if (!events) throw std::runtime_error(to_string(events.error()));
    ap::Daemon daemon({{bus, matrices, store, lock, calendar, sources, guests, settings.foreign_policy}, **events, ap::host::udev_sees_ap_devices, [&guests] { guests.begin(); }},
                      ap::connect_to(options.bus));
    return daemon.run();
}

} // namespace

int main(int argc, char** argv) {
    // A fixed threshold, so that the megabytes of one large answer go back to the kernel: by default glibc learns to keep them.
    mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    const auto options = ap::read_options(argc, argv);
    if (const auto* status = std::get_if<ap::ExitStatus>(&options)) return status->value;
    try {
        return serve(std::get<ap::Options>(options));
    } catch (const std::exception& e) {
        ap::log::error(e.what());
        return 1;
    }
}
