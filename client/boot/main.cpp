// SPDX-License-Identifier: LGPL-2.1-or-later
// What apctl-binding.service and apctl-boot.service run once, before libvirt: they make the host as it is wished, so that the guests that start with the host find their matrices.
// The module vfio_ap is loaded in between.
#include "boot/host_at_boot.hpp"
#include "proxy/bus_proxy.hpp"

#include <cstdio>
#include <ctime>
#include <exception>
#include <string_view>

namespace {

/// The unit also runs when it is new on a machine that has been up for long, and libvirt is restarted.
bool machine_has_just_started() {
    timespec up{};
    return ::clock_gettime(CLOCK_BOOTTIME, &up) == 0 && up.tv_sec < 600;
}

} // namespace

int main(int argc, char** argv) {
    const std::string_view what = argc == 2 ? argv[1] : "";
    if (what != "binding" && what != "matrices") {
        std::fprintf(stderr, "usage: %s binding|matrices, as apctl-binding.service and apctl-boot.service call it: man apctld\n", argv[0]);
        return 2;
    }
    try {
        ap::cli::BusProxy daemon;
        // Shorter than the unit's own time, so that the reason is told and not only that time was up.
        const ap::boot::Limits limits{.until = std::chrono::steady_clock::now() + std::chrono::seconds(30), .just_started = machine_has_just_started()};
        const auto complaints = what == "binding" ? bind_queues(daemon, limits) : start_matrices(daemon, limits);
        for (const auto& complaint : complaints) std::fprintf(stderr, "apctl-boot: %s\n", complaint.c_str());
        return complaints.empty() ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "apctl-boot: %s\n", error.what());
        return 1;
    }
}
